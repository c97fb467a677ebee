import { appendFileSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FoundFile } from '../../../src/upload/files/found-file.ts';
import { type Moment, type Settling, settle } from '../../../src/upload/files/settle.ts';
import { found, freshFolder, put, putFound } from './folder.ts';

const DAY_MS = 86_400_000;

/** Settles with an interval of 1 s and a time-out of 5 s; instead of each wait, `change` is called with its number. */
async function settled(
  files: readonly FoundFile[],
  change: (wait: number) => unknown = () => {},
  options: {
    listedAt?: Moment;
    timeoutMs?: number;
    company?: (file: FoundFile) => string;
    writers?: ReadonlyMap<bigint, string>;
  } = {},
): Promise<{ rounds: string[][]; left: [string, string][]; events: Settling[] }> {
  let now = 0;
  const clock = {
    now: () => now,
    // To it all times are still to come, and tell nothing.
    wall: () => 0,
    wait: async (ms: number) => {
      now += ms;
      change(now / 1000);
    },
  };
  const events: Settling[] = [];
  const settling = settle(files, {
    intervalMs: 1000,
    timeoutMs: 5000,
    listedAt: { now: 0, wall: 0 },
    company: ({ name }) => name,
    openFiles: async () => ({ writerOf: ({ inode }) => options.writers?.get(inode) }),
    signal: new AbortController().signal,
    clock,
    ...options,
  });
  for await (const event of settling) events.push(event);
  return {
    rounds: events.map((event) => event.settled.map(({ name }) => name)),
    left: events.flatMap((event) =>
      event.left.map(({ file, problem }): [string, string] => [file.name, problem]),
    ),
    events,
  };
}

test('files that nothing changed for an interval are given out without a wait', async () => {
  const files = ['a.jpg', 'b.jpg'].map((name) => putFound(freshFolder(), name));
  const { rounds } = await settled(files, () => expect.unreachable(), {
    listedAt: { now: 0, wall: Date.now() + DAY_MS },
  });
  expect(rounds.flat()).toEqual(['a.jpg', 'b.jpg']);
});

test('others are given out as soon as two looks are alike, as they are then', async () => {
  const folder = freshFolder();
  const files = ['still.jpg', 'grows.jpg'].map((name) => putFound(folder, name));
  const { rounds, events } = await settled(files, (wait) => {
    if (wait <= 2) appendFileSync(`${folder}/grows.jpg`, 'more');
  });
  expect(rounds).toEqual([[], ['still.jpg'], [], ['grows.jpg'], []]);
  expect(events[3]?.settled).toEqual([found(folder, 'grows.jpg')]);
});

test('each file has its own wait, from the time of its last change', async () => {
  const folder = freshFolder();
  const files: FoundFile[] = [];
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) {
    files.push(putFound(folder, name));
    await sleep(80);
  }
  const listedAt = Date.now();
  let now = 0;
  const settling = settle(files, {
    intervalMs: 1000,
    timeoutMs: 5000,
    listedAt: { now: 0, wall: listedAt },
    company: ({ name }) => name,
    openFiles: async () => ({ writerOf: () => undefined }),
    signal: new AbortController().signal,
    clock: {
      now: () => now,
      wall: () => listedAt + now,
      wait: async (ms) => {
        now += ms;
      },
    },
  });
  const waits: number[] = [];
  for await (const { settled } of settling)
    for (const { identity } of settled) waits.push(listedAt + now - Number(identity.changed) / 1e6);
  expect(waits).toHaveLength(3);
  for (const wait of waits) {
    expect(wait).toBeGreaterThanOrEqual(999);
    expect(wait).toBeLessThan(1050);
  }
});

test('a time that may be two seconds older than the change, as on FAT, is waited for longer', async () => {
  const folder = freshFolder();
  const listedAt = Date.UTC(2026, 0, 1, 12, 0, 1, 500);
  const changed = (name: string, at: number): FoundFile => {
    const file = putFound(folder, name);
    return {
      ...file,
      identity: { ...file.identity, modified: BigInt(at) * 1_000_000n, changed: BigInt(at) * 1_000_000n },
    };
  };
  const files = [
    changed('coarse.jpg', listedAt - 1500),
    changed('coarse-and-old.jpg', listedAt - 3500),
    changed('fine.jpg', listedAt - 1501),
  ];
  const { rounds } = await settled(files, () => {}, { listedAt: { now: 0, wall: listedAt } });
  expect(rounds[0]).toEqual(['coarse-and-old.jpg', 'fine.jpg']);
});

test('a new file whose content has an old time waits, and one from the future not for ever', async () => {
  const folder = freshFolder();
  for (const [name, time] of [
    ['old.jpg', 1_000_000_000],
    ['future.jpg', 4_000_000_000],
  ] as const) {
    utimesSync(put(folder, name), time, time);
  }
  const { rounds } = await settled([found(folder, 'old.jpg'), found(folder, 'future.jpg')]);
  expect(rounds).toEqual([[], ['old.jpg', 'future.jpg'], []]);
});

