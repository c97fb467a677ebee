import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { findProgram, programEnvironment } from '../system/programs.ts';
import { UsageError } from '../text/usage-error.ts';

const MISSING = /Could not find (?:specified )?service/;
/** What launchd answers while it still ends what was loaded under the label. */
const IN_THE_WAY = 5;
const TRIES = 5;
const PAUSE_MS = 1000;
/** A run that is told to stop has half a minute for it. */
const LONGEST_END_MS = 40_000;

/** What launchd does for one agent of the user who is logged in at the screen. */
export class Launchd {
  readonly #uid: number;
  readonly #label: string;

  constructor(uid: number, label: string) {
    this.#uid = uid;
    this.#label = label;
  }

  /** As launchctl names it. */
  get service(): string {
    return `gui/${this.#uid}/${this.#label}`;
  }

  async isLoaded(): Promise<boolean> {
    return (await this.#printed()) !== undefined;
  }

  /** Whether a run of it goes on. */
  async isRunning(): Promise<boolean> {
    return /^\tstate = (?:running|spawning|xpcproxy)$/m.test((await this.#printed()) ?? '');
  }

  /** Lets launchd load what somebody disabled. */
  async enable(): Promise<void> {
    await this.#ask('enable', this.service);
  }

  /** @throws {UsageError} */
  async load(file: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const { exitCode, words } = await this.#ask('bootstrap', `gui/${this.#uid}`, file);
      if (exitCode === 0) return;
      if (exitCode !== IN_THE_WAY || tries === TRIES)
        throw new UsageError(`launchctl bootstrap could not load the agent: ${words}`);
      await sleep(PAUSE_MS);
    }
  }

  /** Until it is gone: launchd loads none under the label before. @throws {UsageError} */
  async unload(): Promise<void> {
    const { words } = await this.#ask('bootout', this.service);
    const deadline = Date.now() + LONGEST_END_MS;
    while (await this.isLoaded()) {
      if (Date.now() > deadline)
        throw new UsageError(
          `launchctl bootout ${this.service} did not unload the agent${words === '' ? '' : `: ${words}`}`,
        );
      await sleep(PAUSE_MS / 5);
    }
  }

  async #printed(): Promise<string | undefined> {
    const { exitCode, stdout, words } = await this.#ask('print', this.service);
    if (exitCode === 0) return stdout;
    if (MISSING.test(words)) return undefined;
    throw new UsageError(`launchctl print ${this.service} failed: ${words}`);
  }

  async #ask(...args: string[]) {
    const program = findProgram('launchctl');
    if (program === undefined) throw new UsageError('launchctl was not found on the PATH: add /bin to it');
    const { exitCode, stdout, stderr } = await execa(program, args, {
      env: { ...programEnvironment(), LC_ALL: 'C' },
      stdin: 'ignore',
      reject: false,
    });
    const said = `${stderr}\n${stdout}`
      .trim()
      .split('\n')
      .filter((line) => !/^Try re-running/.test(line));
    const words = said.at(args[0] === 'print' ? -1 : 0) || `exit status ${exitCode ?? 'unknown'}`;
    return { exitCode, stdout, words: exitCode === 0 ? '' : words };
  }
}
