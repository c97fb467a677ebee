/** @module-tag upload */
import { expect, test } from 'vitest';
import { Upload } from './support.ts';

test('several folders are uploaded one after the other, and the worst exit status counts', async () => {
  await using upload = await Upload.start();
  upload.photo('one/a.jpg');
  upload.photo('two/b.jpg', '');
  const both = [upload.path('photos', 'one'), upload.path('photos', 'two')];
  const { stdout, exitCode } = await upload.start(['--json', ...both]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    { files: [] },
    { files: [{ path: 'a.jpg', outcome: 'uploaded' }], exitStatus: 0 },
    { files: [{ path: 'b.jpg', outcome: 'empty' }], exitStatus: 1 },
  ]);
});
