/** @module-tag upload */
import { execFileSync } from 'node:child_process';
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
