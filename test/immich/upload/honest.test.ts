import { createHash } from 'node:crypto';
import { appendFileSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeLine, stampOf } from '../../../src/immich/files/hash-cache-line.ts';
import { identityOf } from '../../../src/immich/files/identity.ts';
import { Upload } from './support.ts';

/** What a run says of itself is so, and it does no more than it was told to. */

test.each([['--delete'], ['--move-to']])(
  'a rehearsal leaves what the server holds where it is: %s',
  async (flag) => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    await upload.run();
    const disposing = flag === '--delete' ? [flag] : [flag, join(upload.folder, '..', 'home')];
    const { outcomes, exitCode, report } = await upload.run([...disposing, '--dry-run']);
    expect(outcomes).toEqual({ 'a.jpg': 'present, kept' });
    expect(report.summary).toMatchObject({ deleted: 0, moved: 0 });
    expect(exitCode).toBe(0);
    expect(upload.left()).toEqual(['a.jpg']);
  },
);

test('a run whose time is up before it has seen the server is no success', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.server.faults = [{ effect: { kind: 'stall' } }];
  const { report, exitCode } = await upload.run(['--delete', '--timeout=1s', '--idle-timeout=60s']);
  expect(report.ending).toBe('timed-out');
  expect(exitCode).toBe(1);
  const { stdout } = await upload.start(['--timeout=1s', '--idle-timeout=60s']);
  expect(stdout).not.toMatch(/nothing to do|: everything is proven/);
});

test('a sidecar is only deleted with the bytes that an earlier run sent', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const path = upload.photo('a.xmp', '<x:xmpmeta/>');
  const { files } = (await upload.run()).report;
  upload.photo('a.xmp', '<x:new meta>');
  // As on a disk whose times are too coarse to tell the two apart.
  const identity = identityOf(lstatSync(path, { bigint: true }));
  const stamp = stampOf({ path, name: 'a.xmp', identity, linked: false });
  const checksum = createHash('sha1').update('<x:xmpmeta/>').digest('hex');
  const sentWith = files[0]?.assetId ?? '';
  const line = encodeLine({ name: 'a.xmp', stamp, checksum, sentWith });
  appendFileSync(hashesOf(upload), `${line}\n`);
  const { outcomes, exitCode } = await upload.run(['--delete']);
  expect(outcomes).toEqual({ 'a.jpg': 'present, deleted', 'a.xmp': 'changed, kept' });
  expect(exitCode).toBe(1);
});

test('a sidecar that went to another asset than the one that is proven stays', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.photo('a.xmp', '<x:xmpmeta/>');
  upload.server.faults = [{ path: '/assets', file: 'a.jpg', effect: { kind: 'keep', how: 'wrong-id' } }];
  const { outcomes, exitCode } = await upload.run(['--delete']);
  expect(outcomes).toEqual({ 'a.jpg': 'uploaded, deleted', 'a.xmp': 'unproven, kept' });
  expect(exitCode).toBe(1);
});

function hashesOf(upload: Upload): string {
  const folder = upload.path('home', 'cache', 'hsdoctor');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.hashes')) ?? '');
}
