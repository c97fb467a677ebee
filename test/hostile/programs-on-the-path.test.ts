/** @module-tag hosts */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { trustedPath } from '../../src/system/programs.ts';
import { BIN } from '../support/hsdoctor.ts';

/* `npx hsdoctor` in a cloned repository puts the repository's programs first on the PATH. */

const root = realpathSync(mkdtempSync(join(tmpdir(), 'hsdoctor-path-')));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
let home: string;
let cloned: string;
beforeEach(() => {
  count += 1;
  home = join(root, `home-${count}`);
  cloned = join(home, 'cloned');
  mkdirSync(join(cloned, 'sub'), { recursive: true });
  writeFileSync(join(cloned, 'flake.nix'), '{ outputs = _: { nixosConfigurations.a = { }; }; }');
  writeFileSync(join(cloned, 'configuration.nix'), '{ services.openssh.enable = true; }');
});

/** Programs that tell that they were run. */
function put(folder: string, ...names: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho "$0" >> '${join(home, 'ran')}'\nexit 1\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const NAMES = ['sh', 'ssh', 'sudo', 'nix', 'ps', 'podman', 'systemctl', 'id', 'uname', 'mktemp'];
const run = (cwd: string, path: readonly string[], ...args: readonly string[]) =>
  execa(process.execPath, [BIN, ...args], {
    cwd,
    reject: false,
    extendEnv: false,
    env: { PATH: [...path, '/usr/bin', '/bin'].join(delimiter), HOME: home, NO_COLOR: '1' },
    stdin: 'ignore',
    timeout: 30_000,
  });

test.each([
  ['check'],
  ['check', '--sudo'],
  ['check', '--host', 'ssh://127.0.0.1:1'],
  ['check', '--source', '.', '--eval'],
  ['collect', '--output', '../bundle'],
])('no program of the working directory is run by %s %s %s', async (...args) => {
  const folders = [
    put(join(cloned, 'node_modules', '.bin'), ...NAMES),
    put(join(cloned, 'bin'), ...NAMES),
    '',
    '.',
    'bin',
    'node_modules/.bin',
  ];
  symlinkSync(put(join(home, 'elsewhere'), ...NAMES), join(cloned, 'link'));
  put(cloned, ...NAMES);
  await run(cloned, [...folders, join(cloned, 'link')], ...args);
  expect(existsSync(join(home, 'ran'))).toBe(false);
  // npx looks for a package in the folders above as well.
  mkdirSync(join(cloned, 'sub'), { recursive: true });
  await run(
    join(cloned, 'sub'),
    [join(cloned, 'node_modules', '.bin')],
    ...args.map((arg) => (arg === '.' ? '..' : arg)),
  );
  expect(existsSync(join(home, 'ran'))).toBe(false);
});

test("the user's own programs are run, wherever he stands", async () => {
  const folder = put(join(home, 'bin'), 'ssh');
  for (const cwd of ['/', '/usr', home, root, cloned]) {
    rmSync(join(home, 'ran'), { force: true });
    await run(cwd, [folder], 'check', '--host', 'ssh://127.0.0.1:1');
    expect([cwd, existsSync(join(home, 'ran'))]).toEqual([cwd, true]);
  }
});

test('without ssh, sudo or nix it is said as before', async () => {
  const only = put(join(cloned, 'bin'), 'ssh', 'sudo', 'nix');
  const empty = join(home, 'empty');
  mkdirSync(empty);
  const bare = (...args: readonly string[]) =>
    execa(process.execPath, [BIN, ...args], {
      cwd: cloned,
      reject: false,
      extendEnv: false,
      env: { PATH: [only, empty].join(delimiter), HOME: home, NO_COLOR: '1' },
    });
  expect((await bare('check', '--source', '.', '--eval')).stderr).toBe(
    'hsdoctor: --eval needs nix, and there is no nix on the PATH: install nix, or leave out --eval',
  );
  expect((await bare('check', '--host', 'ssh://127.0.0.1:1')).stdout).toContain(
    'ssh is not installed on this machine, or not on the PATH: install the OpenSSH client',
  );
  symlinkSync('/bin/sh', join(empty, 'sh'));
  expect((await bare('check', '--sudo')).stdout).toContain(
    'sudo is not installed here, or not on the PATH: check as root, without --sudo',
  );
  expect(existsSync(join(home, 'ran'))).toBe(false);
});

test.each<[string, string, string[], string[]]>([
  ['a project', 'cloned', ['cloned/bin', 'bin', 'cloned-too'], ['bin', 'cloned-too']],
  [
    'its subfolder',
    'cloned/sub',
    ['cloned/bin', 'cloned/sub/bin', 'cloned/node_modules/.bin'],
    ['cloned/bin'],
  ],
  ['the home', '.', ['cloned/bin', 'bin', 'cloned/node_modules/.bin'], ['cloned/bin', 'bin']],
  ['above the home', '..', ['bin', 'node_modules/.bin'], ['bin']],
])('in %s', (_, cwd, folders, kept) => {
  const path = (names: readonly string[]) => names.map((name) => join(home, name));
  for (const folder of path(folders)) mkdirSync(folder, { recursive: true });
  expect(trustedPath(path(folders).join(delimiter), join(home, cwd), home)).toBe(path(kept).join(delimiter));
});

test.each(['/', '/usr', '/usr/bin', '/bin', '/etc'])('in %s the programs of the system are found', (cwd) => {
  expect(trustedPath('/usr/bin:/bin', cwd, home)).toBe('/usr/bin:/bin');
});

test('where nothing is left, the programs of the system are', () => {
  for (const path of ['', '.', ':', join(home, 'gone'), join(cloned, 'sub')])
    expect(trustedPath(path, cloned, home)).toBe('/usr/bin:/bin');
  expect(trustedPath('/usr/bin:./x', undefined, home)).toBe('/usr/bin');
});
