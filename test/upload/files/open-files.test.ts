import { closeSync, linkSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openForWriting, writersIn } from '../../../src/upload/files/open-files.ts';
import { found, freshFolder, putFound } from './folder.ts';

test.each(['w', 'a', 'r+'])(
  'a file that is open with %s is written to, under each of its names',
  async (mode) => {
    const folder = freshFolder();
    const [file, other] = [putFound(folder, 'a.jpg'), putFound(folder, 'b.jpg')];
    linkSync(file.path, join(folder, 'c.jpg'));
    const open = openSync(file.path, mode);
    const { writerOf } = await openForWriting(folder);
    closeSync(open);
    for (const name of ['a.jpg', 'c.jpg'])
      expect(writerOf(found(folder, name).identity)).toMatch(new RegExp(`^process ${process.pid} \\(.+\\)$`));
    expect(writerOf(other.identity)).toBeUndefined();
    expect((await openForWriting(folder)).writerOf(file.identity)).toBeUndefined();
  },
);

test('a file that is only read is not', async () => {
  const folder = freshFolder();
  const file = putFound(folder, 'a.jpg');
  const open = openSync(file.path, 'r');
  const { writerOf } = await openForWriting(folder);
  closeSync(open);
  expect(writerOf(file.identity)).toBeUndefined();
});

test('who may not look at the processes of others knows that he has not', async () => {
  const { isWhole } = await openForWriting(freshFolder());
  expect(isWhole).toBe(process.geteuid?.() === 0);
});

// As lsof 4.91 of macOS prints it.
const LSOF = `p501
cPhotos
f3
ar
tREG
D0x1000012
i11
f4
aw
tREG
D0x1000012
i12
f5
au
tCHR
D0x3000012
i13
p77
cffmpeg
f7
au
tREG
D0x1000012
i14
`;

test('what lsof prints is understood', () => {
  expect([...writersIn(LSOF)]).toEqual([
    [`${0x1000012}:12`, 'process 501 (Photos)'],
    [`${0x1000012}:14`, 'process 77 (ffmpeg)'],
  ]);
});

test('of anything else nothing is made, and it is no error', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('p', 'f', 'au', 'tREG', 'D0x1', 'Dx', 'i', 'i-1', '', 'x')),
      (lines) => {
        for (const key of writersIn(lines.join('\n')).keys()) expect(key).toMatch(/^\d+:\d+$/);
      },
    ),
  );
});
