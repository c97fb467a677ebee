import { createHash } from 'node:crypto';
import {
  appendFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hashFile } from '../../../src/upload/files/hash.ts';
import { found, freshFolder, laterThan, put, putFound } from './folder.ts';

const { signal } = new AbortController();
const MIB = 1_048_576;
const sha1 = (content: Buffer | string) => createHash('sha1').update(content).digest('hex');

test('the checksum is that of the bytes, whatever their number, and of many files at once', async () => {
  const folder = freshFolder();
  const bytes = fc.oneof(fc.nat(3 * MIB), fc.constantFrom(0, 1, MIB - 1, MIB, MIB + 1, 2 * MIB));
  await fc.assert(
    fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 5 }), async (sizes) => {
      const contents = sizes.map((size, index) => Buffer.alloc(size, `${index} ${size}`));
      const hashed = await Promise.all(
        contents.map(async (content, index) => {
          let told = 0;
          const file = putFound(folder, `${index}.jpg`, content);
          const result = await hashFile(file, {
            signal,
            onBytes: (count) => {
              told += count;
            },
          });
          expect(told).toBe(content.length);
          return 'problem' in result ? result : result.checksum;
        }),
      );
      expect(hashed).toEqual(contents.map(sha1));
    }),
    { numRuns: 30 },
  );
});

test.each<[string, (path: string) => void]>([
  ['grew', (path) => appendFileSync(path, 'x')],
  ['shrank', (path) => truncateSync(path, 1)],
  ['was written anew', (path) => writeFileSync(path, 'contenT')],
  [
    'was written anew and given its old time',
    (path) => {
      writeFileSync(path, 'contenT');
      utimesSync(path, 1, 1);
    },
  ],
  [
    'was replaced',
    (path) => {
      writeFileSync(`${path}.new`, 'content');
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
])('a file that %s has no checksum', async (_, change) => {
  const path = put(freshFolder(), 'a.jpg', 'content');
  utimesSync(path, 1, 1);
  const file = found(path.slice(0, -6), 'a.jpg');
  laterThan(file);
  change(path);
  expect(await hashFile(file, { signal })).toMatchObject({ problem: 'changed' });
});

test('a file that changes while it is read has no checksum', async () => {
  for (const change of [
    (path: string) => appendFileSync(path, 'x'),
    (path: string) => truncateSync(path, 10),
  ]) {
    const file = putFound(freshFolder(), 'a.jpg', Buffer.alloc(5 * MIB));
    let changed = false;
    const onBytes = () => {
      if (!changed) change(file.path);
      changed = true;
    };
    expect(await hashFile(file, { signal, onBytes })).toMatchObject({ problem: 'changed' });
  }
});

test('a file that is gone, and one that is reached through a link', async () => {
  const folder = freshFolder();
  const gone = putFound(folder, 'a.jpg');
  rmSync(gone.path);
  expect(await hashFile(gone, { signal })).toMatchObject({ problem: 'vanished' });
  symlinkSync(put(folder, 'b.jpg'), `${folder}/link.jpg`);
  expect(await hashFile(found(folder, 'link.jpg', true), { signal })).toMatchObject({
    checksum: sha1('b.jpg'),
  });
});

test('an abort ends it with its reason', async () => {
  const aborter = new AbortController();
  const file = putFound(freshFolder(), 'a.jpg', Buffer.alloc(5 * MIB));
  const onBytes = () => aborter.abort(new Error('SIGINT'));
  await expect(hashFile(file, { signal: aborter.signal, onBytes })).rejects.toThrow('SIGINT');
  await expect(hashFile(file, { signal: aborter.signal })).rejects.toThrow('SIGINT');
});
