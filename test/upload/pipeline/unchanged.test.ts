/** @module-tag upload */
import { closeSync, openSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Upload } from './support.ts';

/** What an earlier run read and nothing changed since is asked about by the page, and proven no less than by itself. */

/** More than are looked at by themselves. */
const MANY = 600;

async function known(): Promise<Upload> {
  const upload = await Upload.start();
  for (let n = 0; n < MANY; n += 1) upload.photo(`${n}.jpg`);
  // What is read so soon after a change is not remembered.
  await sleep(2100);
  expect((await upload.run()).report.summary).toMatchObject({ sent: MANY, proven: MANY });
  return upload;
}

const asked = ({ server }: Upload) =>
  server.requests.filter(({ path }) => path.endsWith('/assets/bulk-upload-check')).length;

test('it is told as what is looked at file by file', async () => {
  await using upload = await known();
  const before = asked(upload);
  const { report } = await upload.run();
  expect(asked(upload) - before).toBeLessThan(8);
  const one = await upload.run(['--verify=checksum']);
  const facts = ({ files }: typeof report) => files.map(({ verified: _, ...rest }) => rest);
  expect(facts(report)).toEqual(facts(one.report));
  expect(report.summary.byChecksum).toBeGreaterThan(0);
});

test('what changed here or on the server, or is being written, is seen', async () => {
  await using upload = await known();
  const { store } = upload.server;
  for (const asset of store.named('1.jpg')) asset.trashed = true;
  for (const asset of store.named('2.jpg')) store.remove(asset.id);
  upload.photo('3.jpg', 'edited');
  const open = openSync(upload.path('photos', '4.jpg'), 'a');
  writeFileSync(upload.path('photos', '5.jpg'), '');
  upload.photo('6.xmp');
  const { outcomes, report, exitCode } = await upload.run(['--settle-timeout=1s']);
  closeSync(open);
  const { '1.jpg': one, '2.jpg': two, '3.jpg': three, '4.jpg': four, '5.jpg': five, '6.xmp': six } = outcomes;
  expect({ one, two, three, four, five, six }).toEqual({
    one: 'trashed, kept',
    two: 'uploaded, kept',
    three: 'uploaded, kept',
    four: 'unsettled, kept',
    five: 'empty, kept',
    six: 'unproven, kept',
  });
  expect(report.files.find(({ path }) => path === '4.jpg')?.reason).toContain(`process ${process.pid} `);
  expect(report.summary).toMatchObject({ files: MANY + 1, proven: MANY - 3, sent: 2 });
  expect(exitCode).toBe(1);
});

test('where the server fails at a page its files are asked about like all others', async () => {
  await using upload = await known();
  upload.server.faults = [
    { path: '/assets/bulk-upload-check', times: 3, effect: { kind: 'answer', status: 503 } },
  ];
  const { report, exitCode } = await upload.run();
  expect(report.summary).toMatchObject({ proven: MANY, sent: 0 });
  expect(exitCode).toBe(0);
});

test('a key that was taken back ends the run, and nothing is called proven', async () => {
  await using upload = await known();
  upload.server.faults = [{ path: '/assets/bulk-upload-check', effect: { kind: 'answer', status: 401 } }];
  const { report, exitCode } = await upload.run();
  expect(report).toMatchObject({ ending: 'server-lost', summary: { proven: 0, notProven: MANY } });
  expect(exitCode).toBe(1);
});
