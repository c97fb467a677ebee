import { setTimeout as delay } from 'node:timers/promises';
import { mapConcurrently } from './concurrently.ts';
import type { FoundFile } from './found-file.ts';
import { sameIdentity } from './identity.ts';
import { lookAgain } from './look.ts';
import type { OpenFiles } from './open-files.ts';
import type { FileProblem } from './problem.ts';

export interface SettleOptions {
  /** For so long a file must not change. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** When the listing of the files began, milliseconds since 1970. */
  readonly listedAt: number;
  /** Files for which it is the same are given out together. */
  readonly company: (file: FoundFile) => string;
  /** Asked again at each look. */
  readonly openFiles: () => Promise<Pick<OpenFiles, 'writerOf'>>;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

interface Clock {
  /** Milliseconds since any moment; it never goes back. */
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Settling {
  /** As they were when they were last looked at. */
  readonly settled: readonly FoundFile[];
  readonly left: readonly LeftFile[];
}

interface LeftFile extends FileProblem {
  readonly file: FoundFile;
}

type Company = readonly FoundFile[];

const CONCURRENCY = 32;
const CLOCK: Clock = {
  now: () => performance.now(),
  wait: async (ms, signal) => delay(ms, undefined, { signal }),
};

/**
 * Gives out files as they stop changing; each is told once, settled or left. At once those that nothing has changed
 * for an interval, the others when two looks an interval apart are alike, whatever their times say; and none that a
 * process has open for writing. Rejects with the signal's reason.
 */
export async function* settle(
  files: readonly FoundFile[],
  { intervalMs, timeoutMs, listedAt, company, openFiles, signal, clock = CLOCK }: SettleOptions,
): AsyncGenerator<Settling> {
  let looked = clock.now();
  const deadline = looked + timeoutMs;
  const isOld = olderThan(listedAt - intervalMs);
  const companies = [...Map.groupBy(files, company).values()];
  if (companies.length === 0) return;
  let { writerOf } = await openFiles();
  const isClosed = (each: Company) => each.every(({ identity }) => writerOf(identity) === undefined);
  const isQuiet = (each: Company) => each.every(isOld) && isClosed(each);
  let waiting: readonly Company[] = companies.filter((each) => !isQuiet(each));
  yield { settled: companies.filter(isQuiet).flat(), left: [] };

  while (waiting.length > 0 && looked + intervalMs <= deadline) {
    await waitUntil(looked + intervalMs, clock, signal);
    const looks = await mapConcurrently(waiting, CONCURRENCY, (each) => lookAtAll(each, signal));
    looked = clock.now();
    if (looks.some(({ isAlike }) => isAlike)) ({ writerOf } = await openFiles());
    const isSettled = ({ isAlike, files }: Look) => isAlike && isClosed(files);
    waiting = looks.filter((look) => !isSettled(look) && look.files.length > 0).map(({ files }) => files);
    yield {
      settled: looks.filter(isSettled).flatMap(({ files }) => files),
      left: looks.flatMap(({ left }) => left),
    };
  }
  const nameWriter = (file: FoundFile) => writerOf(file.identity);
  yield { settled: [], left: waiting.flatMap((each) => unsettled(each, nameWriter)) };
}

interface Look {
  /** Nothing of it changed or went. */
  readonly isAlike: boolean;
  readonly files: Company;
  readonly left: readonly LeftFile[];
}

async function lookAtAll(before: Company, signal: AbortSignal): Promise<Look> {
  signal.throwIfAborted();
  const files: FoundFile[] = [];
  const left: LeftFile[] = [];
  for (const file of before) {
    const now = await lookAgain(file);
    if ('problem' in now) left.push({ file, ...now });
    else files.push(now);
  }
  const isSame = (file: FoundFile, index: number) =>
    sameIdentity(file.identity, (before[index] ?? file).identity);
  return { isAlike: left.length === 0 && files.every(isSame), files, left };
}

/** Both times, because a file that is copied or moved here may keep the time of its content. */
function olderThan(ms: number): (file: FoundFile) => boolean {
  const moment = BigInt(Math.floor(ms)) * 1_000_000n;
  return ({ identity }) => identity.modified < moment && identity.changed < moment;
}

async function waitUntil(moment: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await clock.wait(Math.max(0, moment - clock.now()), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

export const stillWritten = (writer: string): FileProblem => ({
  problem: 'unsettled',
  reason: `${writer} has it open for writing`,
});

function unsettled(files: Company, writerOf: (file: FoundFile) => string | undefined): LeftFile[] {
  const reason =
    files.length === 1
      ? 'it did not stop changing'
      : 'it, or a file that may belong to it, did not stop changing';
  return files.map((file) => {
    const writer = writerOf(file);
    return { file, ...(writer === undefined ? { problem: 'unsettled', reason } : stillWritten(writer)) };
  });
}
