/** @module-tag upload */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../support/hsdoctor.ts';
import { tick, Upload } from './support.ts';

/** The official program sends, in the same envelope. */
const ENGINE = '--engine=immich-cli';

/** A program of that name before all others on the PATH; it writes down how it was called. */
function standIn(upload: Upload, name: string, text: string): Record<string, string> {
  const folder = upload.path('bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, name),
    `#!/bin/sh\n{ echo "${name} $*"; env; } >> '${upload.path('calls')}'\n${text}\n`,
  );
  chmodSync(join(folder, name), 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

/** The program as npm has it; once for all runs of the tests. */
function installed(version: string): string {
  const folder = join(ROOT, 'node_modules', '.cache', `immich-cli-${version}`);
  const program = join(folder, 'node_modules', '.bin', 'immich');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `@immich/cli@${version}`]);
  }
  return program;
}

const calls = (upload: Upload) => readFileSync(upload.path('calls'), 'utf8');

test('files go by the official program, and are proven and deleted by us', async () => {
  await using upload = await Upload.start();
  for (const name of ['a.jpg', 'Trip (Rome)/b.jpg', '{c,d}.jpg']) upload.photo(name);
  const { outcomes, exitCode } = await upload.run([ENGINE, '--recursive', '--delete']);
  expect(outcomes).toEqual({
    'a.jpg': 'uploaded, deleted',
    'Trip (Rome)/b.jpg': 'uploaded, deleted',
    '{c,d}.jpg': 'uploaded, deleted',
  });
  expect(exitCode).toBe(0);
  expect(upload.server.requests.find(({ path }) => path === '/assets')?.headers['user-agent']).not.toMatch(
    /hsdoctor/,
  );
});

test('what it says is not believed: a server that keeps nothing costs nothing', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  upload.photo('b.jpg');
  upload.server.faults = [{ path: '/assets', file: 'a.jpg', effect: { kind: 'keep', how: 'nothing' } }];
  const { outcomes, exitCode } = await upload.run([ENGINE, '--delete']);
  expect(outcomes).toEqual({ 'a.jpg': 'unproven, kept', 'b.jpg': 'uploaded, deleted' });
  expect(exitCode).toBe(1);
});

test('it gets none of its variables, which are switches, and no option that deletes', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const env = standIn(upload, 'immich', 'case "$*" in *--version*) echo 3.2.2 ;; esac; exit 0');
  const { report } = await upload.run([ENGINE, '--delete'], {
    ...env,
    IMMICH_DELETE_ASSETS: 'true',
    IMMICH_DELETE_DUPLICATES: 'true',
    IMMICH_ALBUM_NAME: 'x',
  });
  expect(report.files).toMatchObject([{ outcome: 'unproven', local: 'kept' }]);
  expect(calls(upload)).not.toMatch(/^IMMICH_/m);
  expect(calls(upload)).not.toMatch(/--delete/);
  expect(calls(upload)).toMatch(/^immich .*upload/m);
});

test.each([
  ['2.5.6', '2.2.0', ['--skip-hash', '--concurrency']],
  ['3.0.3', '3.2.2', ['--skip-hash', '--no-progress', '--concurrency']],
])('to a server %s, the CLI %s is given only what it knows', async (server, cli, known) => {
  await using upload = await Upload.start({ version: server });
  upload.photo('a.jpg');
  const env = standIn(
    upload,
    'immich',
    `case "$*" in
*--version*) echo ${cli} ;;
*--help*) echo "  -H, ${known.join(' <x>\n  ')}" ;;
*--no-progress*) ${known.includes('--no-progress') ? 'exit 0' : 'echo "error: unknown option \'--no-progress\'" >&2; exit 1'} ;;
esac`,
  );
  await upload.run([ENGINE], env);
  const sending = calls(upload)
    .split('\n')
    .find((line) => /^immich .*upload .*a\.jpg/.test(line));
  for (const option of ['--skip-hash', '--no-progress', '--concurrency'])
    expect(sending?.includes(option)).toBe(known.includes(option));
});

