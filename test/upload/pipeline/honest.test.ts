import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, lstatSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeLine, stampOf } from '../../../src/upload/files/hash-cache-line.ts';
import { identityOf } from '../../../src/upload/files/identity.ts';
import { tick, Upload } from './support.ts';

/** What a run says of itself is so, and it does no more than it was told to. */

test.each([['--delete'], ['--move-to']])(
  'a rehearsal leaves what the server holds where it is: %s',
  async (flag) => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    await upload.run();
    const disposing = flag === '--delete' ? [flag] : [flag, join(upload.folder, '..', 'home')];
    const { outcomes, exitCode, report } = await upload.run([...disposing, '--dry-run']);
    const local = flag === '--delete' ? 'would-delete' : 'would-move';
    expect(outcomes).toEqual({ 'a.jpg': `present, ${local}` });
    expect(report.summary).toMatchObject({ proven: 1, deleted: 0, moved: 0 });
    expect(exitCode).toBe(0);
    expect(upload.left()).toEqual(['a.jpg']);
  },
);

test('a rehearsal foresees that a file behind a link stays, and one with a problem', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.photo('empty.jpg', '');
  writeFileSync(upload.path('behind.jpg'), 'behind');
  symlinkSync(upload.path('behind.jpg'), upload.path('photos', 'linked.jpg'));
  const args = ['--dry-run', '--delete', '--follow-symlinks'];
  expect((await upload.run(args)).outcomes).toEqual({
    'a.jpg': 'would-upload, would-delete',
    'empty.jpg': 'empty, kept',
    'linked.jpg': 'would-upload, kept',
  });
  const { stdout } = await upload.start(args);
  expect(stdout).toMatch(/ended with 1: dry run: 2 would be sent, 0 on the server, 1 with a problem$/);
});

test('a run whose time is up before it has seen the server is no success', { tags: 'upload' }, async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.server.faults = [{ effect: { kind: 'stall' } }];
  const { report, exitCode } = await upload.run(['--delete', '--timeout=1s', '--idle-timeout=60s']);
  expect(report.ending).toBe('timed-out');
  expect(exitCode).toBe(1);
  const { stdout } = await upload.start(['--timeout=1s', '--idle-timeout=60s']);
  expect(stdout).not.toMatch(/nothing to do|: all files are verified/);
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
  expect(outcomes).toEqual({ 'a.jpg': 'present, deleted', 'a.xmp': 'unproven, kept' });
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

test('a photo that takes the name of one that was deleted in the same run is another photo', async () => {
  await using upload = await Upload.start();
  const path = upload.photo('a.jpg', 'the first');
  upload.photo('b.jpg');
  const goOn = whileSending(upload, 'b.jpg');
  const running = upload.run(['--delete']);
  while (existsSync(path)) await tick();
  upload.photo('a.jpg', 'the second');
  goOn();
  const { report, exitCode } = await running;
  expect(report.files.map(({ path, outcome, local }) => [path, outcome, local])).toEqual([
    ['a.jpg', 'uploaded', 'deleted'],
    ['a.jpg', 'uploaded', 'deleted'],
    ['b.jpg', 'uploaded', 'deleted'],
  ]);
  expect(exitCode).toBe(0);
  expect(upload.server.store.holds(Buffer.from('the second'))).toBe(true);
  expect(upload.left()).toEqual([]);
});

test('a file that gets its first bytes during a run is uploaded by it', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg', '');
  upload.photo('b.jpg');
  const goOn = whileSending(upload, 'b.jpg');
  const running = upload.run(['--delete']);
  while (!upload.server.requests.some(isSending)) await tick();
  upload.photo('a.jpg', 'bytes at last');
  goOn();
  const { outcomes, exitCode } = await running;
  expect(outcomes).toEqual({ 'a.jpg': 'uploaded, deleted', 'b.jpg': 'uploaded, deleted' });
  expect(exitCode).toBe(0);
});

test('a sidecar that was there before its photo goes with it', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg.xmp', '<x:xmpmeta/>');
  upload.photo('a.dng');
  const goOn = whileSending(upload, 'a.dng');
  const running = upload.run(['--delete']);
  while (!upload.server.requests.some(isSending)) await tick();
  upload.photo('a.jpg');
  goOn();
  const { outcomes, exitCode } = await running;
  expect(outcomes).toEqual({
    'a.dng': 'uploaded, deleted',
    'a.jpg': 'uploaded, deleted',
    'a.jpg.xmp': 'attached, deleted',
  });
  expect(exitCode).toBe(0);
});
const isSending = ({ method, path }: { method: string; path: string }) =>
  method === 'POST' && path === '/assets';

/** Holds back the answer to this file until the function that it returns is called. */
function whileSending(upload: Upload, file: string): () => void {
  const held = Promise.withResolvers<void>();
  upload.server.faults = [
    { path: '/assets', file, times: 1, effect: { kind: 'stall', when: 'after-body', until: held.promise } },
  ];
  return () => held.resolve();
}