test('what never settles, vanishes or is replaced is told, and the others go on', async () => {
  const folder = freshFolder();
  const files = ['grows.jpg', 'goes.jpg', 'still.jpg', 'folder.jpg', 'swapped.jpg'].map((name) =>
    putFound(folder, name),
  );
  const { rounds, left } = await settled(files, (wait) => {
    appendFileSync(`${folder}/grows.jpg`, 'more');
    if (wait !== 1) return;
    rmSync(`${folder}/goes.jpg`);
    rmSync(`${folder}/folder.jpg`);
    mkdirSync(`${folder}/folder.jpg`);
    writeFileSync(`${folder}/new`, 'swapped.jpg');
    renameSync(`${folder}/new`, `${folder}/swapped.jpg`);
  });
  expect(rounds).toEqual([[], ['still.jpg'], ['swapped.jpg'], [], [], [], []]);
  expect(left).toEqual([
    ['goes.jpg', 'vanished'],
    ['folder.jpg', 'changed'],
    ['grows.jpg', 'unsettled'],
  ]);
});

test('a photo waits for its sidecar', async () => {
  const folder = freshFolder();
  const files = ['a.jpg', 'a.xmp', 'b.jpg'].map((name) => putFound(folder, name));
  const company = ({ name }: FoundFile) => name.slice(0, 1);
  const grow = (wait: number) => wait <= 1 && appendFileSync(`${folder}/a.xmp`, 'more');
  expect((await settled(files, grow, { company })).rounds).toEqual([[], ['b.jpg'], ['a.jpg', 'a.xmp'], []]);
});

test('without time for a second look nothing new is settled, and nothing is waited for', async () => {
  const files = [putFound(freshFolder(), 'a.jpg')];
  const { left } = await settled(files, () => expect.unreachable(), { timeoutMs: 900 });
  expect(left).toEqual([['a.jpg', 'unsettled']]);
});

test('no file is given out twice or forgotten, and none that changed since the look before', async () => {
  const changes = fc.array(
    fc.record({ wait: fc.integer({ min: 1, max: 5 }), file: fc.nat(5), goes: fc.boolean() }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(changes, fc.integer({ min: 1, max: 6 }), async (all, groups) => {
      const folder = freshFolder();
      const files = [0, 1, 2, 3, 4, 5].map((index) => putFound(folder, `${index}.jpg`));
      const { events, rounds } = await settled(
        files,
        (wait) => {
          for (const { file, goes } of all.filter((each) => each.wait === wait)) {
            if (goes) rmSync(`${folder}/${file}.jpg`, { force: true });
            else appendFileSync(`${folder}/${file}.jpg`, 'more');
          }
        },
        { company: ({ name }) => `${Number(name[0]) % groups}` },
      );
      const told = events.flatMap(({ settled, left }) => [...settled, ...left.map(({ file }) => file)]);
      expect(told.map(({ name }) => name).sort()).toEqual(files.map(({ name }) => name));
      rounds.forEach((names, wait) => {
        for (const name of names)
          expect(all.some((each) => each.wait === wait && `${each.file}.jpg` === name)).toBe(false);
      });
    }),
    { numRuns: 100 },
  );
});

test('what a process has open for writing waits with its company, and is told by it at the end', async () => {
  const folder = freshFolder();
  const files = ['a.jpg', 'a.xmp', 'b.jpg', 'c.jpg'].map((name) => putFound(folder, name));
  const inode = (name: string) => found(folder, name).identity.inode;
  const writers = new Map([
    [inode('a.xmp'), 'process 1 (editor)'],
    [inode('c.jpg'), 'process 2 (camera)'],
  ]);
  const { rounds, events } = await settled(files, (wait) => wait === 2 && writers.delete(inode('c.jpg')), {
    listedAt: { now: 0, wall: Date.now() + DAY_MS },
    company: ({ name }) => name.charAt(0),
    writers,
  });
  expect(rounds).toEqual([['b.jpg'], [], ['c.jpg'], [], [], [], []]);
  expect(events.at(-1)?.left.map(({ file, problem, reason }) => [file.name, problem, reason])).toEqual([
    ['a.jpg', 'unsettled', 'it, or a file that may belong to it, did not stop changing'],
    ['a.xmp', 'unsettled', 'process 1 (editor) has it open for writing'],
  ]);
});

test('an abort ends the wait at once, with its reason', async () => {
  const aborter = new AbortController();
  const settling = settle([putFound(freshFolder(), 'a.jpg')], {
    intervalMs: DAY_MS,
    timeoutMs: 2 * DAY_MS,
    listedAt: { now: performance.now(), wall: Date.now() },
    company: ({ name }) => name,
    openFiles: async () => ({ writerOf: () => undefined }),
    signal: aborter.signal,
  });
  await settling.next();
  const next = settling.next();
  aborter.abort(new Error('SIGTERM'));
  await expect(next).rejects.toThrow('SIGTERM');
});
