import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { malformedJson } from '../fake-server/faults.ts';
import { Upload } from './support.ts';

/** What one file, one answer or one batch meets costs no other file its turn. */

const CHECK = '/assets/bulk-upload-check';

test('one asset that the key may not read leaves the others to be proven', async () => {
  await using upload = await Upload.start();
  for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) upload.photo(name);
  await upload.run();
  upload.server.faults = [{ method: 'HEAD', nth: 1, effect: { kind: 'answer', status: 403 } }];
  const { report, exitCode } = await upload.run(['--delete', '--concurrency=1']);
  expect(report).toMatchObject({ ending: 'complete', summary: { deleted: 2, notProven: 1 } });
  expect(exitCode).toBe(1);
});

test('one answer of a batch that cannot be understood does not end the run', async () => {
  await using upload = await Upload.start();
  for (let n = 0; n < 20; n++) upload.photo(`IMG_${n}.jpg`);
  upload.server.faults = [{ path: CHECK, nth: 1, effect: malformedJson(200) }];
  const { report, exitCode } = await upload.run(['--delete']);
  expect(report.ending).toBe('complete');
  expect(exitCode).toBe(1);
});

test('a server of which nothing can be understood ends the run', async () => {
  await using upload = await Upload.start();
  for (let n = 0; n < 60; n++) upload.photo(`IMG_${n}.jpg`);
  upload.server.faults = [{ method: 'POST', path: '/assets', effect: malformedJson(201, 'after-body') }];
  const { report } = await upload.run(['--delete', '--concurrency=1']);
  expect(report).toMatchObject({ ending: 'server-lost', exitStatus: 1, summary: { deleted: 0 } });
});

test('a file that does not fit into a quota of which nothing was told leaves room to smaller ones', async () => {
  await using upload = await Upload.start({
    permissions: ['asset.upload', 'asset.download'],
    quota: { size: 1000, usage: 500 },
  });
  upload.photo('a-large.jpg', Buffer.alloc(600, 'a'));
  upload.photo('b-larger.jpg', Buffer.alloc(700, 'a'));
  upload.photo('c-small.jpg', 'x');
  const { report, outcomes, exitCode } = await upload.run(['--delete', '--concurrency=1']);
  expect(report.ending).toBe('complete');
  expect(outcomes).toEqual({
    'a-large.jpg': 'failed, kept',
    'b-larger.jpg': 'failed, kept',
    'c-small.jpg': 'uploaded, deleted',
  });
  expect(report.files.map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/quota/),
    expect.stringMatching(/quota/),
    undefined,
  ]);
  expect(exitCode).toBe(1);
});

test('files that only fit into the quota one after the other are not sent together', async () => {
  await using upload = await Upload.start({ quota: { size: 1000, usage: 0 } });
  upload.photo('a.jpg', Buffer.alloc(600, 'a'));
  upload.photo('b.jpg', Buffer.alloc(600, 'b'));
  const { report } = await upload.run(['--delete']);
  expect(report).toMatchObject({ ending: 'complete', summary: { deleted: 1, notProven: 1 } });
  const sent = upload.server.requests.filter(({ method, path }) => method === 'POST' && path === '/assets');
  expect(sent).toHaveLength(1);
});

test('an album that could not be found at first is found for the next photos', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.photo('late/b.jpg');
  upload.server.faults = [
    { method: 'GET', path: '/albums', nth: 1, effect: { kind: 'answer', status: 400, body: '{}' } },
  ];
  // The other half is asked for later than the first batch goes out.
  const held = Promise.withResolvers<void>();
  upload.server.faults = [
    ...upload.server.faults,
    {
      path: '/assets',
      file: 'b.jpg',
      times: 1,
      effect: { kind: 'stall', when: 'after-body', until: held.promise },
    },
  ];
  const running = upload.run(['--recursive', '--album', 'Trip']);
  while (!upload.server.requests.some(({ path, status }) => path === '/albums' && status === 400))
    await new Promise((resolve) => setTimeout(resolve, 5));
  held.resolve();
  const { outcomes } = await running;
  expect(outcomes).toEqual({ 'a.jpg': 'incomplete, kept', 'late/b.jpg': 'uploaded, kept' });
});

test('a photo whose sidecar goes on the way is told as that, and stays', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const sidecar = upload.photo('a.xmp', '<x:xmpmeta/>');
  const held = Promise.withResolvers<void>();
  upload.server.faults = [{ path: CHECK, times: 1, effect: { kind: 'stall', until: held.promise } }];
  const running = upload.run(['--delete']);
  while (!upload.server.requests.some(({ path }) => path === CHECK))
    await new Promise((resolve) => setTimeout(resolve, 5));
  rmSync(sidecar);
  held.resolve();
  const { report, exitCode } = await running;
  expect(report.files[0]).toMatchObject({
    path: 'a.jpg',
    outcome: 'changed',
    local: 'kept',
    reason: 'its sidecar no longer exists',
  });
  expect(exitCode).toBe(1);
  expect(upload.left()).toEqual(['a.jpg']);
});
