import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { uploadReportSchema } from '../../src/model/upload-report.ts';
import { BIN } from '../support/hsdoctor.ts';

const CANARY = 'canaryKEY0123456789canaryKEY0123456789abcd';
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-upload-'));
afterAll(() => rmSync(folder, { recursive: true }));
for (const name of ['home', 'photos', 'photos/done', 'done', 'My.photoslibrary/originals'])
  mkdirSync(join(folder, name), { recursive: true });
symlinkSync('My.photoslibrary/originals', join(folder, 'originals'));
symlinkSync('photos', join(folder, 'same'));
writeFileSync(join(folder, 'photos', 'file.txt'), '');
writeFileSync(join(folder, 'key'), CANARY, { mode: 0o400 });
writeFileSync(join(folder, 'no-user'), `PUSHOVER_TOKEN=${CANARY}\n`, { mode: 0o400 });

for (const key of Object.keys(process.env)) if (/^(?:HSDOCTOR|IMMICH)_/.test(key)) delete process.env[key];

const SERVER = {
  IMMICH_INSTANCE_URL: 'http://127.0.0.1:1',
  IMMICH_API_KEY: CANARY,
  HSDOCTOR_UPLOAD_RETRIES: '0',
};
const run = (args: readonly string[], env: Record<string, string> = SERVER) =>
  execa(process.execPath, [BIN, 'immich', ...args], {
    reject: false,
    cwd: folder,
    env: { NO_COLOR: '1', HOME: join(folder, 'home'), XDG_CONFIG_HOME: join(folder, 'home'), ...env },
  });

const { IMMICH_API_KEY: _, ...NO_KEY } = SERVER;

test.each<[string, string[], Record<string, string>?]>([
  ['folder-not-named', ['upload']],
  ['folder-absent', ['upload', 'photo']],
  ['folder-no-folder', ['upload', 'photos/file.txt']],
  ['folder-library', ['upload', 'My.photoslibrary', '-r', '--delete']],
  ['folder-in-library', ['upload', 'originals', '--delete']],
  ['move-to-library', ['upload', 'photos', '--move-to', 'My.photoslibrary']],
  ['folder-empty', ['upload', '']],
  ['folders-one-absent', ['upload', 'photos', 'dome']],
  ['watch-dry-run', ['upload', 'photos', '--watch', '--dry-run']],
  ['limit-rate-no-rate', ['upload', 'photos', '--limit-rate', '2MB/s']],
  ['limit-rate-too-slow', ['upload', 'photos', '--limit-rate', '10']],
  ['limit-rate-of-the-cli', ['upload', 'photos', '--limit-rate', '2M', '--engine', 'immich-cli']],
  ['server-not-named', ['upload', 'photos'], {}],
  ['url-bad', ['upload', 'photos', '--url', `me:${CANARY}@minipc:2283`]],
  ['key-not-given', ['upload', 'photos'], NO_KEY],
  ['key-file-absent', ['upload', 'photos', '--key-file', 'nowhere']],
  ['key-file-is-the-key', ['upload', 'photos', '--key-file', CANARY]],
  ['key-on-the-command-line', ['upload', 'photos', '--key', CANARY]],
  ['api-key-on-the-command-line', ['upload', 'photos', `--api-key=${CANARY}`]],
  ['flag-with-a-secret', ['upload', 'photos', `--apikey=${CANARY}`]],
  ['move-to-absent', ['upload', 'photos', '--move-to', 'don']],
  ['move-to-same', ['upload', 'photos', '--move-to', 'same']],
  ['move-to-and-delete', ['upload', 'photos', '--delete', '--move-to', 'done']],
  ['concurrency-too-high', ['upload', 'photos', '--concurrency', '99']],
  ['verify-unknown', ['upload', 'photos', '--verify', 'sise']],
  ['timeout-not-a-duration', ['upload', 'photos', '--timeout', '30']],
  ['pushover-absent', ['upload', 'photos', '--notify']],
  ['pushover-broken', ['upload', 'photos', '--notify'], { ...SERVER, HSDOCTOR_UPLOAD_PUSHOVER: 'no-user' }],
  ['command-unknown', ['uplod', 'photos']],
])('%s: one sentence, exit 2, and no secret in it', async (name, args, env) => {
  const { stderr, stdout, exitCode } = await run(args, env);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).not.toMatch(/\n|canary/);
  await expect(`${stderr.replaceAll(folder, '/home/me')}\n`).toMatchFileSnapshot(
    `../golden/usage/immich-${name}.exit-2.txt`,
  );
});

test.skipIf(process.getuid?.() === 0)(
  'a folder that cannot be listed is no empty one (skipped as root)',
  async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0);
    expect(await run(['upload', 'closed'])).toMatchObject({ exitCode: 2, stdout: '' });
  },
);

test.each([
  ['an empty folder', ['upload', 'done']],
  ['a target below, where it is not looked', ['upload', 'photos', '--move-to', 'photos/done']],
])('nothing to do (%s) is nothing printed, exit 0', async (_what, args) => {
  expect(await run(args)).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
});

test('with --json there is a report even of nothing', async () => {
  const { stdout } = await run(['upload', 'done', '--json', '--key-file', 'key', '--dry-run']);
  expect(uploadReportSchema.parse(JSON.parse(stdout))).toMatchObject({
    folder: join(folder, 'done'),
    dryRun: true,
    exitStatus: 0,
  });
  expect(stdout).not.toContain('canary');
});
