import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import major from 'semver/functions/major.js';
import { batched } from '../pipeline/batched.ts';
import type { Sender, Sent } from '../pipeline/sender.ts';

interface CliOptions {
  /** Of the server, for people: the CLI finds its API by itself. */
  readonly url: string;
  readonly key: string;
  readonly serverVersion: string;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Files of one call: their names have to fit on a command line. */
const FILES_OF_A_CALL = 200;
const STOP_MS = 2000;

/** A program and the arguments that make it the CLI. */
type Command = readonly [program: string, ...args: string[]];

/**
 * Sends with the official CLI of the server's major version, which finds the key in a file of its own: an argument or a
 * variable would be seen in the list of processes. None of its switches that delete is ever set, by argument or by variable.
 *
 * @returns a sentence where there is no such program
 */
export async function immichCli(options: CliOptions): Promise<Sender | string> {
  const { signal, concurrency } = options;
  const command = await findCli(majorFor(options.serverVersion), signal);
  if (typeof command === 'string') return command;
  const upload = batched<string, Sent>(
    async (paths) => {
      const complaint = await runCli(command, options, [
        'upload',
        '--skip-hash',
        '--no-progress',
        '--concurrency',
        String(concurrency),
        ...paths,
      ]);
      return paths.map(() => ({
        created: true,
        ...(complaint === undefined ? {} : { complaint }),
      }));
    },
    { most: FILES_OF_A_CALL, delayMs: 300 },
  );
  return { width: FILES_OF_A_CALL, send: (file) => upload(file.path) };
}

/** The CLI of version 2 speaks with the servers of version 1 too. */
function majorFor(serverVersion: string): number {
  return Math.max(2, major(serverVersion));
}

async function findCli(wanted: number, signal: AbortSignal): Promise<Command | string> {
  const candidates: Command[] = [
    ['immich'],
    ['bunx', `@immich/cli@${wanted}`],
    ['npx', '--yes', `@immich/cli@${wanted}`],
  ];
  const seen: string[] = [];
  for (const [program, ...args] of candidates) {
    const { stdout, exitCode } = await start([program, ...args, '--version'], signal);
    const version = /(\d+)\.\d+\.\d+/.exec(stdout)?.[0];
    if (exitCode === 0 && version !== undefined && major(version) === wanted) return [program, ...args];
    if (version !== undefined) seen.push(`${program} is of version ${version}`);
  }
  const found = seen.length === 0 ? '' : `: ${seen.join(', ')}`;
  return `no Immich CLI of version ${wanted}, as this server needs it, is on the PATH, and neither bunx nor npx gave one${found}; install @immich/cli@${wanted}, or leave --engine out`;
}

async function runCli(
  [program, ...args]: Command,
  { url, key, signal }: CliOptions,
  more: readonly string[],
): Promise<string | undefined> {
  const configuration = mkdtempSync(join(tmpdir(), 'hsdoctor-immich-cli-'));
  const remove = () => rmSync(configuration, { recursive: true, force: true });
  // A second signal ends this program at once, and the key must not outlive it.
  process.once('exit', remove);
  try {
    // JSON is YAML, with every character of a key in its place.
    writeFileSync(join(configuration, 'auth.yml'), JSON.stringify({ url, key }), { mode: 0o600 });
    const call: Command = [program, ...args, '--config-directory', configuration, ...more];
    const { stdout, stderr, exitCode } = await start(call, signal);
    const failed = /Failed to (?:upload|verify|connect).*/.exec(`${stdout}\n${stderr}`)?.[0];
    if (exitCode === 0 && failed === undefined) return undefined;
    const words = failed ?? `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? '';
    return `the Immich CLI ended with ${exitCode ?? 'a signal'}: ${words.replaceAll(key, '[redacted]')}`;
  } finally {
    process.off('exit', remove);
    remove();
  }
}

async function start([program, ...args]: Command, signal: AbortSignal) {
  // Its variables are switches, and any value of IMMICH_DELETE_ASSETS deletes.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^IMMICH_/i.test(name)));
  const { stdout, stderr, exitCode } = await execa(program, args, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: STOP_MS,
    maxBuffer: 10_000_000,
  });
  return { stdout, stderr, exitCode };
}
