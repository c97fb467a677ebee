/** @module-tag hosts */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hsdoctor, ROOT } from '../support/hsdoctor.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hsdoctor-last-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const run = (...args: string[]) =>
  hsdoctor({ HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: '' }, 'check', ...args);
const remembered = () => join(home, '.local/state/hsdoctor/last-check.json');

/** A configuration with one wait that is missing; gives back what puts the wait there. */
function configuration(): { readonly folder: string; readonly fix: () => void } {
  const folder = join(home, 'nixos');
  cpSync(join(ROOT, 'test', 'nix', 'seed-layout'), folder, { recursive: true });
  const file = join(folder, 'modules/nixos/programs/docker/immich.nix');
  const right = readFileSync(file, 'utf8');
  writeFileSync(file, right.replace(/^ *serviceConfig\.ExecStartPre = .*\n/m, ''));
  return { folder, fix: () => writeFileSync(file, right) };
}

test('--last checks again what was not ok, and says what is gone and what is still there', async () => {
  const { folder, fix } = configuration();
  expect((await run('--source', folder)).exitCode).toBe(1);
  expect(statSync(remembered()).mode & 0o777).toBe(0o600);
  const { checks } = JSON.parse(readFileSync(remembered(), 'utf8'));
  expect(checks).toContain('tailscale-wait');
  expect(checks).not.toContain('nix-syntax');
  const still = await run('--last');
  expect(still.stdout).toMatch(/^ {2}still: {7}immich-server does not correctly wait .* tailscale-wait$/m);
  expect(still.stdout).not.toContain('nix-syntax');
  expect(still.stdout).toContain('Checked again (--last): ');
  expect(still.stdout).toMatch(/^Since the check at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}:$/m);
  fix();
  const gone = await run('--last');
  expect(gone.stdout).toMatch(/^ {2}gone: {8}immich-server does not correctly wait .* tailscale-wait$/m);
  expect(gone.stdout).toMatch(/^ {2}still: {7}/m);
  configuration();
  expect((await run('--last')).stdout).not.toContain('gone:');
});

test('what has become of each finding is wrapped', async () => {
  const { folder } = configuration();
  await run('--source', folder);
  const env = { HOME: home, XDG_CONFIG_HOME: '', XDG_STATE_HOME: '', COLUMNS: '80' };
  const { stdout } = await hsdoctor(env, 'check', '--last');
  const told = stdout.slice(stdout.indexOf('Since the check at')).split('\n');
  expect(told.length).toBeGreaterThan(3);
  expect(told.filter((line) => line.length > 80)).toEqual([]);
});

test('what cannot be checked this time is not gone', async () => {
  const { folder } = configuration();
  await run('--source', folder);
  writeFileSync(join(folder, 'flake.nix'), '{ outputs = ');
  const { stdout } = await run('--last');
  expect(stdout).not.toContain('gone:');
  expect(stdout).toMatch(/^ {2}not checked: immich-server does not correctly wait/m);
  configuration();
  expect((await run('--last')).stdout).toMatch(/^ {2}still: {7}immich-server does not correctly wait/m);
});

test('without a last check, after one that found nothing, and with other targets it is a mistake', async () => {
  expect(await run('--last')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(
      'no check is remembered (a check of a bundle is not): run `hsdoctor check` first',
    ),
  });
  const folder = join(home, 'nixos');
  cpSync(join(ROOT, 'test', 'nix', 'seed-layout'), folder, { recursive: true });
  await run('--source', folder, 'nix-syntax');
  expect(await run('--last')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('found nothing'),
  });
  expect(await run('--last', '--host', 'minipc')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('leave out the names of checks, --host'),
  });
});

test('a bundle is not remembered, and a home that cannot be written to does not matter', async () => {
  await run('--bundle', join(ROOT, 'demo', 'sick-server'), 'ml-oom');
  expect(readdirSync(home)).not.toContain('.local');
  mkdirSync(join(home, '.local'), { recursive: true });
  writeFileSync(join(home, '.local', 'state'), 'in the way');
  const { folder } = configuration();
  expect(await run('--source', folder, 'tailscale-wait')).toMatchObject({ exitCode: 1, stderr: '' });
});

test.each([
  ['damaged', (path: string) => writeFileSync(path, '{"version":1'), 'it is damaged'],
  ['a folder', (path: string) => mkdirSync(path), 'it is not a regular file'],
  ['a pipe that nobody writes to', (path: string) => execFileSync('mkfifo', [path]), 'not a regular file'],
  ['endless', (path: string) => symlinkSync('/dev/zero', path), 'it is not a regular file'],
])(
  'what remembers the last check is told to be unreadable, and not to be missing: %s',
  async (_, make, why) => {
    mkdirSync(join(home, '.local/state/hsdoctor'), { recursive: true });
    make(remembered());
    const { exitCode, stderr } = await run('--last');
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(why)]);
    expect(stderr).not.toContain('no check is remembered');
  },
);

test('nothing that lies beside it is written to', async () => {
  const { folder } = configuration();
  const state = join(home, '.local/state/hsdoctor');
  mkdirSync(state, { recursive: true });
  writeFileSync(join(home, 'precious'), 'precious');
  symlinkSync(join(home, 'precious'), `${remembered()}.new`);
  await run('--source', folder);
  expect(readFileSync(join(home, 'precious'), 'utf8')).toBe('precious');
  expect(readdirSync(state).sort()).toEqual(['last-check.json', 'last-check.json.new']);
});
