import { setTimeout as delay } from 'node:timers/promises';
import { batches } from '../server/batches.ts';
import { mapConcurrently } from './concurrently.ts';
import type { FoundFile } from './found-file.ts';
import { COARSEST_TIME_MS } from './hash.ts';
import { sameIdentity } from './identity.ts';
import { lookAgain } from './look.ts';
import type { OpenFiles } from './open-files.ts';
import type { FileProblem } from './problem.ts';

export interface SettleOptions {
  /** For so long a file must not change. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** When the listing of the files began: their times are held against it. */
  readonly listedAt: Moment;
  /** Files for which it is the same are given out together. */
  readonly company: (file: FoundFile) => string;
  /** Asked again at each look. */
  /** Is given, once, what has not settled at the first look. */
  readonly onWaiting?: (files: readonly FoundFile[]) => void;
  readonly openFiles: () => Promise<Pick<OpenFiles, 'writerOf'>>;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

interface Clock {
  /** Milliseconds since any moment; it never goes back. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
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

interface Waiting {
  readonly files: Company;
  /** When the next look tells whether they have settled, by the clock that never goes back. */
  readonly due: number;
}

/** On both clocks. */
export interface Moment {
  /** Milliseconds since any moment; it never goes back. */
  readonly now: number;
  /** Milliseconds since 1970. */
  readonly wall: number;
}

const CONCURRENCY = 32;
/** Of those that have settled: what is made of them is not made of all of them at the same time. */
const MOST_AT_ONCE = 500;
/** What is due so soon after something else is looked at together with it. */
const TOGETHER_MS = 25;
const CLOCK: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  wait: async (ms, signal) => delay(ms, undefined, { signal }),
};

/**
 * Gives out files as they stop changing; each is told once, settled or left. Each has its own wait: until nothing has
 * changed it for an interval, by its times and by a look at the end; where its times cannot tell, until two looks an
 * interval apart are alike. None is given out that a process has open for writing. Rejects with the signal's reason.
 */
export async function* settle(
  files: readonly FoundFile[],
  { intervalMs, timeoutMs, listedAt, company, onWaiting, openFiles, signal, clock = CLOCK }: SettleOptions,
): AsyncGenerator<Settling> {
  const companies = [...Map.groupBy(files, company).values()];
  if (companies.length === 0) return;
  const deadline = clock.now() + timeoutMs;
  let { writerOf } = await openFiles();
  const isClosed = (each: Company) => each.every(({ identity }) => writerOf(identity) === undefined);
  const quiet: Company[] = [];
  let waiting: Waiting[] = [];
  for (const each of companies) {
    const due = latest(each.map((file) => dueAt(file, listedAt, intervalMs)));
    if (due <= listedAt.now && isClosed(each)) quiet.push(each);
    else waiting.push({ files: each, due: due <= listedAt.now ? listedAt.now + intervalMs : due });
  }
  if (waiting.length > 0) onWaiting?.(waiting.flatMap(({ files }) => files));
  for (const some of batches(quiet, MOST_AT_ONCE)) yield { settled: some.flat(), left: [] };
  if (quiet.length === 0) yield { settled: [], left: [] };

  for (;;) {
    const next = waiting.reduce((soonest, { due }) => Math.min(soonest, due), Number.POSITIVE_INFINITY);
    if (next > deadline) break;
    const until = Math.max(next, clock.now()) + TOGETHER_MS;
    const { due = [], later = [] } = Object.groupBy(waiting, (each) => (each.due <= until ? 'due' : 'later'));
    await waitUntil(latest(due.map((each) => each.due)), clock, signal);
    const looks = await mapConcurrently(due, CONCURRENCY, (each) => lookAtAll(each.files, signal));
    const looked = { now: clock.now(), wall: clock.wall() };
    if (looks.some(({ isAlike }) => isAlike)) ({ writerOf } = await openFiles());
    const isSettled = ({ isAlike, files }: Look) => isAlike && isClosed(files);
    const restless = looks.filter((look) => !isSettled(look) && look.files.length > 0);
    waiting = [
      ...later,
      ...restless.map(({ files }) => ({ files, due: nextLook(files, looked, intervalMs) })),
    ];
    yield {
      settled: looks.filter(isSettled).flatMap(({ files }) => files),
      left: looks.flatMap(({ left }) => left),
    };
  }
  const nameWriter = (file: FoundFile) => writerOf(file.identity);
  yield { settled: [], left: waiting.flatMap(({ files }) => unsettled(files, nameWriter)) };
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

const SECOND_NS = 1_000_000_000n;

/**
 * When nothing will have changed the file for an interval. Both times, because a file that is copied or moved here may
 * keep the time of its content. A whole second may be FAT's, and older than the change; a time that is still to come tells
 * nothing.
 */
function dueAt(
  { identity: { modified, changed } }: FoundFile,
  { now, wall }: Moment,
  intervalMs: number,
): number {
  const isCoarse = modified % SECOND_NS === 0n && changed % SECOND_NS === 0n;
  const wait = intervalMs + (isCoarse ? COARSEST_TIME_MS : 0);
  const age = wall - Number(modified > changed ? modified : changed) / 1e6;
  return now + (age < 0 ? wait : Math.max(0, wait - age));
}

/** Nothing has changed it for an interval, by its times. */
export const hasRested = (file: FoundFile, at: Moment, intervalMs: number): boolean =>
  dueAt(file, at, intervalMs) <= at.now;

/** For what has just changed, or is written to: there is something to wait for, whatever the times say. */
function nextLook(files: Company, looked: Moment, intervalMs: number): number {
  const due = latest(files.map((file) => dueAt(file, looked, intervalMs)));
  return due <= looked.now ? looked.now + intervalMs : due;
}

const latest = (moments: readonly number[]): number =>
  moments.reduce((last, moment) => Math.max(last, moment), Number.NEGATIVE_INFINITY);

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
