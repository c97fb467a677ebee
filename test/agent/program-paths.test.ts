import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lastingCommand } from '../../src/agent/program-paths.ts';

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'hsdoctor-paths-')));
  mkdirSync(join(top, 'tmp'));
});
afterEach(() => rmSync(top, { recursive: true }));

function file(path: string): string {
  const place = join(top, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, '#!/bin/sh\n', { mode: 0o755 });
  return place;
}
function link(path: string, target: string): string {
  const place = join(top, path);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(join(top, target), place);
  return place;
}
const command = (execPath: string, script: string, path: readonly string[]) =>
  lastingCommand({
    execPath: join(top, execPath),
    script: join(top, script),
    path: path.map((each) => join(top, each)).join(':'),
    temporaryFolder: join(top, 'tmp'),
  });

test('of Homebrew the links are taken, which its upgrades leave in place', () => {
  const node = file('homebrew/Cellar/node/24.1.0/bin/node').slice(top.length + 1);
  file('homebrew/lib/node_modules/hsdoctor/bin/run.js');
  link('homebrew/bin/node', node);
  link('homebrew/bin/hsdoctor', 'homebrew/lib/node_modules/hsdoctor/bin/run.js');
  const links = [join(top, 'homebrew/bin/node'), join(top, 'homebrew/bin/hsdoctor')];
  expect(command(node, 'homebrew/bin/hsdoctor', ['usr/bin', 'homebrew/bin'])).toEqual(links);
  // Of a manager of versions, the PATH may have scripts that call the program.
  expect(command(node, 'homebrew/bin/hsdoctor', ['usr/bin'])).toEqual(links);
});

test('a node of one version that no lasting link leads to is refused', () => {
  const node = file('homebrew/Cellar/node/24.1.0/bin/node').slice(top.length + 1);
  file('npm/lib/node_modules/hsdoctor/bin/run.js');
  link('npm/bin/hsdoctor', 'npm/lib/node_modules/hsdoctor/bin/run.js');
  expect(() => command(node, 'npm/bin/hsdoctor', ['npm/bin', 'homebrew/Cellar/node/24.1.0/bin'])).toThrow(
    /^node runs from .*Cellar.*, which goes away with its next version/,
  );
  link('homebrew/opt/node@24', 'homebrew/Cellar/node/24.1.0');
  expect(command(node, 'npm/bin/hsdoctor', ['npm/bin', 'homebrew/opt/node@24/bin'])[0]).toBe(
    join(top, 'homebrew/opt/node@24/bin/node'),
  );
});

test('of a manager of versions, node itself is taken, and not the link of one shell', () => {
  file('fnm/node-versions/v24.1.0/installation/bin/node');
  file('fnm/node-versions/v24.1.0/installation/lib/node_modules/hsdoctor/bin/run.js');
  const bin = 'fnm/node-versions/v24.1.0/installation/bin';
  link(`${bin}/hsdoctor`, 'fnm/node-versions/v24.1.0/installation/lib/node_modules/hsdoctor/bin/run.js');
  link('fnm_multishells/1/bin', bin);
  expect(command(`${bin}/node`, `${bin}/hsdoctor`, ['fnm_multishells/1/bin', bin])).toEqual([
    join(top, bin, 'node'),
    join(top, bin, 'hsdoctor'),
  ]);
});

test.each<[string, string, RegExp]>([
  ['the cache of npx', 'home/.npm/_npx/3f2a/node_modules/hsdoctor', /runs from the cache of npx/],
  ['that of bunx', 'x/bunx-501-hsdoctor@latest/node_modules/hsdoctor', /the cache of a package manager/],
  ['that of pnpm dlx', 'x/pnpm/dlx/3f2a/node_modules/hsdoctor', /the cache of a package manager/],
  ['a temporary folder', 'tmp/lib/node_modules/hsdoctor', /runs from a temporary folder/],
  ['the packages of a project', 'project/node_modules/hsdoctor', /runs from the packages of a project/],
])('%s is refused, whatever leads to it', (_, root, says) => {
  file('bin/node');
  file(`${root}/bin/run.js`);
  link('bin/hsdoctor', `${root}/bin/run.js`);
  expect(() => command('bin/node', 'bin/hsdoctor', ['bin'])).toThrow(says);
});

test.each(['.git', 'src/cli.ts'])('a clone, which has %s, is refused behind a link, too', (sign) => {
  file('bin/node');
  file('clone/bin/run.js');
  file(`clone/${sign}`);
  link('lib/node_modules/hsdoctor', 'clone');
  link('bin/hsdoctor', 'lib/node_modules/hsdoctor/bin/run.js');
  expect(() => command('bin/node', 'bin/hsdoctor', ['bin'])).toThrow(/runs from a clone of its repository/);
  rmSync(join(top, 'clone', sign));
  expect(command('bin/node', 'bin/hsdoctor', ['bin'])).toHaveLength(2);
});

test("a node of a project's packages needs a link from elsewhere", () => {
  file('project/node_modules/node/bin/node');
  file('lib/node_modules/hsdoctor/bin/run.js');
  link('bin/hsdoctor', 'lib/node_modules/hsdoctor/bin/run.js');
  link('project/node_modules/.bin/node', 'project/node_modules/node/bin/node');
  const path = ['project/node_modules/.bin', 'bin'];
  expect(() => command('project/node_modules/node/bin/node', 'bin/hsdoctor', path)).toThrow(
    /^node runs from/,
  );
});

test('of another program of that name the path is not taken', () => {
  file('bin/node');
  file('bin/hsdoctor');
  file('lib/node_modules/hsdoctor/bin/run.js');
  expect(() => command('bin/node', 'lib/node_modules/hsdoctor/bin/run.js', ['bin'])).toThrow(
    /no folder of the PATH has a link to it/,
  );
});

test('a store path of Nix that no profile has is refused, because it may be collected', () => {
  const script = '/nix/store/00000000000000000000000000000000-hsdoctor-0.1.0/bin/run.js';
  expect(() =>
    lastingCommand({ execPath: '/usr/bin/node', script, path: '/usr/bin', temporaryFolder: '/x' }),
  ).toThrow(
    /^hsdoctor runs from \/nix\/store\/0+-hsdoctor-0\.1\.0, which the garbage collector of Nix may remove/,
  );
});
