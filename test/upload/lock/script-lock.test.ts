import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock } from '../../../src/upload/lock/lock.ts';
import { SCRIPT_LOCKS } from '../../../src/upload/lock/script-lock.ts';
import { pathOf } from '../../support/loopback-host.ts';
import { LockPlace } from './support.ts';

const HAS_PS = pathOf('ps') !== undefined;
const UPLOAD = '/Users/ann/My Scripts/upload-immich.sh';
const LONG_AGO = new Date(Date.now() - 3_600_000);

let place: LockPlace;
beforeEach(() => {
  place = new LockPlace();
});
afterEach(() => place.remove());

/** When ps says that the process began, in that zone. */
const startOf = (pid: number, TZ = 'Asia/Seoul') =>
  execFileSync('ps', ['-p', String(pid), '-o', 'lstart='], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ },
  }).trim();

const inFile = (text: string) => {
  writeFileSync(place.scriptLocks.file, text);
  utimesSync(place.scriptLocks.file, LONG_AGO, LONG_AGO);
};
const inFolder = (text?: string) => {
  mkdirSync(place.scriptLocks.folder);
  if (text !== undefined) {
    const token = join(place.scriptLocks.folder, 'owner.token');
    writeFileSync(token, text);
    utimesSync(token, LONG_AGO, LONG_AGO);
  }
  utimesSync(place.scriptLocks.folder, LONG_AGO, LONG_AGO);
};
const token = (pid: number, start: string) =>
  `pid=${pid}\nproc_start=${start}\nnonce=0123456789abcdef\nstarted_at=1763890000\n`;

/** The sentence why it is busy, or the notes. */
async function outcome(): Promise<string | readonly string[]> {
  const before = everything();
  const taken = await acquireLock(place.folder, place.options);
  if ('held' in taken) taken.held.release();
  expect(everything()).toBe(before);
  return 'busy' in taken ? taken.busy : taken.notes;
}

const everything = () => execFileSync('ls', ['-lR', place.lockFolder], { encoding: 'utf8' });

test('the locks of the scripts lie where the scripts make them', () => {
  expect(SCRIPT_LOCKS).toEqual({ file: '/tmp/upload-immich.lock', folder: '/tmp/upload-immich.lock.d' });
});

describe.skipIf(!HAS_PS)('a script that uploads is respected (skipped without ps)', () => {
  const forms: Record<string, (pid: number) => unknown> = {
    'a file with its number': (pid) => inFile(`${pid}\n`),
    'a file with its number and no end of line': (pid) => inFile(String(pid)),
    'a file with number and start': (pid) => inFile(token(pid, startOf(pid))),
    'a folder with a token': (pid) => inFolder(token(pid, startOf(pid))),
    'a start of another zone': (pid) => inFolder(token(pid, startOf(pid, 'Asia/Kathmandu'))),
    'a start in the words of another language': (pid) => inFolder(token(pid, '월 11/23 20:49:54 2026')),
    'a start that could not be read': (pid) => inFolder(token(pid, '')),
    both: (pid) => [inFile(`${pid}\n`), inFolder(token(pid, startOf(pid)))],
    'the folder, beside a stale file': (pid) => [inFile('999999999\n'), inFolder(`pid=${pid}\n`)],
  };
  test.each(Object.entries(forms))('%s', async (_, arrange) => {
    const { pid } = await place.idle(UPLOAD);
    arrange(pid);
    expect(await outcome()).toContain(`the upload script is running: process ${pid}, which holds`);
  });
});

describe.skipIf(!HAS_PS)('a lock that a script left is told, and left alone (skipped without ps)', () => {
  const forms: Record<string, () => unknown> = {
    'of a process that is gone': async () => inFile(`${await place.gonePid()}\n`),
    'of a process that has only ended': async () => inFile(`${await place.zombiePid(UPLOAD)}\n`),
    'of a number that another program has': async () => inFile(`${(await place.idle('tail')).pid}\n`),
    'of a number that another program has, in a folder': async () =>
      inFolder(`pid=${(await place.idle('tail')).pid}\n`),
    'of a number that something else about uploads has': async () =>
      inFolder(token((await place.idle('upload-immich.log')).pid, 'Mon Mar  9 22:00:07 2026')),
    'of no owner, long ago': () => inFolder(),
    'of an empty token, long ago': () => inFolder(''),
    'of a token without a number, long ago': () => inFolder('pid=\nproc_start=\n'),
    'of an empty file, long ago': () => inFile(''),
  };
  test.each(Object.entries(forms))('%s', async (_, arrange) => {
    await arrange();
    expect(await outcome()).toEqual([expect.stringMatching(/of the upload script .*not touched$/)]);
  });
});

test('a lock that is being made is respected', async () => {
  mkdirSync(place.scriptLocks.folder);
  expect(await outcome()).toContain('has just started');
  writeFileSync(join(place.scriptLocks.folder, 'owner.token'), '');
  expect(await outcome()).toContain('has just started');
});

describe('what cannot be read is respected', () => {
  const forms: Record<string, () => unknown> = {
    'a link': () => symlinkSync('/dev/null', place.scriptLocks.file),
    'a dangling link': () => symlinkSync('/nowhere', place.scriptLocks.folder),
    'a token that is a link': () => [
      inFolder(),
      symlinkSync('/dev/null', join(place.scriptLocks.folder, 'owner.token')),
    ],
    'a token that is a folder': () => [inFolder(), mkdirSync(join(place.scriptLocks.folder, 'owner.token'))],
    'a pipe': () => execFileSync('mkfifo', [place.scriptLocks.file]),
  };
  test.each(Object.entries(forms))('%s', async (_, arrange) => {
    arrange();
    expect(await outcome()).toMatch(/of the upload script cannot be read: it is/);
  });
});

test('without a lock of a script nothing is said', async () => {
  expect(await outcome()).toEqual([]);
  expect(readdirSync(place.lockFolder)).toEqual([]);
});
