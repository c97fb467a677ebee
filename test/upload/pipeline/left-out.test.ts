/** @module-tag upload */
import process from 'node:process';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { BIN } from '../../support/hsdoctor.ts';
import { Upload } from './support.ts';

/** What a run did not look at, and what did not answer, is said. */

test('photos that are only in subfolders are told, and a server that is away is not waited for', async () => {
  await using upload = await Upload.start();
  upload.photo('Rome/deep/a.jpg');
  upload.photo('notes/b.txt');
  upload.photo('c.txt');
  await upload.server.close();
  const begun = Date.now();
  const { stdout, exitCode } = await upload.start(['--retries=4', '--retry-delay=5s']);
  expect(Date.now() - begun).toBeLessThan(4000);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Nothing to do: there are no photos or videos directly in /);
  expect(stdout).toMatch(/1 subfolder with photos or videos left out \(Rome\): use --recursive/);
});

test('and beside other photos; but not what is left out on purpose, or has none', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.photo('Rome/b.jpg');
  upload.photo('Paris/c.jpg');
  upload.photo('Old.photoslibrary/originals/d.jpg');
  upload.photo('sent/e.jpg');
  const args = ['--ignore', 'Paris', '--move-to', upload.path('photos', 'sent')];
  expect((await upload.run(args)).report).toMatchObject({ leftOut: ['Rome'], exitStatus: 0 });
  expect((await upload.run(['--recursive', '--dry-run'])).report.leftOut).toEqual([]);
});

test('a run whose time is over before the server has answered says that it did not', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.server.faults = [{ effect: { kind: 'stall' } }];
  const { report, exitCode } = await upload.run(['--timeout=1s', '--idle-timeout=60s']);
  expect(report).toMatchObject({ ending: 'timed-out' });
  expect(report.message).toMatch(/^http:\S+ did not answer within the time limit of 1s/);
  expect(exitCode).toBe(1);
});

test('ping asks for the server without a key too', async () => {
  await using upload = await Upload.start();
  const ping = () =>
    execa(process.execPath, [BIN, 'immich', 'ping'], {
      reject: false,
      env: { ...upload.env, IMMICH_API_KEY: '' },
    });
  const up = await ping();
  expect(up.exitCode).toBe(2);
  expect(up.stderr).toMatch(
    /^hsdoctor: there is no API key: .* \(the server is up: Immich 3\.0\.3 at http:\S+\)$/,
  );
  await upload.server.close();
  const down = await ping();
  expect(down.stderr).toMatch(/there is no API key: .*not reached: cannot connect to/);
});