test('the permission that it needs itself is asked for beforehand', async () => {
  await using upload = await Upload.start({ permissions: ['asset.upload', 'asset.download'] });
  upload.photo('a.jpg');
  const { report, exitCode } = await upload.run([ENGINE]);
  expect(exitCode).toBe(3);
  expect(report.message).toMatch(/lacks the permission user\.read/);
  expect((await upload.run()).exitCode).toBe(0);
});

test('the one of the major version of the server is taken', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  standIn(upload, 'immich', 'echo 2.2.0');
  const env = standIn(upload, 'npx', 'case "$*" in *--version*) echo 3.2.2 ;; esac');
  const { report } = await upload.run([ENGINE], env);
  expect(report.notes).toContain(`sent by @immich/cli@3.2.2, downloaded by ${upload.path('bin', 'npx')}`);
  expect(calls(upload)).toMatch(/^npx --yes --workspaces=false @immich\/cli@3\.2\.2 .*upload/m);
  expect(calls(upload)).not.toMatch(/^immich .*upload/m);
});

test('for a server before 3, only the one that its user installed is taken', async () => {
  await using upload = await Upload.start({ version: '2.5.6' });
  upload.photo('a.jpg');
  standIn(upload, 'npx', 'echo 2.2.0');
  const env = standIn(upload, 'immich', 'echo 3.2.2');
  const { report, exitCode } = await upload.run([ENGINE], env);
  expect(exitCode).toBe(3);
  expect(report.message).toBe(
    `Immich CLI version 2.2 or a later 2.x, which this server needs, was not found (${upload.path('bin', 'immich')} has version 3.2.2): install it, name it with --cli, or leave out --engine`,
  );
  expect(calls(upload)).not.toMatch(/^npx /m);
});

describe('the program itself', () => {
  test('3.2.2 needs no permission that is not asked for beforehand', async () => {
    await using upload = await Upload.start({ permissions: ['asset.upload', 'asset.download', 'user.read'] });
    upload.photo('a.jpg');
    const { report, outcomes, exitCode } = await upload.run([ENGINE, '--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'uploaded, deleted' });
    expect(exitCode).toBe(0);
    expect(report.notes).toContainEqual(expect.stringMatching(/^sent by \S+, Immich CLI version 3\.2\.2$/));
  });

  test('2.1.0 knows no server that is supported, and is refused beforehand', async () => {
    const program = installed('2.1.0');
    await using upload = await Upload.start({ version: '2.5.6' });
    const photo = upload.photo('a.jpg');
    const { report, exitCode } = await upload.run([ENGINE, '--cli', program]);
    expect(exitCode).toBe(3);
    expect(report.message).toBe(
      `${program} has version 2.1.0, and this server needs Immich CLI version 2.2 or a later 2.x: name another one with --cli, or leave out --cli`,
    );
    const { url, key, requests } = upload.server;
    const before = requests.length;
    writeFileSync(upload.path('auth.yml'), JSON.stringify({ instanceUrl: `${url}/api`, apiKey: key }));
    const own = await execa(program, ['--config-directory', upload.path(), 'upload', '--skip-hash', photo], {
      reject: false,
      env: upload.env,
    });
    expect(own.exitCode).not.toBe(0);
    const asked = requests.slice(before).map(({ path, status }) => [path, status]);
    expect(asked).toContainEqual(['/server-info/ping', 404]);
    expect(upload.server.store.assets.size).toBe(0);
  });
});

test('of what it prints, the error is told, and not where in the program it was thrown', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const env = standIn(
    upload,
    'immich',
    `case "$*" in
*--version*) echo 3.2.2 ;;
*--help*) ;;
*) printf '%s\\n' 'file:///x/index.js:1' '  throw new LoginError();' 'LoginError: no auth file' '    at main (x.js:1)' '' 'Node.js v24.1.0' >&2; exit 1 ;;
esac`,
  );
  const { report } = await upload.run([ENGINE], env);
  expect(report.files[0]?.reason).toMatch(/the Immich CLI exited with 1: LoginError: no auth file$/);
});

test('where there is none, it says which one is missing', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const names = ['immich', 'npx'];
  const [env = {}] = names.map((name) => standIn(upload, name, 'exit 1'));
  const { report, exitCode } = await upload.run([ENGINE], env);
  expect(exitCode).toBe(3);
  expect(report.message).toMatch(/Immich CLI version 3, which this server needs, was not found/);
});

