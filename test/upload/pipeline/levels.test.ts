/** @module-tag upload */
import { expect, test } from 'vitest';
import { Upload } from './support.ts';

/** What a run says of a file is what it looked at, and no more. */

async function present(version = '3.0.3', permissions: readonly string[] = ['all']): Promise<Upload> {
  const upload = await Upload.start({ version, permissions });
  upload.photo('a.jpg');
  expect((await upload.run()).report.files).toMatchObject([{ outcome: 'uploaded' }]);
  return upload;
}

test.each<[string[], string]>([
  [[], 'size'],
  [['--verify=checksum'], 'visible'],
  [['--verify=checksum', '--delete'], 'visible'],
  [['--verify=size'], 'size'],
  [['--delete'], 'size'],
  [['--verify=deep'], 'deep'],
])('a file that the server has already is proven as far as it was looked at: %j', async (args, verified) => {
  await using upload = await present();
  expect((await upload.run(args)).report.files).toMatchObject([{ outcome: 'present', verified }]);
});

test('without a look at the disk of the server nothing is called more than known', async () => {
  await using upload = await present('3.0.3', ['asset.upload']);
  for (const asset of upload.server.store.assets.values()) asset.file = undefined;
  const { stdout, exitCode } = await upload.start([]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/all known to the server/);
  expect(stdout).toMatch(/1 verified by checksum only: .*not checked/);
  expect(stdout).toMatch(/ended with 0: 0 sent, 1 of 1 files verified, 1 of them only by checksum$/);
  expect(stdout).not.toMatch(/all verified|all files are verified/);
});

test.each([[[]], [['--verify=checksum']], [['--verify=checksum', '--delete']], [['--verify=deep']]])(
  'an original that is gone from the server is told at every level: %j',
  async (args) => {
    await using upload = await present();
    for (const asset of upload.server.store.assets.values()) asset.file = undefined;
    const { outcomes, exitCode } = await upload.run(args);
    expect(outcomes).toEqual({ 'a.jpg': 'damaged, kept' });
    expect(exitCode).toBe(1);
  },
);

test('of a thousand files that the server has, some are looked at, and a lost storage shows', async () => {
  await using upload = await Upload.start();
  for (let n = 0; n < 1000; n += 1) upload.photo(`${n}.jpg`);
  await upload.run();
  const looksBefore = upload.server.requests.filter(({ method }) => method === 'HEAD').length;
  for (const asset of upload.server.store.assets.values()) asset.file = undefined;
  const { report, exitCode } = await upload.run();
  const looks = upload.server.requests.filter(({ method }) => method === 'HEAD').length - looksBefore;
  expect(looks).toBeGreaterThan(50);
  expect(looks).toBeLessThan(500);
  expect(report.summary).toMatchObject({ notProven: looks, byChecksum: 1000 - looks });
  expect(exitCode).toBe(1);
});

test.each(['2.5.6', '3.0.3'])(
  'an original that is gone from a server %s is told at once, with what to do there',
  async (version) => {
    await using upload = await present(version);
    upload.photo('b.jpg');
    const [asset] = upload.server.store.named('a.jpg');
    if (asset !== undefined) asset.file = undefined;
    const args = ['--delete', '--retries=4', '--retry-delay=5s'];
    const begun = Date.now();
    const { outcomes } = await upload.run(args);
    expect(outcomes).toEqual({ 'a.jpg': 'damaged, kept', 'b.jpg': 'uploaded, deleted' });
    expect(Date.now() - begun).toBeLessThan(5000);
    const { stdout } = await upload.start(args);
    expect(stdout).toMatch(/another run does not help/);
    expect(stdout).not.toMatch(/Fix: Run it again/);
  },
);

test('what is in the locked folder is told as that, and is not called gone', async () => {
  await using upload = await present();
  for (const asset of upload.server.store.assets.values()) asset.visibility = 'locked';
  for (const args of [['--verify=size'], ['--delete'], ['--verify=checksum', '--delete']]) {
    const { outcomes, report } = await upload.run(args);
    expect(outcomes).toEqual({ 'a.jpg': 'unseen, kept' });
    expect(report.files[0]?.reason).toMatch(/locked folder/);
  }
});

test('a rehearsal tells what would be done', async () => {
  await using upload = await present();
  upload.photo('new.jpg');
  upload.photo('new.xmp', '<x:xmpmeta/>');
  for (const asset of upload.server.store.assets.values()) asset.trashed = true;
  const args = ['--dry-run', '--restore-trashed', '--delete'];
  const { outcomes, report, exitCode } = await upload.run(args);
  expect(outcomes).toEqual({
    'a.jpg': 'would-restore, would-delete',
    'new.jpg': 'would-upload, would-delete',
    'new.xmp': 'would-upload, would-delete',
  });
  expect(exitCode).toBe(0);
  expect(report.summary).toMatchObject({
    toSend: 2,
    toRestore: 1,
    proven: 0,
    notProven: 0,
    sent: 0,
    deleted: 0,
  });
  const { stdout } = await upload.start(args);
  expect(stdout).toMatch(/1 file would be restored from the trash [^\n]*\n {4}a\.jpg\n/);
  expect(stdout).toMatch(
    /3 files would be deleted here, once verified [^\n]*\n {4}a\.jpg\n {4}new\.jpg\n {4}new\.xmp\n/,
  );
  expect(stdout).toMatch(/ended with 0: dry run: 2 would be sent, 1 would be restored, 0 on the server$/);
  expect(stdout).not.toMatch(/again with --restore-trashed/);
  expect([...upload.server.store.assets.values()].map(({ trashed }) => trashed)).toEqual([true]);
});
