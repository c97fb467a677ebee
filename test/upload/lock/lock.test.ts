import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseLock } from '../../../src/model/upload-lock.ts';
import { acquireLock, type Lock } from '../../../src/upload/lock/lock.ts';
import { identify } from '../../../src/upload/lock/process.ts';
import { LockPlace } from './support.ts';

const STARTED_TOGETHER = 20;
const ROUNDS = 15;
const ANOTHER_START = 'another time';

let place: LockPlace;
beforeEach(() => {
  place = new LockPlace();
});
afterEach(() => place.remove());

const acquire = () => acquireLock(place.folder, place.options);

async function held(): Promise<{ lock: Lock; notes: readonly string[] }> {
  const taken = await acquire();
  if ('busy' in taken) throw new Error(taken.busy);
  return { lock: taken.held, notes: taken.notes };
}

async function busy(): Promise<string> {
  const taken = await acquire();
  if ('held' in taken) throw new Error('the lock was free');
  return taken.busy;
}

describe('a lock', () => {
  test('says who holds it, and leaves nothing behind', async () => {
    const { lock, notes } = await held();
    const { start } = await identify(process.pid);
    expect(notes).toEqual([]);
    expect(parseLock(place.text())).toMatchObject({
      pid: process.pid,
      procStart: start,
      folder: place.folder,
      nonce: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(statSync(place.path).mode & 0o777).toBe(0o644 & ~process.umask());
    expect(place.locks()).toHaveLength(1);
    lock.release();
    lock.release();
    expect(place.locks()).toEqual([]);
  });

  test('that is held says by whom, since when, and of which folder', async () => {
    const { lock } = await held();
    const since = parseLock(place.text())?.startedAt;
    expect(await busy()).toBe(
      `another upload of ${place.folder} is running: process ${process.pid}, since ${since}`,
    );
    lock.release();
    (await held()).lock.release();
  });

  test('is one for all names of a folder, and none of another folder', async () => {
    const { lock } = await held();
    const alias = `${place.folder}-alias`;
    symlinkSync(place.folder, alias);
    expect(await acquireLock(`${alias}/../photos/`, place.options)).toHaveProperty('busy');
    expect(await acquireLock(alias, place.options)).toHaveProperty('busy');
    const other = `${place.folder} of "another",\nwith lines`;
    mkdirSync(other);
    expect(await acquireLock(other, place.options)).toHaveProperty('held');
    lock.release();
  });

  test('is released only by its own holder', async () => {
    const { lock } = await held();
    const text = place.plant({ pid: process.pid, procStart: '' });
    lock.release();
    expect(place.text()).toBe(text);
  });

  test('is not released through a link, nor by a holder that released it before', async () => {
    const first = await held();
    const elsewhere = join(place.lockFolder, 'elsewhere');
    writeFileSync(elsewhere, place.text());
    unlinkSync(place.path);
    symlinkSync(elsewhere, place.path);
    first.lock.release();
    expect(place.locks()).toHaveLength(2);
    unlinkSync(place.path);
    const second = await held();
    first.lock.release();
    expect(await busy()).toContain(`process ${process.pid}`);
    second.lock.release();
  });

  test.each([
    ['a folder that does not exist', () => [join(place.folder, 'gone'), place.lockFolder], 'no such file'],
    ['locks that can be made nowhere', () => [place.folder, join(place.folder, 'gone')], 'no such file'],
  ] as const)('cannot be taken of %s, which is told', async (_, where, reason) => {
    const [folder, lockFolder] = where();
    const taken = await acquireLock(folder ?? '', { ...place.options, lockFolder: lockFolder ?? '' });
    expect(taken).toEqual({ busy: expect.stringContaining(reason) });
  });
});

describe('the lock of an owner', () => {
  test('that was killed is taken over, with a word', async () => {
    const runner = place.runner();
    expect(await runner.tell('acquire')).toEqual({ held: true, notes: [] });
    expect(await busy()).toContain(`process ${runner.pid}`);
    await runner.kill();
    const { notes } = await held();
    expect(notes).toEqual([expect.stringMatching(`of process ${runner.pid}, which has ended$`)]);
    expect(parseLock(place.text())?.pid).toBe(process.pid);
    expect(place.locks()).toHaveLength(1);
  });

  test('that has ended, though its number is not free yet, is taken over', async () => {
    const pid = await place.zombiePid();
    place.plant({ pid, procStart: (await identify(pid)).start });
    expect((await held()).notes).toEqual([expect.stringContaining('which has ended')]);
  });

  test('whose number belongs to another process is taken over', async () => {
    place.plant({ pid: (await place.idle()).pid, procStart: ANOTHER_START });
    expect((await held()).notes).toEqual([expect.stringContaining('now belongs to another process')]);
  });

  test('whose number is now our own is taken over', async () => {
    place.plant({ pid: process.pid, procStart: ANOTHER_START });
    expect((await held()).notes).toEqual([expect.stringContaining('now belongs to another process')]);
  });

  test('whose start nobody knows is respected while the number is in use', async () => {
    const { pid } = await place.idle();
    const text = place.plant({ pid, procStart: '' });
    expect(await busy()).toContain(`process ${pid}`);
    expect(place.text()).toBe(text);
  });

  test('is respected while another process takes it over, and taken over when that one is gone too', async () => {
    const other = await place.idle();
    const gone = { pid: await place.gonePid(), procStart: ANOTHER_START };
    const takeover = `${place.path}.takeover`;
    place.plant(gone);
    place.plant({ pid: other.pid, procStart: (await identify(other.pid)).start }, { path: takeover });
    expect(await busy()).toContain(`process ${other.pid}`);
    place.plant(gone, { path: takeover });
    place.plant(gone, { path: `${takeover}.takeover` });
    expect((await held()).notes).toEqual([
      expect.stringContaining(`of process ${gone.pid}, which has ended`),
    ]);
    expect(place.locks()).toHaveLength(1);
  });
});

describe('what is not understood is left, and it is told how to remove it', () => {
  const owner = { pid: 4711, procStart: ANOTHER_START };
  const cases: Record<string, () => unknown> = {
    'an empty file': () => writeFileSync(place.path, ''),
    'a file of something else': () => writeFileSync(place.path, Buffer.from([0, 255, 10, 0])),
    'a number alone': () => writeFileSync(place.path, '4711\n'),
    'a lock that was cut short': () => writeFileSync(place.path, place.plant(owner).slice(0, -5)),
    'a lock with more than a lock has': () => writeFileSync(place.path, `${place.plant(owner)}pid=1\n`),
    'the number 0, which means a whole group': () => place.plant({ pid: 0, procStart: '' }),
    'a negative number': () => place.plant({ pid: -1, procStart: '' }),
    'a number beyond all numbers': () => place.plant({ pid: 99999999999, procStart: '' }),
    'a lock of another folder': () => place.plant(owner, { folder: '/another' }),
    'a link to a file': () => {
      writeFileSync(join(place.folder, 'target'), place.plant(owner));
      unlinkSync(place.path);
      symlinkSync(join(place.folder, 'target'), place.path);
    },
    'a dangling link': () => symlinkSync(join(place.folder, 'target'), place.path),
    'a folder': () => mkdirSync(place.path),
    'a pipe that nobody writes into': () => execFileSync('mkfifo', [place.path]),
  };
  test.each(Object.entries(cases))('%s', async (_, arrange) => {
    arrange();
    const before = execFileSync('ls', ['-lR', place.lockFolder, place.folder], { encoding: 'utf8' });
    expect(await busy()).toContain(`|| rm ${place.path}`);
    expect(execFileSync('ls', ['-lR', place.lockFolder, place.folder], { encoding: 'utf8' })).toBe(before);
  });
});

describe('of many that start at once exactly one holds it', { tags: 'upload' }, () => {
  const crowded = new LockPlace();
  const runners = Array.from({ length: STARTED_TOGETHER }, () => crowded.runner());
  afterAll(() => crowded.remove());

  const gone = async () => ({ pid: await crowded.gonePid(), procStart: '' });
  const takeover = { path: `${crowded.path}.takeover` };
  const arrangements: Record<string, () => Promise<unknown>> = {
    'where nobody held it': async () => undefined,
    'where its owner is gone': async () => crowded.plant(await gone()),
    'where its number belongs to another': async () =>
      crowded.plant({ pid: process.pid, procStart: ANOTHER_START }),
    'where its owner is gone, and who took it over too': async () => [
      crowded.plant(await gone()),
      crowded.plant(await gone(), takeover),
    ],
    'where only a takeover was left': async () => crowded.plant(await gone(), takeover),
  };

  test.each(Object.entries(arrangements))('%s', async (_, arrange) => {
    for (let round = 0; round < ROUNDS; round++) {
      await arrange();
      const answers = await Promise.all(runners.map((runner) => runner.tell('acquire')));
      const holders = runners.filter((_, n) => answers[n]?.held);
      expect(holders).toHaveLength(1);
      expect(parseLock(crowded.text())?.pid).toBe(holders[0]?.pid);
      expect(answers.filter(({ busy: reason }) => reason?.startsWith('another upload'))).toHaveLength(
        STARTED_TOGETHER - 1,
      );
      await Promise.all(runners.map((runner) => runner.tell('release')));
      expect(crowded.locks().filter((name) => !name.endsWith('.takeover'))).toEqual([]);
    }
  });

  test('when the holder is killed, round after round', async () => {
    for (let left = [...runners]; left.length > 0; ) {
      const answers = await Promise.all(left.map((runner) => runner.tell('acquire')));
      const holders = left.filter((_, n) => answers[n]?.held);
      expect(holders).toHaveLength(1);
      await holders[0]?.kill();
      left = left.filter((runner) => runner !== holders[0]);
    }
    expect(await acquireLock(crowded.folder, crowded.options)).toHaveProperty('notes.length', 1);
  });
});
