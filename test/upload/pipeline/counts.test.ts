/** @module-tag upload */
import { execFileSync } from 'node:child_process';
import { linkSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { UploadReport } from '../../../src/model/upload-report.ts';
import { tick, Upload } from './support.ts';

/** What a report counts is what is so: no more, and no less. */

const many = (upload: Upload, count: number) => {
  for (let n = 0; n < count; n += 1) upload.photo(`IMG_${String(n).padStart(3, '0')}.jpg`);
};

test('what was being sent when the run was stopped is not told as not reached', async () => {
  await using upload = await Upload.start();
  many(upload, 12);
  const held = Promise.withResolvers<void>();
  const effect = { kind: 'stall', when: 'after-work', until: held.promise } as const;
  upload.server.faults = [{ method: 'POST', path: '/assets', effect }];
  const running = upload.start(['--json', '--concurrency=3']);
  while (upload.server.store.assets.size < 3) await tick();
  running.kill('SIGINT');
  const report: UploadReport = JSON.parse((await running).stdout);
  held.resolve();
  const told = report.files.map(({ outcome, reason = '' }) => `${outcome}: ${reason}`);
  expect(told.filter((each) => /^unproven: .*being sent/.test(each))).toHaveLength(3);
  expect(told.filter((each) => each === 'not-reached: ')).toHaveLength(9);
  expect(report.summary).toMatchObject({ sent: 0, proven: 0 });
});

test('what the server accepted before its key was revoked is counted as sent, and not as verified', async () => {
  await using upload = await Upload.start();
  many(upload, 12);
  const body = '{"message":"Invalid API key"}';
  upload.server.faults = [{ method: 'HEAD', effect: { kind: 'answer', status: 401, body } }];
  const { report } = await upload.run(['--delete', '--concurrency=1']);
  expect(report.ending).toBe('server-lost');
  const held = [...upload.server.store.assets.values()].map(({ name }) => name);
  const notReached = report.files.filter(({ outcome }) => outcome === 'not-reached').map(({ path }) => path);
  expect(held.filter((name) => notReached.includes(name))).toEqual([]);
  const sent = report.files.filter((file) => file.sent).map(({ path }) => path);
  expect(sent.length).toBeGreaterThan(0);
  expect(held).toEqual(expect.arrayContaining(sent));
  expect(report.summary).toMatchObject({ sent: sent.length, proven: 0 });
});

test('what cannot be deleted here was sent all the same', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  execFileSync('chmod', ['0555', upload.folder]);
  const { stdout } = await upload.startAsNobody(['--delete', '--json']);
  execFileSync('chmod', ['0755', upload.folder]);
  const report: UploadReport = JSON.parse(stdout);
  expect(report.files).toMatchObject([{ outcome: 'incomplete', local: 'kept', sent: true }]);
  expect(report.summary).toMatchObject({ sent: 1, bytesSent: report.files[0]?.bytes });
});

test('what the server had before is not counted as sent', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  await upload.run();
  const { report } = await upload.run(['--delete']);
  expect(report.summary).toMatchObject({ sent: 0, deleted: 1 });
});

test.each([
  ['whole', []],
  ['known to the server', ['before']],
])('a second name of a file that was deleted is not told as written to: %s', async (_, before) => {
  await using upload = await Upload.start();
  linkSync(upload.photo('a.jpg'), upload.path('photos', 'b.jpg'));
  for (const _ of before) await upload.run();
  const { report } = await upload.run(['--delete', '--concurrency=1']);
  const [kept] = report.files.filter(({ local }) => local === 'kept');
  expect(kept).toMatchObject({ outcome: 'changed', reason: expect.stringContaining('hard link') });
  expect(upload.left()).toEqual([kept?.path]);
  expect((await upload.run(['--delete'])).exitCode).toBe(0);
  expect(upload.left()).toEqual([]);
});

test('a second name of a file that was deleted, and written to since, is told as changed', async () => {
  await using upload = await Upload.start();
  const path = upload.photo('a.jpg');
  linkSync(path, upload.path('photos', 'b.jpg'));
  upload.photo('c.jpg');
  const held = Promise.withResolvers<void>();
  upload.server.faults = [
    { path: '/assets', file: 'c.jpg', effect: { kind: 'stall', when: 'after-body', until: held.promise } },
  ];
  const running = upload.run(['--delete', '--concurrency=1']);
  while (upload.left().length > 2) await tick();
  const [left = ''] = upload.left().filter((name) => name !== 'c.jpg');
  writeFileSync(upload.path('photos', left), 'other bytes');
  held.resolve();
  const { report } = await running;
  expect(report.files.find(({ path }) => path === left)).toMatchObject({ outcome: 'changed' });
  expect(report.files.find(({ path }) => path === left)?.reason).not.toContain('hard link');
});

test.each([
  ['nowhere.jpg', /link to a file that does not exist: mount or restore its target, or remove the link/],
  ['photo.jpg', /leads back to itself: remove the link/],
])('a link that leads to %s names the next step', async (target, reason) => {
  await using upload = await Upload.start();
  symlinkSync(target, upload.path('photos', 'photo.jpg'));
  const { report } = await upload.run(['--follow-symlinks']);
  expect(report.files).toMatchObject([{ outcome: 'failed', reason: expect.stringMatching(reason) }]);
});

test('a folder that may not be read is not counted as a file', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.photo('sub/b.jpg');
  execFileSync('chmod', ['0', upload.path('photos', 'sub')]);
  const { stdout, exitCode } = await upload.startAsNobody(['--recursive']);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^✖ 1 file \(.*\) in .*: all (?:known|verified).*, and 1 folder could not be read/m);
  expect(stdout).toMatch(/^✖ 1 folder could not be read: permission denied: .*\n +sub$/ms);
  expect(stdout).toContain('1 sent, 1 of 1 files verified, 1 folder could not be read');
  expect(stdout).toMatch(/Exit status 1: a folder could not be read\./);
  expect(stdout).not.toMatch(/file failed/);
});
