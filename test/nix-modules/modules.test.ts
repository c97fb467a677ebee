import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { execa, execaSync } from 'execa';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { agentKeys } from '../../src/agent/property-list.ts';
import { reportSchema } from '../../src/model/report.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { BIN, ROOT } from '../support/hsdoctor.ts';
import { checksumOfSources, EVALUATE, RECORDED } from './recorded.ts';

const words = z.array(z.string());
const unit = z.object({ serviceConfig: z.record(z.string(), z.unknown()) });
const agent = z.record(z.string(), z.unknown());
const recording = z.object({
  sources: z.string(),
  evaluated: z.object({
    flake: z.object({ version: z.string(), installPhase: z.string() }),
    settings: z.record(z.string(), words),
    nixos: z.object({ refused: words, services: z.record(z.string(), unit) }),
    'home-manager': z.object({
      refused: words,
      launchd: z.object({ agents: z.record(z.string(), z.object({ config: agent })) }),
    }),
    'nix-darwin': z.object({
      refused: words,
      launchd: z.object({
        user: z.object({ agents: z.record(z.string(), z.object({ serviceConfig: agent })) }),
      }),
    }),
    refused: z.record(z.string(), words),
  }),
});
const { sources, evaluated } = recording.parse(JSON.parse(readFileSync(RECORDED, 'utf8')));

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the recording is of these modules: else record it again, as record.ts says', () => {
  expect(sources).toBe(checksumOfSources());
});

const nix = (...args: string[]) => execaSync('nix-instantiate', args, { reject: false });
const hasNix = !nix('--version').failed;

test.skipIf(!hasNix || nix('--eval', '-E', 'builtins.pathExists <nixpkgs/lib>').stdout !== 'true')(
  'nix evaluates the modules to the recording (skipped without nix, or without nixpkgs in NIX_PATH)',
  () => {
    const { stdout } = nix('--eval', '--strict', '--json', EVALUATE);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(RECORDED, 'utf8')).evaluated);
  },
);

test.skipIf(!hasNix)(
  'without dist/ the package says in one sentence what to take (skipped without nix)',
  () => {
    mkdirSync(join(folder, 'tree'));
    cpSync(join(ROOT, 'nix'), join(folder, 'tree', 'nix'), { recursive: true });
    cpSync(join(ROOT, 'package.json'), join(folder, 'tree', 'package.json'));
    const lib = '{ assertMsg = ok: message: ok || throw message; versionAtLeast = _: _: true; }';
    const call = `(import ${join(folder, 'tree', 'nix', 'package.nix')}) { lib = ${lib}; stdenvNoCC = null; nodejs = null; runtimeShell = null; }`;
    const { stderr } = nix('--eval', '-E', call);
    expect(stderr.trim().split('\n')[0]).toBe(
      `error: hsdoctor: this source tree has no dist/: take the tag of a release (v${evaluated.flake.version}), or build it with \`npm ci\` and use path:. of that folder`,
    );
  },
);

test('the options are the keys of the settings file', () => {
  const { keys } = settingsSchema();
  const { top, ...sections } = evaluated.settings;
  expect(top).toEqual(keys[''].toSorted());
  for (const [name, options] of Object.entries(sections))
    expect(options, name).toEqual(keys[name as keyof typeof keys].toSorted());
});

test('what cannot work is refused', () => {
  for (const messages of Object.values(evaluated.refused))
    expect(messages).toEqual([expect.stringMatching(/^hsdoctor: /)]);
  for (const system of ['nixos', 'home-manager', 'nix-darwin'] as const)
    expect(evaluated[system].refused).toEqual([]);
});

const keysWith = (...options: string[]) =>
  agentKeys({
    command: ['/nix/store/hsdoctor/bin/hsdoctor'],
    folder: '/Users/me/FolderActions/upload-immich',
    home: '/Users/me',
    url: 'http://100.64.0.10:2283',
    keyFile: '/Users/me/.config/immich/api-key',
    config: undefined,
    configHome: undefined,
    options,
  });

test('the upload agent of the modules is the one that `agent install` writes', () => {
  const { launchd } = evaluated['home-manager'];
  expect(launchd.agents['upload-immich']?.config).toEqual(keysWith('--delete'));
  const { agents } = evaluated['nix-darwin'].launchd.user;
  expect(agents['upload-immich']?.serviceConfig).toEqual(keysWith('--notify'));
});

