/** @module-tag upload */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { readHistory } from '../../../src/upload/history/read.ts';
import { BIN } from '../../support/hsdoctor.ts';
import { freshFolder, put } from '../files/folder.ts';
import { Upload } from '../pipeline/support.ts';

/** Where that photo went has an answer. */

const history = (upload: Upload, args: readonly string[]) =>
  execa(process.execPath, [BIN, 'immich', 'history', ...args], { reject: false, env: upload.env });

test('what was deleted is told with its time, checksum and asset, and found by its name', async () => {
  await using upload = await Upload.start();
  upload.photo('kept.jpg', '');
  upload.photo('ü.jpg'.normalize('NFD'), 'the photo');
  upload.photo('b.jpg');
  const before = new Date().toISOString();
  await upload.run(['--delete']);
  const { stdout, exitCode } = await history(upload, ['ü.jpg'.normalize('NFC'), '--json']);
  expect(exitCode).toBe(0);
  const [asset] = upload.server.store.named('ü.jpg'.normalize('NFC'));
  const { schemaVersion, entries } = JSON.parse(stdout);
  expect(schemaVersion).toBe(1);
  expect(entries).toEqual([
    {
      at: expect.any(String),
      what: 'deleted',
      folder: upload.folder,
      path: 'ü.jpg'.normalize('NFD'),
      bytes: 9,
      checksum: createHash('sha1').update('the photo').digest('hex'),
      assetId: asset?.id,
      server: upload.server.url,
    },
  ]);
  expect(entries[0].at >= before && entries[0].at <= new Date().toISOString()).toBe(true);
  const all = await history(upload, []);
  expect(all.stdout).toMatch(/ deleted {2}\S+\/photos\/b\.jpg \(\d+ B\)\n {4}asset \S+ on http:\S+, SHA-1 /);
  expect(all.stdout).not.toMatch(/kept\.jpg/);
  expect((await history(upload, ['kept.jpg'])).stdout).toMatch(
    /^no file that hsdoctor deleted or moved on this machine matches "kept\.jpg"; /,
  );
});

test('what was moved is told with its new place', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  mkdirSync(upload.path('sent'));
  await upload.run(['--move-to', upload.path('sent')]);
  const { stdout } = await history(upload, ['--json']);
  expect(JSON.parse(stdout).entries).toMatchObject([
    { what: 'moved', path: 'a.jpg', movedTo: upload.path('sent', 'a.jpg') },
  ]);
});

test('a file that is kept because it changed before its deletion is not told as deleted', async () => {
  await using upload = await Upload.start();
  const path = upload.photo('a.jpg');
  const held = Promise.withResolvers<void>();
  upload.server.faults = [{ method: 'HEAD', effect: { kind: 'stall', until: held.promise } }];
  const running = upload.run(['--delete']);
  while (!upload.server.requests.some(({ method }) => method === 'HEAD'))
    await new Promise((resolve) => setTimeout(resolve, 5));
  writeFileSync(path, 'other bytes');
  held.resolve();
  expect((await running).outcomes).toEqual({ 'a.jpg': 'changed, kept' });
  expect(JSON.parse((await history(upload, ['--json'])).stdout).entries).toEqual([]);
});

test('a journal that cannot be written is told', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  writeFileSync(upload.path('state'), '');
  const { report, outcomes } = await upload.run(['--delete'], { XDG_STATE_HOME: upload.path('state') });
  expect(outcomes).toEqual({ 'a.jpg': 'uploaded, deleted' });
  expect(report.notes).toEqual([expect.stringMatching(/not written down .*not a directory/)]);
});

test('a deletion in whose middle the run was killed is told as that, and torn lines harm no other', async () => {
  const entry = (id: string, path: string) =>
    JSON.stringify({
      id,
      at: '2026-01-01T00:00:00.000Z',
      folder: '/f',
      server: 's',
      path,
      bytes: 1,
      checksum: 'c',
    });
  const file = put(
    freshFolder(),
    'history',
    [
      entry('1', 'a'),
      '{"id":"1","done":"deleted"}',
      entry('2', 'b'),
      entry('3', 'c').slice(0, 40),
      entry('4', 'd'),
      '{"id":"4","done":"stays"}',
      '[null]',
      '{"id":"9","done":"deleted"}',
    ].join('\n'),
  );
  expect((await readHistory(file)).map(({ path, what }) => [path, what])).toEqual([
    ['a', 'deleted'],
    ['b', 'begun'],
  ]);
  expect(await readHistory(join(file, '..', 'none'))).toEqual([]);
});
