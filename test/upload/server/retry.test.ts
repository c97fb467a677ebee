import { expect, test } from 'vitest';
import { ServerProblem } from '../../../src/upload/server/problem.ts';
import { withRetries } from '../../../src/upload/server/retry.ts';
import { Patience, retryAfter } from '../../../src/upload/server/retry-after.ts';
import { problemOf } from './support.ts';

const busy = (retryAfterMs?: number) => new ServerProblem('busy', 'busy', { retryable: true, retryAfterMs });

test('what may pass is repeated, later each time, and told', async () => {
  const attempts: number[] = [];
  const delays: number[] = [];
  const result = await withRetries(
    async (before) => {
      attempts.push(before);
      if (before < 3) throw busy();
      return 'done';
    },
    { retries: 3, retryDelayMs: 2 },
    undefined,
    (_, delayMs) => delays.push(delayMs),
  );
  expect(result).toBe('done');
  expect(attempts).toEqual([0, 1, 2, 3]);
  expect(delays.every((delay, index) => delay >= 0 && delay <= 2 * 2 ** index)).toBe(true);
});

test('the last problem is thrown when the retries are used up', async () => {
  let attempts = 0;
  const failing = withRetries(
    async () => {
      attempts++;
      throw busy();
    },
    { retries: 2, retryDelayMs: 1 },
  );
  expect((await problemOf(failing)).kind).toBe('busy');
  expect(attempts).toBe(3);
});

test('what cannot pass, and what is no problem of the server, is not repeated', async () => {
  for (const error of [new ServerProblem('too-large', 'too large'), new TypeError('a mistake')]) {
    let attempts = 0;
    const failing = withRetries(
      async () => {
        attempts++;
        throw error;
      },
      { retries: 5, retryDelayMs: 1 },
    );
    await expect(failing).rejects.toBe(error);
    expect(attempts).toBe(1);
  }
});

test('the server says how long to wait at least', async () => {
  const delays: number[] = [];
  await withRetries(
    async (before) => {
      if (before === 0) throw busy(30);
    },
    { retries: 1, retryDelayMs: 1 },
    undefined,
    (_, delayMs) => delays.push(delayMs),
  );
  expect(delays[0]).toBeGreaterThanOrEqual(30);
});

test('a wait ends at once with the run', async () => {
  const end = new AbortController();
  const failing = withRetries(
    async () => {
      throw busy(100_000);
    },
    { retries: 1, retryDelayMs: 1 },
    end.signal,
    () => end.abort(),
  );
  expect((await problemOf(failing)).kind).toBe('aborted');
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-11-01T10:00:00Z');
  expect(retryAfter('7', now)).toBe(7000);
  expect(retryAfter('Sun, 01 Nov 2026 10:00:05 GMT', now)).toBe(5000);
  expect(retryAfter('Sun, 01 Nov 2026 09:00:00 GMT', now)).toBe(0);
  expect(retryAfter('86400', now)).toBe(86_400_000);
  expect(retryAfter('soon', now)).toBeUndefined();
  expect(retryAfter(undefined, now)).toBeUndefined();
});

test('a server that wants to be left alone for longer than two minutes is, for two minutes, once', () => {
  const patience = new Patience();
  expect(patience.of(5000, 0)).toBe(5000);
  expect(patience.of(86_400_000, 1000)).toBe(120_000);
  // Another request, at the same time.
  expect(patience.of(86_400_000, 31_000)).toBe(90_000);
  expect(patience.of(86_400_000, 121_000)).toBe(0);
  expect(patience.of(86_400_000, 500_000)).toBe(0);
  expect(patience.of(5000, 500_000)).toBe(5000);
});
