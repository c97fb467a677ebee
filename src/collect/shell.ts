import { execa } from 'execa';
import type { Probe, RawResult } from '../model/probe.ts';
import { programEnvironment } from '../system/programs.ts';
import { FrameReader } from './frames.ts';
import { collectionScript } from './script.ts';
import type { SudoPassword } from './sudo-password.ts';
import { type Collection, type CollectOptions, newNonce } from './target.ts';

/** How long past the script's own time limit the connection may take before it is cut from this side. */
const GRACE_MS = 3000;
/** The probe that asks for the target's own time. */
const TELLS_TIME = 'system';
const ERROR_TEXT_LIMIT = 16_384;

/**
 * Says in one sentence why a command that ended without running the script did so. `silentSeconds` is how long it
 * was waited for, where it did not end by itself.
 */
export type ExplainFailure = (
  exitCode: number | undefined,
  stderr: string,
  silentSeconds: number | undefined,
) => string;

/**
 * Runs the collection script by `command`, a shell that reads standard input, and gathers its frames.
 * Standard input stays open until the script has ended: its end is how the script learns that we are gone.
 * @param password where the command is that of a sudo which asks for one, and lets the script in afterwards
 */
export async function collectThroughShell(
  command: readonly [string, ...string[]],
  probes: readonly Probe[],
  options: CollectOptions,
  explainFailure: ExplainFailure,
  password?: SudoPassword,
): Promise<Collection> {
  const [file, ...args] = command;
  const child = execa(file, args, {
    env: programEnvironment(),
    stdin: 'pipe',
    buffer: false,
    reject: false,
    stripFinalNewline: false,
    forceKillAfterDelay: 1000,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (stderr.length < ERROR_TEXT_LIMIT) stderr += chunk.toString('utf8');
  });
  // The other side may close its end first; that is told by what did not arrive.
  child.stdin.on('error', () => {});
  const limit = new TimeLimit(options.timeoutMs + GRACE_MS, () => {
    // A sudo of root is not ours to kill, and ends with its input.
    child.stdin.end();
    child.kill();
  });
  const { stdin, stdout, stderr: errors } = child;
  const waits = () => limit.wait();
  await password?.admitted({ stdin, stdout, stderr: errors, closed: child, waits });
  const startedAt = performance.now();
  const from = Date.now();
  const nonce = newNonce();
  const received = new Received(new FrameReader(nonce, probes, startedAt), probes, options.onResult);
  child.stdout.on('data', (chunk: Buffer) => {
    received.take(chunk);
    if (received.ended) child.stdin.end();
  });
  const { timeoutMs, journalWindow } = options;
  const script = collectionScript(probes, { nonce, timeoutMs, journalWindow });
  child.stdin.write(`${password?.admission ?? ''}${script}`);
  const outcome = await child;
  limit.end();
  const durationMs = performance.now() - startedAt;
  const { results } = received;
  if (options.signal?.aborted && !received.ended)
    return { durationMs, results, error: 'interrupted before it was read' };
  if (!received.began) {
    const reason = explainFailure(
      outcome.exitCode,
      stderr || (outcome.exitCode === undefined && !limit.isOver ? (outcome.shortMessage ?? '') : ''),
      limit.isOver ? (options.timeoutMs + GRACE_MS) / 1000 : undefined,
    );
    return { durationMs, results, error: reason };
  }
  const lost = received.lost(limit.isOver, durationMs, options.timeoutMs);
  for (const { id } of probes) if (!results.has(id)) results.set(id, lost);
  const to = received.answeredAt;
  return { durationMs, results, ...(to === undefined ? {} : { answered: { from, to } }) };
}

/** That of a connection, without the time that a person takes to answer. */
class TimeLimit {
  isOver = false;
  #isEnded = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #ms: number;
  readonly #passed: () => void;

  constructor(ms: number, passed: () => void) {
    this.#ms = ms;
    this.#passed = () => {
      this.isOver = true;
      passed();
    };
    this.#begin();
  }

  /** @returns what starts it again */
  wait(): () => void {
    clearTimeout(this.#timer);
    return () => this.#begin();
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
  }

  #begin(): void {
    clearTimeout(this.#timer);
    // Who was waited for may answer when nothing is left to be limited.
    if (!this.#isEnded) this.#timer = setTimeout(this.#passed, this.#ms);
  }
}

/** What has arrived of a collection. */
class Received {
  readonly results = new Map<string, RawResult>();
  began = false;
  ended = false;
  /** When the target's own time was told, by our clock. */
  answeredAt: number | undefined;
  #noFolder = false;
  readonly #reader: FrameReader;
  readonly #probes: ReadonlyMap<string, Probe>;
  readonly #onResult: CollectOptions['onResult'];

  constructor(reader: FrameReader, probes: readonly Probe[], onResult: CollectOptions['onResult']) {
    this.#reader = reader;
    this.#probes = new Map(probes.map((probe) => [probe.id, probe]));
    this.#onResult = onResult;
  }

  take(chunk: Buffer): void {
    for (const event of this.#reader.read(chunk)) {
      if (event.type === 'begin') this.began = true;
      else if (event.type === 'no-folder') this.#noFolder = true;
      else if (event.type === 'end') this.ended = true;
      else {
        this.results.set(event.probe, event.result);
        if (event.probe === TELLS_TIME) this.answeredAt = Date.now();
        const probe = this.#probes.get(event.probe);
        if (probe !== undefined) this.#onResult?.(probe, event.result);
      }
    }
  }

  /** The result of a probe of which none arrived. */
  lost(timedOut: boolean, durationMs: number, timeoutMs: number): RawResult {
    if (!this.ended && !this.#noFolder && (timedOut || durationMs >= timeoutMs))
      return {
        outcome: 'timeout',
        reason: `the whole collection reached its time limit of ${timeoutMs / 1000} s`,
        durationMs,
      };
    if (this.#noFolder)
      return {
        outcome: 'failed',
        reason: 'no folder for temporary files could be created (tried /dev/shm, $TMPDIR and /tmp)',
        durationMs,
      };
    const reason = this.ended
      ? 'its result arrived damaged'
      : 'the connection ended before its result arrived';
    return { outcome: 'failed', reason, durationMs };
  }
}

/** The last line of an error text that says something. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
