import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FoundFile } from '../../../src/upload/files/found-file.ts';
import { moveProven } from '../../../src/upload/files/move.ts';
import { found, freshFolder, laterThan, put, putFound } from './folder.ts';

const { signal } = new AbortController();
const sha1 = (content: Buffer | string) => createHash('sha1').update(content).digest('hex');
const move = (file: FoundFile, moveTo: string, checksum = sha1(readFileSync(file.path))) =>
  moveProven(file, { moveTo, checksum, hold: async () => undefined, signal });

/** Linux has one that is not that of the temporary folder. */
const OTHER_FILE_SYSTEM = '/dev/shm';
const hasOther = existsSync(OTHER_FILE_SYSTEM) && statSync(OTHER_FILE_SYSTEM).dev !== statSync(tmpdir()).dev;
const places: [string, () => string][] = [['the same file system', freshFolder]];
if (hasOther) places.push(['another file system', () => freshFolder(OTHER_FILE_SYSTEM)]);

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

test.each(places)('to %s, a file keeps its name, its folders, its bytes and its time', async (_, place) => {
  const folder = freshFolder();
  const moveTo = join(place(), 'new/folder');
  const content = Buffer.alloc(3_000_000, 'photo');
  const path = put(folder, 'Trip (Rome)/{a}\n.jpg', content);
  utimesSync(path, 1_000_000_000, 1_000_000_000);
  const to = join(moveTo, 'Trip (Rome)/{a}\n.jpg');
  expect(await move(found(folder, 'Trip (Rome)/{a}\n.jpg'), moveTo)).toEqual({ done: 'moved', to });
  expect(filesIn(folder)).toEqual([]);
  expect(existsSync(join(folder, 'Trip (Rome)'))).toBe(true);
  expect(filesIn(moveTo)).toEqual(['Trip (Rome)/{a}\n.jpg']);
  expect(readFileSync(to)).toEqual(content);
  expect(statSync(to).mtimeMs).toBe(1_000_000_000_000);
});

test.each(places)('to %s, nothing is overwritten', async (_, place) => {
  const folder = freshFolder();
  const moveTo = place();
  const long = `${'\u00e9'.repeat(125)}.jpeg`;
  for (const name of ['a.b.jpg', long]) {
    for (const round of [1, 2, 3]) await move(putFound(folder, name, `${round}`), moveTo);
  }
  const longer = (ending: string) => `${'\u00e9'.repeat(123)}${ending}`;
  const contents = filesIn(moveTo).map((name) => [name, readFileSync(join(moveTo, name), 'utf8')]);
  expect(Object.fromEntries(contents)).toEqual({
    'a.b.jpg': '1',
    'a.b (2).jpg': '2',
    'a.b (3).jpg': '3',
    [long]: '1',
    [longer(' (2).jpeg')]: '2',
    [longer(' (3).jpeg')]: '3',
  });
});

test.each(places)('to %s, a folder or a link that has the name is left alone', async (_, place) => {
  const folder = freshFolder();
  const moveTo = place();
  mkdirSync(join(moveTo, 'a.jpg'));
  symlinkSync('nowhere', join(moveTo, 'a (2).jpg'));
  expect(await move(putFound(folder, 'a.jpg'), moveTo)).toEqual({
    done: 'moved',
    to: join(moveTo, 'a (3).jpg'),
  });
});

test.each(places)('to %s, a file that changed stays, and nothing is left there', async (_, place) => {
  for (const change of [
    (path: string) => writeFileSync(path, 'other content'),
    (path: string) => {
      writeFileSync(`${path}.new`, 'content');
      renameSync(`${path}.new`, path);
    },
    (path: string) => linkSync(path, `${path}.link`),
  ]) {
    const folder = freshFolder();
    const moveTo = place();
    const file = putFound(folder, 'a.jpg', 'content');
    laterThan(file);
    change(file.path);
    const content = readFileSync(file.path);
    expect(await move(file, moveTo)).toMatchObject({ problem: 'changed' });
    expect(readFileSync(file.path)).toEqual(content);
    expect(filesIn(moveTo)).toEqual([]);
  }
});

