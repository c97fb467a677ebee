/** @module-tag upload */
import { closeSync, openSync, utimesSync, writeSync } from 'node:fs';
import process from 'node:process';
import { expect, test } from 'vitest';
import { tick, Upload } from './support.ts';

/** What a program has not finished writing goes nowhere, however long it rests in between. */

test('a file that a program has open for writing is neither sent nor deleted, and the others go on', async () => {
  await using upload = await Upload.start();
  const path = upload.photo('half.mov', 'the first half');
  upload.photo('whole.jpg');
  const open = openSync(path, 'a');
  const { outcomes, report, exitCode } = await upload.run(['--delete', '--settle-timeout=1s']);
  expect(outcomes).toEqual({ 'half.mov': 'unsettled, kept', 'whole.jpg': 'uploaded, deleted' });
  expect(report.files[0]?.reason).toMatch(
    new RegExp(`^process ${process.pid} \\(.+\\) has it open for writing$`),
  );
  expect(exitCode).toBe(1);
  expect(upload.server.store.named('half.mov')).toEqual([]);
  writeSync(open, ' and the rest');
  closeSync(open);
  expect((await upload.run(['--delete'])).outcomes).toEqual({ 'half.mov': 'uploaded, deleted' });
  expect(upload.server.store.holds(Buffer.from('the first half and the rest'))).toBe(true);
});

test.each([['--delete'], ['--move-to']])('one that is opened after it was sent stays: %s', async (flag) => {
  await using upload = await Upload.start();
  const path = upload.photo('a.mov');
  const held = Promise.withResolvers<void>();
  upload.server.faults = [{ method: 'HEAD', effect: { kind: 'stall', until: held.promise } }];
  const running = upload.run(flag === '--delete' ? [flag] : [flag, upload.path('home')]);
  while (!upload.server.requests.some(({ method }) => method === 'HEAD')) await tick();
  const open = openSync(path, 'r+');
  held.resolve();
  const { outcomes } = await running;
  closeSync(open);
  expect(outcomes).toEqual({ 'a.mov': 'unsettled, kept' });
});

test('where not every process can be asked, what goes has rested; all is sent before that', {
  skip: process.geteuid?.() !== 0,
}, async () => {
  await using upload = await Upload.start();
  for (let n = 0; n < 200; n += 1) upload.photo(`${n}.jpg`);
  const old = upload.photo('old.jpg');
  const begun = Date.now();
  const running = upload.startAsNobody(['--json', '--delete', '--rest-interval=4s']);
  while (upload.server.store.assets.size < 201) await tick();
  // Its times say that it has rested, and the time of its change, which nobody can set, that it has not.
  utimesSync(old, 0, 0);
  expect(Date.now() - begun).toBeLessThan(3900);
  expect(upload.left().length).toBe(201);
  const { stdout } = await running;
  expect(JSON.parse(stdout)).toMatchObject({ summary: { sent: 201, proven: 200, deleted: 200 } });
  expect(Date.now() - begun).toBeGreaterThan(3900);
  expect(upload.left()).toEqual(['old.jpg']);
});

test('a run that is stopped while files rest tells that they are still here', {
  skip: process.geteuid?.() !== 0,
}, async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const { stdout } = await upload.startAsNobody(['--json', '--delete', '--rest-interval=1h', '--timeout=3s']);
  expect(JSON.parse(stdout)).toMatchObject({
    ending: 'timed-out',
    files: [{ outcome: 'incomplete', local: 'kept' }],
  });
});
