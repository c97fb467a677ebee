/** @module-tag upload */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { BIN } from '../../support/hsdoctor.ts';
import { RandomRun } from './random-run.ts';

/** HSDOCTOR_KILLS=500 for more, HSDOCTOR_SEED to begin elsewhere, or to see one case again. */
const KILLS = Number(process.env.HSDOCTOR_KILLS ?? 40);
const FIRST = Number(process.env.HSDOCTOR_SEED ?? 1);
const AT_ONCE = 2;
/** From the start of the process to behind the end of most runs. */
const LATEST_MS = 900;
/** Most runs ask the server this often, or more. */
const FIRST_REQUESTS = 12;
const TIME_LIMIT_MS = 20 * 60_000;

test(`a run that is killed at any moment loses nothing, and the next one ends its work: ${KILLS} kills`, {
  timeout: TIME_LIMIT_MS,
}, async () => {
  const seeds = Array.from({ length: KILLS }, (_, index) => FIRST + index).values();
  let inTheMiddle = 0;
  const work = async () => {
    for (const seed of seeds) if (await oneKill(seed)) inTheMiddle++;
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // Kills that all come before the first request, or after the end, would show nothing.
  expect(inTheMiddle).toBeGreaterThan(KILLS / 10);
});

/** @returns whether it was killed after it had asked the server something and before its end */
async function oneKill(seed: number): Promise<boolean> {
  await using run = await RandomRun.start(seed);
  const first = start(run);
  let isOver = false;
  void first.then(() => {
    isOver = true;
  });
  if (seed % 2 === 0) await sleep(run.below(LATEST_MS));
  else {
    // However slow this machine is.
    const asked = 1 + run.below(FIRST_REQUESTS);
    while (!isOver && run.server.requests.length < asked) await sleep(1);
  }
  const isUnderWay = !isOver && run.server.requests.length > 0;
  first.kill('SIGKILL');
  await first;
  expect({ seed, lost: run.lost() }).toEqual({ seed, lost: [] });

  run.server.faults = [];
  const { exitCode, stdout } = await start(run);
  expect({ seed, lost: run.lost() }).toEqual({ seed, lost: [] });
  // A server that died of its faults cannot come back; all others take what is left.
  const { ending } = JSON.parse(stdout);
  if (ending === 'complete') expect([0, 1]).toContain(exitCode);
  else expect({ seed, ending }).toEqual({ seed, ending: 'refused' });
  return isUnderWay;
}

function start(run: RandomRun) {
  const { proven, verify, album, restoreTrashed, concurrency } = run.options;
  return execa(
    process.execPath,
    [
      BIN,
      'immich',
      'upload',
      run.folder,
      '--json',
      '--recursive',
      `--concurrency=${concurrency}`,
      `--verify=${verify}`,
      ...(typeof proven === 'object' ? ['--move-to', proven.moveTo] : ['--delete']),
      ...(album === 'folder' ? ['--album-from-folder'] : album === undefined ? [] : ['--album', album.name]),
      ...(restoreTrashed ? ['--restore-trashed'] : []),
      '--retries=1',
      '--retry-delay=10ms',
      '--idle-timeout=1s',
      '--response-timeout=1s',
      '--settle-interval=50ms',
      '--rest-interval=50ms',
    ],
    {
      reject: false,
      timeout: 60_000,
      env: {
        HOME: run.root,
        XDG_CACHE_HOME: `${run.root}/cache`,
        XDG_CONFIG_HOME: `${run.root}/config`,
        IMMICH_INSTANCE_URL: run.server.url,
        IMMICH_API_KEY: run.server.key,
      },
    },
  );
}