test.runIf(hasOther)(
  'a copy that is not what was sent is thrown away (skipped without a second file system)',
  async () => {
    const moveTo = freshFolder(OTHER_FILE_SYSTEM);
    const file = putFound(freshFolder(), 'a.jpg');
    expect(await move(file, moveTo, sha1('other'))).toMatchObject({ problem: 'changed' });
    expect(existsSync(file.path)).toBe(true);
    expect(filesIn(moveTo)).toEqual([]);
  },
);

test('a file that is gone, and one that was reached through a link', async () => {
  const folder = freshFolder();
  const gone = putFound(folder, 'gone.jpg');
  rmSync(gone.path);
  expect(await move(gone, freshFolder(), '')).toMatchObject({ problem: 'vanished' });
  symlinkSync(put(folder, 'a.jpg'), `${folder}/link.jpg`);
  expect(await move(found(folder, 'link.jpg', true), freshFolder())).toMatchObject({ problem: 'failed' });
  expect(existsSync(join(folder, 'link.jpg'))).toBe(true);
});

test('to where nothing can be made, a file stays', async () => {
  const file = putFound(freshFolder(), 'sub/a.jpg');
  for (const moveTo of [put(freshFolder(), 'file'), '/proc/hsdoctor']) {
    expect(await move(file, moveTo)).toMatchObject({ problem: 'failed' });
    expect(existsSync(file.path)).toBe(true);
  }
});

test('to its own folder, a file is not lost', async () => {
  const folder = freshFolder();
  expect(await move(putFound(folder, 'a.jpg'), folder)).toEqual({
    done: 'moved',
    to: join(folder, 'a (2).jpg'),
  });
  expect(readFileSync(join(folder, 'a (2).jpg'), 'utf8')).toBe('a.jpg');
});

test.each(places)(
  'to %s, killed at any moment, each file is whole at one of the places',
  { tags: 'upload' },
  async (_, place) => {
    const module = (name: string) =>
      JSON.stringify(join(import.meta.dirname, `../../../src/upload/files/${name}.ts`));
    const content = Buffer.alloc(2_000_000, 'photo');
    const names = Array.from({ length: 40 }, (_, index) => `sub/${index}.jpg`);
    for (let kill = 0; kill < 8; kill += 1) {
      const folder = freshFolder();
      const moveTo = place();
      for (const name of names) put(folder, name, content);
      const script = `
      import { walk } from ${module('walk')};
      import { moveProven } from ${module('move')};
      const { files } = await walk(${JSON.stringify(folder)}, { recursive: true, followSymlinks: false, ignore: [] });
      const { signal } = new AbortController();
      for (const file of files) {
        await moveProven(file, { moveTo: ${JSON.stringify(moveTo)}, checksum: '${sha1(content)}', hold: async () => undefined, signal });
        console.log(file.name);
      }`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      // Somewhere after a number of files that differs from kill to kill.
      let lines = 0;
      child.stdout.on('data', (data: Buffer) => {
        lines += data.toString().split('\n').length - 1;
        if (lines > kill * 4) child.kill('SIGKILL');
      });
      await once(child, 'exit');
      const left = filesIn(folder);
      const there = filesIn(moveTo).filter((name) => !name.includes('.hsdoctor-'));
      expect(new Set([...left, ...there])).toEqual(new Set(names));
      for (const name of left) expect(readFileSync(join(folder, name)).equals(content)).toBe(true);
      for (const name of there) expect(readFileSync(join(moveTo, name)).equals(content)).toBe(true);
      expect(there.length).toBeGreaterThan(0);
    }
  },
);

test.skipIf(!hasOther)(
  'what somebody opened while it was copied stays (skipped on one file system)',
  async () => {
    const folder = freshFolder();
    const moveTo = freshFolder(OTHER_FILE_SYSTEM);
    const file = putFound(folder, 'a.jpg');
    const hold = async () => ({ problem: 'unsettled', reason: 'process 1 writes' }) as const;
    const moved = await moveProven(file, { moveTo, checksum: sha1('a.jpg'), hold, signal });
    expect(moved).toEqual({ problem: 'unsettled', reason: 'process 1 writes' });
    expect(readFileSync(file.path, 'utf8')).toBe('a.jpg');
    expect(readdirSync(moveTo)).toEqual([]);
  },
);
