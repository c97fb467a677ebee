import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parsePlist } from 'fast-plist';
import * as z from 'zod/mini';
import type { TestMac } from './mac.ts';

const agentSchema = z.object({
  Label: z.string(),
  ProgramArguments: z.tuple([z.string()], z.string()),
  EnvironmentVariables: z.record(z.string(), z.string()),
  WatchPaths: z.array(z.string()),
  RunAtLoad: z.optional(z.boolean()),
  StandardOutPath: z.string(),
  StandardErrorPath: z.string(),
});
type Agent = z.infer<typeof agentSchema>;

const LOOK_MS = 30;

/** The part of launchd that runs what the stand-in for launchctl has loaded: at load, and when a watched folder changes. */
export class StandInLaunchd implements AsyncDisposable {
  readonly #mac: TestMac;
  readonly #seen = new Map<string, string>();
  readonly #runs = new Map<string, number>();
  readonly #running = new Map<string, ChildProcess>();
  readonly #timer = setInterval(() => this.#look(), LOOK_MS);

  constructor(mac: TestMac) {
    this.#mac = mac;
  }

  runsOf(label: string): number {
    return this.#runs.get(label) ?? 0;
  }

  #look(): void {
    const services = join(this.#mac.folder, 'state', 'services');
    for (const label of readdirSync(services)) {
      const [, file] = /^\tpath = (.*)$/m.exec(readFileSync(join(services, label), 'utf8')) ?? [];
      if (file === undefined || this.#running.has(label)) continue;
      const agent = agentSchema.parse(parsePlist(readFileSync(file, 'utf8')));
      const now = agent.WatchPaths.flatMap((path) => readdirSync(path))
        .sort()
        .join('\0');
      const before = this.#seen.get(label);
      if (before === now || (before === undefined && !agent.RunAtLoad)) continue;
      this.#seen.set(label, now);
      void this.#run(label, agent);
    }
  }

  async #run(label: string, agent: Agent): Promise<void> {
    const [program, ...args] = agent.ProgramArguments;
    const logs = [agent.StandardOutPath, agent.StandardErrorPath].map((path) => openSync(path, 'a'));
    const env = { HOME: this.#mac.home, USER: 'ann', ...agent.EnvironmentVariables };
    const child = spawn(program, args, { cwd: '/', env, stdio: ['ignore', ...logs] });
    this.#running.set(label, child);
    this.#runs.set(label, this.runsOf(label) + 1);
    const runs = String(this.runsOf(label));
    this.#mac.service(label, { state: 'running', runs, 'last exit code': '(never exited)' });
    const [code] = await once(child, 'close');
    for (const log of logs) closeSync(log);
    this.#running.delete(label);
    if (readdirSync(join(this.#mac.folder, 'state', 'services')).includes(label))
      this.#mac.service(label, { runs, 'last exit code': String(code) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    for (const child of this.#running.values()) {
      child.kill();
      await once(child, 'close');
    }
  }
}
