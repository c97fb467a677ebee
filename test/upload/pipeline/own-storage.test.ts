/** @module-tag upload */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Upload } from './support.ts';

/** What Immich itself stores here proves itself: deleting it deletes the only original. */

const STORED = 'library/admin/2024/2024-05-01/IMG_1.jpg';
const USER = 'c0a8f3de-2b9b-4b56-8e0f-90a3c3f7f1d2';
const UNDER_ITS_ID = `${USER}/5f/1c/5f1c7a52-7f0e-4d0b-9d55-0c6a3b9be0a1.jpg`;

/** A server whose file of this name lies here: whatever asks for its bytes is given those. */
async function stored(name: string): Promise<Upload> {
  const upload = await Upload.start();
  upload.photo(name);
  await upload.run(['--recursive']);
  return upload;
}

test.each<[string, (upload: Upload) => void]>([
  ['a marker in it', (upload) => upload.photo('.immich', '1714521600000')],
  ['a marker in a folder below', (upload) => upload.photo('library/.immich', '1714521600000')],
  [
    'the folders of its storage',
    (upload) => {
      for (const name of ['thumbs', 'encoded-video']) mkdirSync(join(upload.folder, name));
    },
  ],
])('a folder with %s is refused', async (_, make) => {
  await using upload = await stored(STORED);
  make(upload);
  const { report, exitCode } = await upload.run(['--recursive', '--delete']);
  expect(exitCode).toBe(3);
  expect(report).toMatchObject({ ending: 'refused', summary: { deleted: 0 } });
  expect(report.message).toMatch(/Immich's own storage/);
  expect(upload.left()).toContain(STORED);
});

test.each<[string, (upload: Upload) => void]>([
  ['a marker', (upload) => upload.photo('library/.immich', '1714521600000')],
  [
    'the folders of its storage',
    (upload) => {
      for (const name of ['thumbs', 'encoded-video']) mkdirSync(join(upload.folder, name));
    },
  ],
])('a folder below %s is refused', async (_, make) => {
  await using upload = await stored(STORED);
  make(upload);
  for (const below of ['library', 'library/admin/2024']) {
    const { report, exitCode } = await upload.run(['--recursive', '--delete'], {}, undefined, below);
    expect(exitCode).toBe(3);
    expect(report.message).toMatch(/Immich's own storage/);
  }
  expect(upload.left()).toContain(STORED);
});

test('files under the names that Immich gives them are refused, wherever they are', async () => {
  await using upload = await Upload.start();
  upload.photo(UNDER_ITS_ID);
  const { report, exitCode } = await upload.run(['--recursive', '--delete']);
  expect(exitCode).toBe(3);
  expect(report.message).toMatch(/Immich's own storage/);
});

test('what lies at the very place where the server says that it has it is not deleted', async () => {
  await using upload = await stored(STORED);
  for (const asset of upload.server.store.assets.values()) asset.path = `/usr/src/app/upload/${STORED}`;
  const { outcomes, report } = await upload.run(['--recursive', '--delete']);
  expect(outcomes).toEqual({ [STORED]: 'unseen, kept' });
  expect(report.files[0]?.reason).toMatch(/may be the very file/);
});

test('a folder beside the storage, and one that is left out, are none', async () => {
  await using upload = await stored(STORED);
  upload.photo('library/.immich', '1714521600000');
  upload.photo('inbox/new.jpg');
  const { outcomes, exitCode } = await upload.run(['--recursive', '--delete', '--ignore', 'library']);
  expect(outcomes).toEqual({ 'inbox/new.jpg': 'uploaded, deleted' });
  expect(exitCode).toBe(0);
  for (const name of ['thumbs', 'encoded-video']) mkdirSync(join(upload.folder, name));
  upload.photo('inbox/new.jpg');
  expect((await upload.run(['--delete'], {}, undefined, 'inbox')).outcomes).toEqual({
    'new.jpg': 'present, deleted',
  });
});
