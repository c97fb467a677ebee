import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openFailedBefore } from '../../../src/upload/files/failed-before.ts';
import { freshFolder } from './folder.ts';

test('what failed is known in the next run, and in no later one', () => {
  const [cache, folder] = [join(freshFolder(), 'cache'), freshFolder()];
  const open = () => openFailedBefore(cache, folder);
  open().keep([]);
  expect(open().has('a\n.jpg')).toBe(false);
  open().keep(['a\n.jpg']);
  expect([open().has('a\n.jpg'), open().has('b.jpg')]).toEqual([true, false]);
  expect(openFailedBefore(cache, freshFolder()).has('a\n.jpg')).toBe(false);
  open().keep([]);
  expect(open().has('a\n.jpg')).toBe(false);
});

test('nothing that lies there, or is missing, is an error', () => {
  const [cache, folder] = [freshFolder(), freshFolder()];
  openFailedBefore(cache, folder).keep(['a.jpg']);
  const path = join(cache, readdirSync(cache)[0] ?? '');
  for (const text of ['', '[', '{}', '[1, null]', '"a.jpg"']) {
    writeFileSync(path, text);
    expect(openFailedBefore(cache, folder).has('a.jpg')).toBe(false);
  }
  rmSync(path);
  mkdirSync(path);
  openFailedBefore(cache, folder).keep(['a.jpg']);
  rmSync(folder, { recursive: true });
  openFailedBefore(cache, folder).keep(['a.jpg']);
  mkdirSync(folder);
});
