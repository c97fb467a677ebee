/** @module-tag hosts */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import { ROOT } from './support/hsdoctor.ts';

const dist = join(import.meta.dirname, '..', 'dist');
const files = readdirSync(dist);

test('what is bundled comes with its licence', () => {
  const licenses = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const sources = files
    .filter((file) => file.endsWith('.map'))
    .flatMap((file): string[] => JSON.parse(readFileSync(join(dist, file), 'utf8')).sources);
  const packages = new Set(
    sources.flatMap((source) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
  );
  expect(packages.size).toBeGreaterThan(10);
  for (const name of packages) expect(licenses).toContain(`\n${name} `);
});

test('the bundle needs no package at run time', () => {
  const loaded = files
    .filter((file) => file.endsWith('.cjs'))
    .flatMap((file) => [
      ...readFileSync(join(dist, file), 'utf8').matchAll(/require\(["'`]([^."'`$][^"'`]*)["'`]\)/g),
    ])
    .map(([, name = '']) => name.replace(/^node:/, ''));
  expect(loaded.filter((name) => !process.getBuiltinModule(name))).toEqual([]);
});

test('a source tree that is not built says in one sentence what to take', async () => {
  const tree = mkdtempSync(join(tmpdir(), 'hsdoctor-tree-'));
  for (const name of ['bin', 'package.json']) cpSync(join(ROOT, name), join(tree, name), { recursive: true });
  const run = await execa(process.execPath, [join(tree, 'bin', 'run.js'), 'check'], { reject: false });
  rmSync(tree, { recursive: true });
  expect(run).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr:
      'hsdoctor: this source tree has no dist/: take the tag of a release (v0.1.0), or run `npm ci` in its folder.',
  });
});

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-package-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** With no cache, so that what is not in the tarball would have to be downloaded. */
const npm = (...args: string[]) =>
  execa('npm', args, {
    cwd: ROOT,
    env: {
      HOME: folder,
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      npm_config_cache: join(folder, 'cache'),
      npm_config_prefix: join(folder, 'prefix'),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    },
  });

test('the tarball installs into an empty prefix without a script or a download, with man page and completion', async () => {
  // The build is there already, and other tests use it.
  await npm('pack', '--ignore-scripts', '--pack-destination', folder);
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
  expect(statSync(tarball).size).toBeLessThan(1_500_000);
  const { stderr } = await npm('install', '--global', tarball);
  expect(stderr).not.toContain('script');
  const prefix = join(folder, 'prefix');
  const home = join(prefix, 'lib', 'node_modules', 'hsdoctor');
  expect(readdirSync(home).toSorted()).toEqual(
    ['LICENSE', 'README.md', 'bin', 'completions', 'demo', 'dist', 'docs', 'package.json'].toSorted(),
  );
  expect(readFileSync(join(prefix, 'share', 'man', 'man1', 'hsdoctor.1'), 'utf8')).toContain('.TH HSDOCTOR');
  mkdirSync(join(folder, 'elsewhere'));
  const run = (...args: string[]) =>
    execa(process.execPath, [join(prefix, 'bin', 'hsdoctor'), ...args], {
      cwd: join(folder, 'elsewhere'),
      env: { HOME: folder, NO_COLOR: '1' },
      extendEnv: false,
    });
  expect((await run('--version')).stdout).toContain(`node-v${process.versions.node}`);
  expect((await run('demo')).stdout).toContain('3 services are down, 1 is degraded:');
  expect((await run('completion', 'bash')).stdout).toContain('complete -F _hsdoctor hsdoctor');
  expect((await run('__complete', 'words', 'che')).stdout).toContain('check\t');
});
