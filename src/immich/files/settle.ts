import { lstat, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { FoundFile } from './found-file.ts';
import { type FileProblem, problemOf } from './hash.ts';
import { identityOf, sameIdentity } from './identity.ts';

export interface SettleOptions {
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** A file that stopped changing, as it is now; or why it is left. */
export type Settled =
  | { readonly settled: FoundFile }
  | { readonly left: FoundFile; readonly outcome: 'unsettled' | FileProblem['problem']; readonly reason: string };

const LOOKING = 64;

/**
 * Groups of files, each as soon as all of it has settled: two looks an interval apart are alike, or its own times say
 * that it has not changed for so long. After the time-out those that still change, and when the run ends all, are left.
 */
export async function* settle(
  groups: readonly (readonly FoundFile[])[],
  { intervalMs, timeoutMs, signal }: SettleOptions,
): AsyncGenerator<readonly Settled[]> {
  const deadline = performance.now() + timeoutMs;
  const looking = pLimit(LOOKING);
  let open = groups.map((files) => files.map((file): Watched => ({ file, state: 'new' })));
  while (open.length > 0 && !signal.aborted) {
    const waiting: Watched[][] = [];
    for (const group of open) {
      if (signal.aborted) return;
      const looked = await Promise.all(group.map((each) => looking(() => look(each, intervalMs))));
      if (looked.some(({ state }) => state === 'new')) waiting.push(looked);
      else yield looked.map(settled);
    }
    open = waiting;
    if (open.length === 0) return;
    const left = deadline - performance.now();
    if (left <= 0) break;
    await sleep(Math.min(intervalMs, left), undefined, { signal }).catch(() => {});
  }
  if (signal.aborted) return;
  for (const group of open) yield group.map(settled);
}

interface Watched {
  readonly file: FoundFile;
  readonly state: 'new' | 'settled' | FileProblem;
}

async function look(watched: Watched, intervalMs: number): Promise<Watched> {
  const { file, state } = watched;
  if (state !== 'new' && state !== 'settled') return watched;
  return watched;
}
