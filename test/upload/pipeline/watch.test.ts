/** @module-tag upload */
import { mkdirSync, renameSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { tick, Upload } from './support.ts';

const arrived = async ({ server: { store } }: Upload, name: string) => {
  while (store.named(name).length === 0) await tick();
};

test('what comes into a watched folder or below it is uploaded until a signal ends the watch cleanly', async () => {
  await using upload = await Upload.start();
  upload.photo('first.jpg');
  const watching = upload.start(['--watch', '--recursive', '--delete']);
  for (const next of ['second.jpg', 'Trip/third.jpg', undefined]) {
    while (upload.left().length > 0) await tick();
    // The run that took it is over.
    await sleep(2000);
    if (next !== undefined) upload.photo(next);
  }
  watching.kill('SIGTERM');
  const { exitCode, stderr, stdout } = await watching;
  expect(exitCode).toBe(0);
  expect(stderr).toContain(`watching ${upload.folder}: Ctrl-C ends it`);
  expect(upload.server.store.assets.size).toBe(3);
  expect(stdout.match(/ended with \d+: \d+ sent/g)).toEqual(Array(3).fill('ended with 0: 1 sent'));
});

test('of a run in which nothing happened a watch tells nothing', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const watching = upload.start(['--watch', '--json']);
  await arrived(upload, 'a.jpg');
  // What has just changed is looked at again until it cannot have changed unseen.
  await sleep(4000);
  watching.kill('SIGINT');
  const { exitCode, stdout } = await watching;
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').filter((line) => line !== '')).toHaveLength(1);
  expect(JSON.parse(stdout)).toMatchObject({ summary: { sent: 1 } });
});

test('a watched folder that goes is told, and its photos are uploaded when it is back', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const watching = upload.start(['--watch']);
  await arrived(upload, 'a.jpg');
  renameSync(upload.folder, upload.path('elsewhere'));
  await sleep(3000);
  mkdirSync(upload.folder);
  upload.photo('b.jpg');
  await arrived(upload, 'b.jpg');
  watching.kill('SIGTERM');
  const { exitCode, stderr } = await watching;
  expect(exitCode).toBe(0);
  expect(stderr).toContain(`${upload.folder} is gone: waiting until it comes back`);
  expect(stderr).toContain(`${upload.folder} is back`);
});
