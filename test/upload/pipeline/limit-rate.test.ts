/** @module-tag upload */
import { expect, test } from 'vitest';
import { Upload } from './support.ts';

test('no more bytes a second are sent than the limit allows, of all files together, and all arrive', async () => {
  await using upload = await Upload.start();
  for (const name of ['a', 'b', 'c', 'd']) upload.photo(`${name}.jpg`, Buffer.alloc(100_000, name));
  const begun = Date.now();
  const { report, exitCode } = await upload.run(['--limit-rate=200K', '--delete']);
  expect(exitCode).toBe(0);
  expect(report.summary).toMatchObject({ sent: 4, deleted: 4 });
  expect(Date.now() - begun).toBeGreaterThan(1800);
});
