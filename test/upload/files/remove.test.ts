import {
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { expect, test } from 'vitest';
import { removeProven } from '../../../src/upload/files/remove.ts';
import { found, freshFolder, laterThan, put, putFound } from './folder.ts';

test('a file that is what was proven is deleted, its folder is not', () => {
  const folder = freshFolder();
  const file = putFound(folder, 'sub/new\nline (Rome).jpg');
  expect(removeProven(file)).toEqual({ done: 'deleted' });
  expect(existsSync(file.path)).toBe(false);
  expect(existsSync(`${folder}/sub`)).toBe(true);
});

test.each<[string, (path: string) => void]>([
  ['was written to', (path) => writeFileSync(path, 'other content')],
  [
    'was written to and has its old size and time',
    (path) => {
      writeFileSync(path, 'CONTENT');
      utimesSync(path, 1, 1);
    },
  ],
  [
    'was replaced',
    (path) => {
      writeFileSync(`${path}.new`, 'content');
      utimesSync(`${path}.new`, 1, 1);
      renameSync(`${path}.new`, path);
    },
  ],
  [
    'became a link',
    (path) => {
      renameSync(path, `${path}.old`);
      symlinkSync(`${path}.old`, path);
    },
  ],
  ['got another name', (path) => linkSync(path, `${path}.link`)],
])('a file that %s is kept', (_, change) => {
  const folder = freshFolder();
  utimesSync(put(folder, 'a.jpg', 'content'), 1, 1);
  const file = found(folder, 'a.jpg');
  laterThan(file);
  change(file.path);
  const content = readFileSync(file.path);
  expect(removeProven(file)).toMatchObject({ problem: 'changed' });
  expect(readFileSync(file.path)).toEqual(content);
});

test('a file that is gone, and one that was reached through a link', () => {
  const folder = freshFolder();
  const gone = putFound(folder, 'gone.jpg');
  rmSync(gone.path);
  expect(removeProven(gone)).toMatchObject({ problem: 'vanished' });
  symlinkSync(put(folder, 'a.jpg'), `${folder}/link.jpg`);
  expect(removeProven(found(folder, 'link.jpg', true))).toMatchObject({ problem: 'failed' });
  expect(readFileSync(`${folder}/link.jpg`, 'utf8')).toBe('a.jpg');
});