test('the one that the user names is run, and no other', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const env = standIn(upload, 'immich', 'echo 3.2.2');
  standIn(upload, 'npx', 'echo 3.2.2');
  const named = upload.path('my cli');
  writeFileSync(named, `#!/bin/sh\necho "named $*" >> '${upload.path('calls')}'\necho 3.1.0\n`, {
    mode: 0o755,
  });
  const { report } = await upload.run([ENGINE, '--cli', named], env);
  expect(report.notes).toContain(`sent by ${named}, Immich CLI version 3.1.0`);
  expect(calls(upload)).not.toMatch(/^(?:immich|npx) /m);
  writeFileSync(named, '#!/bin/sh\necho 2.1.0\n');
  const other = await upload.run([ENGINE], { ...env, HSDOCTOR_UPLOAD_CLI: named });
  expect(other.exitCode).toBe(3);
  expect(other.report.message).toContain(`${named} has version 2.1.0, and this server needs`);
  expect(calls(upload)).not.toMatch(/^(?:immich|npx) /m);
});

test('it runs in an empty folder of its own, with no settings of npm but those of its user', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const told = `{ pwd; ls -A; } >> '${upload.path('where')}'`;
  const env = standIn(upload, 'npx', `${told}; echo 3.2.2`);
  await upload.run([ENGINE], {
    ...env,
    TMPDIR: upload.path(),
    npm_config_registry: 'http://127.0.0.1:1',
    NPM_CONFIG_USERCONFIG: '/elsewhere',
    INIT_CWD: upload.folder,
  });
  expect(calls(upload)).toMatch(/^npx /m);
  expect(calls(upload)).not.toMatch(/^(?:npm_|INIT_CWD)/im);
  const [folder = '', ...files] = readFileSync(upload.path('where'), 'utf8').split('\n');
  expect(dirname(folder)).toBe(upload.path());
  expect(files.filter((file) => file !== '' && !file.includes('/')).sort()).toEqual([
    'auth.yml',
    'package.json',
    'package.json',
    'package.json',
  ]);
  expect(existsSync(folder)).toBe(false);
});

test('it ends with the run, and leaves no key behind', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const folder = upload.path('temporary');
  mkdirSync(folder);
  const env = standIn(
    upload,
    'immich',
    `case "$*" in *--version*) echo 3.2.2 ;; *) echo $$ > '${upload.path('pid')}'; exec sleep 600 ;; esac`,
  );
  const { report } = await upload.run([ENGINE, '--timeout=2s'], { ...env, TMPDIR: folder });
  expect(report.ending).toBe('timed-out');
  expect(readdirSync(folder)).toEqual([]);
  const pid = Number(readFileSync(upload.path('pid'), 'utf8'));
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});

test('a second signal, which waits for nobody, leaves no key behind either', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const folder = upload.path('temporary');
  mkdirSync(folder);
  const env = standIn(
    upload,
    'immich',
    `case "$*" in *--version*) echo 3.2.2 ;; *) trap '' TERM; touch '${upload.path('sending')}'; exec sleep 5 ;; esac`,
  );
  const running = upload.start([ENGINE, '--json'], { ...env, TMPDIR: folder });
  while (!existsSync(upload.path('sending'))) await tick();
  expect(readdirSync(folder)).toHaveLength(1);
  let ended = false;
  void running.then(() => {
    ended = true;
  });
  while (!ended) {
    running.kill('SIGTERM');
    await tick();
  }
  expect((await running).exitCode).toBe(143);
  expect(readdirSync(folder)).toEqual([]);
});
