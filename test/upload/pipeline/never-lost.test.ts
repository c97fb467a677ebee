/** @module-tag upload */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { uploadFolder } from '../../../src/upload/upload.ts';
import { RandomRun } from './random-run.ts';

/** HSDOCTOR_CASES=10000 for more, HSDOCTOR_SEED to begin elsewhere, or to see one case again. */
const CASES = Number(process.env.HSDOCTOR_CASES ?? 1000);
const FIRST = Number(process.env.HSDOCTOR_SEED ?? 1);
const AT_ONCE = 16;
const TIME_LIMIT_MS = 20 * 60_000;

test(`whatever server, network, user and clock do, every photo is here or provably there: ${CASES} cases`, {
  timeout: TIME_LIMIT_MS,
}, async () => {
  const seeds = Array.from({ length: CASES }, (_, index) => FIRST + index).values();
  const statuses = new Map<number, number>();
  const work = async () => {
    for (const seed of seeds) {
      const exitStatus = await oneCase(seed);
      statuses.set(exitStatus, (statuses.get(exitStatus) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // Cases that all fail at once, or all succeed, would show nothing.
  expect([...statuses.keys()]).toEqual(expect.arrayContaining([0, 1, 3]));
});

async function oneCase(seed: number): Promise<number> {
  await using run = await RandomRun.start(seed);
  const stop = new AbortController();
  const dryRun = run.random() < 0.1;
  const disturbing = disturb(run, stop);
  const report = await uploadFolder({
    ...run.options,
    folder: run.folder,
    url: run.server.url,
    key: run.server.key,
    followSymlinks: false,
    ignore: [],
    settleIntervalMs: 10 + run.below(20),
    settleTimeoutMs: 500,
    restIntervalMs: 10,
    timeoutMs: run.random() < 0.1 ? 1 + run.below(300) : 20_000,
    dryRun,
    engine: 'own',
    transfer: { idleTimeoutMs: 300, responseTimeoutMs: 300, retries: run.below(3), retryDelayMs: 5 },
    cacheFolder: `${run.root}/cache`,
    lockFolder: run.root,
    version: '0',
    signal: stop.signal,
  });
  await disturbing;
  expect({ seed, lost: run.lost() }).toEqual({ seed, lost: [] });
  // What it calls deleted is proven: it says no more than it did.
  const wrong = report.files.filter(
    ({ local, outcome }) =>
      (local === 'deleted' || local === 'moved') &&
      (dryRun || !['uploaded', 'present', 'restored', 'attached'].includes(outcome)),
  );
  expect({ seed, wrong }).toEqual({ seed, wrong: [] });
  return report.exitStatus;
}

async function disturb(run: RandomRun, stop: AbortController): Promise<void> {
  const often = run.random() < 0.5 ? 0 : 1 + run.below(4);
  for (let n = 0; n < often; n++) {
    await sleep(run.below(60));
    run.disturb();
  }
  if (run.random() < 0.1) stop.abort('SIGTERM');
}
