import { setTimeout as sleep } from 'node:timers/promises';
import type { TransferOptions } from '../options.ts';
import { aborted, ServerProblem } from './problem.ts';
import { Patience } from './retry-after.ts';

const LONGEST_DELAY_MS = 60_000;

export type OnRetry = (problem: ServerProblem, delayMs: number) => void;

/**
 * Repeats what failed for a reason that may pass, later each time, and at another moment than others do. `attempt` is
 * told how many there were before it. Throws the problem of the last attempt.
 */
export async function withRetries<T>(
  attempt: (before: number) => Promise<T>,
  options: Pick<TransferOptions, 'retries' | 'retryDelayMs'>,
  signal?: AbortSignal,
  onRetry?: OnRetry,
  patience = new Patience(),
): Promise<T> {
  for (let before = 0; ; before++) {
    try {
      return await attempt(before);
    } catch (error) {
      if (!(error instanceof ServerProblem && error.retryable) || before >= options.retries) throw error;
      const delayMs = patience.of(error.retryAfterMs ?? 0) + jittered(options.retryDelayMs * 2 ** before);
      onRetry?.(error, delayMs);
      await pause(delayMs, signal);
    }
  }
}

const jittered = (ms: number): number => Math.random() * Math.min(ms, LONGEST_DELAY_MS);

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw aborted();
  }
}