test('the install phase of the package makes a command that runs', async () => {
  const out = join(folder, 'out');
  const source = join(folder, 'source');
  for (const name of ['bin', 'completions', 'demo', 'dist', 'docs', 'LICENSE', 'README.md', 'package.json'])
    cpSync(join(ROOT, name), join(source, name), { recursive: true });
  const phase = evaluated.flake.installPhase.replaceAll('/nix/store/nodejs/bin/node', process.execPath);
  await execa('sh', ['-e', '-c', `runHook() { :; }\n${phase}`], { cwd: source, env: { out } });
  const { stdout } = await execa(join(out, 'bin', 'hsdoctor'), ['--version'], { env: { HOME: folder } });
  expect(stdout).toContain(`hsdoctor/${evaluated.flake.version} `);
  for (const file of [
    'share/man/man1/hsdoctor.1',
    'share/bash-completion/completions/hsdoctor',
    'share/zsh/site-functions/_hsdoctor',
    'share/fish/vendor_completions.d/hsdoctor.fish',
  ])
    expect(existsSync(join(out, file)), file).toBe(true);
});

const { services } = evaluated.nixos;
const STATE = '/var/lib/hsdoctor';

/** One command of a unit, with the state folder and the store elsewhere. */
function commandOf(name: string, state: string): readonly string[] {
  const line = String(services[name]?.serviceConfig.ExecStart);
  const [program, ...args] = line.replaceAll(STATE, state).split(' ');
  expect(program).toBe('/nix/store/hsdoctor/bin/hsdoctor');
  return [
    BIN,
    ...args.map((each) => each.replace(/^\/nix\/store\/\w+-hsdoctor\.toml$/, join(folder, 'mine.toml'))),
  ];
}

test('what the units start collects this machine, and then checks it', async () => {
  const state = join(folder, 'state');
  for (const name of ['collected', 'report']) mkdirSync(join(state, name), { recursive: true });
  writeFileSync(join(folder, 'mine.toml'), '[check]\nskip = ["dns"]\n');
  const env = { HOME: folder, NO_COLOR: '1', PATH: process.env.PATH ?? '' };
  const collected = await execa(process.execPath, commandOf('hsdoctor-collect', state), {
    env,
    extendEnv: false,
  });
  expect(collected.stdout).toContain(`saved in ${state}/collected/bundle.tar.gz`);
  const checked = await execa(process.execPath, commandOf('hsdoctor', state), {
    env,
    extendEnv: false,
    reject: false,
  });
  expect([0, 1, 3]).toContain(checked.exitCode);
  expect(checked.stdout).toContain('Exit status ');
  const report = reportSchema.parse(JSON.parse(readFileSync(join(state, 'report', 'report.json'), 'utf8')));
  expect(report.targets[0]).toMatchObject({
    kind: 'bundle',
    settings: [{ key: 'check.skip', value: 'dns' }],
  });
});

test('the unit that runs as root can write nowhere but in its state, and where podman locks', () => {
  expect(services['hsdoctor-collect']?.serviceConfig).toMatchObject({
    ProtectSystem: 'strict',
    StateDirectory: 'hsdoctor/collected',
    CacheDirectory: 'hsdoctor-collect',
    ReadWritePaths: ['-/var/lib/containers', '-/run/containers', '-/run/libpod', '-/run/lock'],
  });
  expect(services.hsdoctor?.serviceConfig).toMatchObject({ User: 'hsdoctor', PrivateNetwork: true });
});

test.skipIf(execaSync('systemd-analyze', ['--version'], { reject: false }).failed)(
  'systemd knows every setting of the units (skipped without systemd-analyze)',
  async () => {
    const lines = (name: string) =>
      Object.entries(services[name]?.serviceConfig ?? {}).flatMap(([key, value]) =>
        [value]
          .flat()
          .map(
            (each) => `${key}=${String(each).replaceAll(/\/nix\/store\/[\w.-]+\/bin\/\w+/g, '/bin/true')}`,
          ),
      );
    for (const name of Object.keys(services)) {
      const file = join(folder, `${name}.service`);
      writeFileSync(file, `[Service]\n${lines(name).join('\n')}\n`);
    }
    const files = Object.keys(services).map((name) => join(folder, `${name}.service`));
    const { stderr } = await execa('systemd-analyze', ['verify', ...files], {
      reject: false,
      env: { SYSTEMD_UNIT_PATH: `${dirname(files[0] ?? '')}:` },
    });
    expect(stderr.split('\n').filter((line) => /Unknown|Failed to parse|Invalid/i.test(line))).toEqual([]);
  },
);
