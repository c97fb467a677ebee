import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { settingsSchema } from '../../src/settings/schema.ts';
import { DEFAULTS, loadSettings, type SettingFlags } from '../../src/settings/settings.ts';
import { UsageError } from '../../src/text/usage-error.ts';

const ids = checks.map(({ id }) => id);
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-settings-'));
const before = process.cwd();
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

let count = 0;
const named = (text: string) => {
  count += 1;
  const path = join(folder, `${count}.toml`);
  writeFileSync(path, text);
  return path;
};

beforeEach(() => {
  vi.unstubAllEnvs();
  for (const key of Object.keys(process.env)) if (key.startsWith('HSDOCTOR_')) vi.stubEnv(key, undefined);
  vi.stubEnv('XDG_CONFIG_HOME', join(folder, 'nobody'));
  mkdirSync(join(folder, 'empty'), { recursive: true });
  process.chdir(join(folder, 'empty'));
});

const load = (text: string, flags: SettingFlags = {}) => loadSettings({ ...flags, config: named(text) }, ids);

test('nothing needs to be set', async () => {
  expect(await loadSettings({}, ids)).toEqual(DEFAULTS);
  expect(await load('')).toEqual(DEFAULTS);
});

test('the example of the documentation is read, and has every key', async () => {
  const documentation = readFileSync(join(import.meta.dirname, '../../docs/settings.md'), 'utf8');
  const example = /```toml\n([\s\S]*?)```/.exec(documentation)?.[1] ?? '';
  expect(await load(example)).toEqual({
    configuration: '/home/me/nixos-config',
    hosts: ['minipc'],
    sudo: true,
    skip: ['tailscale-wait'],
    failOn: 'warn',
    timeoutMs: 60_000,
    sinceMs: 86_400_000,
    names: {
      machineLearning: 'ml',
      tailscaleAddress: '100.79.80.95',
      containers: ['plex'],
      secrets: ['/run/agenix/backup-key'],
    },
    waivers: [
      {
        check: 'ml-oom',
        subject: 'immich-ml',
        host: 'minipc',
        until: '2027-01-01',
        reason: 'the memory is ordered',
        by: expect.stringMatching(/\.toml:\d+$/),
      },
    ],
    applied: [
      ['check.skip', 'tailscale-wait'],
      ['check.since', '1d'],
      ['check.fail-on', 'warn'],
      ['names.machine-learning', 'ml'],
      ['names.tailscale-address', '100.79.80.95'],
      ['names.containers', 'plex'],
      ['names.secrets', '/run/agenix/backup-key'],
    ].map(([key, value]) => ({ key, value, by: expect.stringMatching(/\.toml:\d+$/) })),
    ofSource: expect.anything(),
  });
  const { keys } = settingsSchema(ids);
  for (const key of Object.values(keys).flat())
    expect(example).toMatch(new RegExp(`^(?:(?:# )?${key} =|\\[+${key}\\])`, 'm'));
});

test('the file of the user is read, and none of the working directory', async () => {
  const home = join(folder, 'xdg');
  mkdirSync(join(home, 'hsdoctor'), { recursive: true });
  writeFileSync(join(home, 'hsdoctor', 'config.toml'), 'configuration = "/user"');
  const here = join(folder, 'here');
  mkdirSync(here);
  writeFileSync(join(here, 'hsdoctor.toml'), 'configuration = "/here"');
  process.chdir(here);
  expect(await loadSettings({}, ids)).toEqual(DEFAULTS);
  vi.stubEnv('XDG_CONFIG_HOME', home);
  expect((await loadSettings({}, ids)).configuration).toBe('/user');
  // A relative one would be a folder of the working directory.
  vi.stubEnv('XDG_CONFIG_HOME', '.');
  vi.stubEnv('HOME', join(folder, 'nobody'));
  expect(await loadSettings({}, ids)).toEqual(DEFAULTS);
  expect((await loadSettings({ config: 'hsdoctor.toml' }, ids)).configuration).toBe('/here');
});

test.each(['', '.'])('a HOME of %j is not the working directory', async (home) => {
  const here = join(folder, 'home-here');
  mkdirSync(join(here, '.config', 'hsdoctor'), { recursive: true });
  writeFileSync(join(here, '.config', 'hsdoctor', 'config.toml'), 'configuration = "/here"');
  process.chdir(here);
  vi.stubEnv('XDG_CONFIG_HOME', undefined);
  vi.stubEnv('HOME', home);
  expect((await loadSettings({}, ids)).configuration).not.toBe('/here');
});

test('a file that is named may be a device or a pipe', async () => {
  expect(await loadSettings({ config: '/dev/null' }, ids)).toEqual(DEFAULTS);
  const pipe = join(folder, 'pipe');
  await execa('mkfifo', [pipe]);
  const loading = loadSettings({ config: pipe }, ids);
  await writeFile(pipe, 'configuration = "/piped"');
  expect((await loading).configuration).toBe('/piped');
});

// What each source says of one key, in the order of their rank: a flag, a variable, a line of the file.
const VALUES: Record<string, { flag: object; variable: string; line: string; read: unknown[] }> = {
  configuration: { flag: { configuration: '/f' }, variable: '/e', line: '"/t"', read: ['/f', '/e', '/t'] },
  hosts: { flag: { host: ['f', 'f'] }, variable: 'e, e2', line: '["t"]', read: [['f'], ['e', 'e2'], ['t']] },
  sudo: { flag: { sudo: false }, variable: 'yes', line: 'true', read: [false, true, true] },
  skip: {
    flag: { skip: ['dns'] },
    variable: 'ml-oom',
    line: '["visibility"]',
    read: [['dns'], ['ml-oom'], ['visibility']],
  },
  'fail-on': {
    flag: { 'fail-on': 'fail' },
    variable: 'warn',
    line: '"unknown"',
    read: ['fail', 'warn', 'unknown'],
  },
  timeout: { flag: { timeout: '1s' }, variable: '2s', line: '"3s"', read: [1000, 2000, 3000] },
  since: { flag: { since: '1h' }, variable: '2h', line: '"3h"', read: [3_600_000, 7_200_000, 10_800_000] },
};
const FIELD: Record<string, string> = { 'fail-on': 'failOn', timeout: 'timeoutMs', since: 'sinceMs' };

test('flags win over the environment over the file, key by key', async () => {
  const all = [...ids, 'dns'];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.subarray(Object.keys(VALUES)), { minLength: 3, maxLength: 3 }),
      async ([flags = [], variables = [], lines = []]) => {
        const of = (key: string) => VALUES[key] as (typeof VALUES)[string];
        for (const key of Object.keys(VALUES)) {
          const name = `HSDOCTOR_${key.replace('-', '_').toUpperCase()}`;
          vi.stubEnv(name, variables.includes(key) ? of(key).variable : undefined);
        }
        const line = (key: string) => `${key === 'configuration' ? key : `check.${key}`} = ${of(key).line}\n`;
        const config = named(lines.map(line).join(''));
        const read = await loadSettings(Object.assign({ config }, ...flags.map((key) => of(key).flag)), all);
        for (const key of Object.keys(VALUES)) {
          const field = (FIELD[key] ?? key) as keyof typeof read;
          const rank = [flags, variables, lines].findIndex((source) => source.includes(key));
          expect([key, read[field]]).toEqual([key, rank < 0 ? DEFAULTS[field] : of(key).read[rank]]);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['1', true],
  ['true', true],
  ['YES', true],
  ['on', true],
  ['0', false],
  ['False', false],
  ['no', false],
  ['off', false],
])('HSDOCTOR_SUDO=%s is %s', async (value, expected) => {
  vi.stubEnv('HSDOCTOR_SUDO', value);
  expect((await load(`[check]\nsudo = ${!expected}`)).sudo).toBe(expected);
});

test('what a variable or a flag narrows is told as what a file does', async () => {
  vi.stubEnv('HSDOCTOR_SKIP', 'ml-oom');
  vi.stubEnv('HSDOCTOR_SINCE', '1h');
  vi.stubEnv('HSDOCTOR_FAIL_ON', 'warn');
  const text = '[check]\nskip = ["visibility"]\nsince = "2h"\n';
  expect((await load(text)).applied).toEqual([
    { key: 'check.skip', value: 'ml-oom', by: 'HSDOCTOR_SKIP' },
    { key: 'check.since', value: '1h', by: 'HSDOCTOR_SINCE' },
    { key: 'check.fail-on', value: 'warn', by: 'HSDOCTOR_FAIL_ON' },
  ]);
  const { applied } = await load(text, { since: '3h', skip: ['visibility'], 'fail-on': 'fail' });
  expect(applied.map(({ key, value, by }) => [key, value, by])).toEqual([
    ['check.skip', 'visibility', '--skip'],
    ['check.since', '3h', '--since'],
  ]);
});

test('an empty variable is an empty list, and of other keys none at all', async () => {
  for (const name of ['HOSTS', 'SKIP', 'SUDO', 'TIMEOUT']) vi.stubEnv(`HSDOCTOR_${name}`, '');
  const text = '[check]\nhosts = ["a"]\nskip = ["ml-oom"]\nsudo = true\ntimeout = "5s"';
  expect(await load(text)).toMatchObject({ hosts: [], skip: [], sudo: true, timeoutMs: 5000 });
});

test.each<[string, string]>([
  ['[check]\nskp = []', ':2: skp: there is no such key; did you mean "skip"?'],
  ['[chek]\nsudo = true', ':1: chek: there is no such key; did you mean "check"?'],
  ['\nsudo = true', ':2: sudo: there is no such key; it belongs under [check]'],
  [
    '[check]\n\nconfiguration = "/x"',
    ':3: configuration: there is no such key; it belongs above all sections',
  ],
  ['[names]\nzzzzzzzz = 1', ':2: zzzzzzzz: there is no such key; there are: machine-learning'],
  ['configuration = "nixos"', ':1: configuration: "nixos" is not an absolute path'],
  ['configuration = { path = "/x" }', ':1: configuration: {"path":"/x"} is not an absolute path'],
  ['configuration = 5', ':1: configuration: 5 is not an absolute path'],
  ['check = 5', ':1: check: 5 is not a section'],
  ['check = { sudo = "yes" }', ':1: sudo: "yes" is not true or false'],
  ['check.sudo = 1', ':1: sudo: 1 is not true or false'],
  ['[check]\nhosts = "minipc"', ':2: hosts: "minipc" is not a list: write ["one", "another"]'],
  [
    '[check]\nsudo = true\nhosts = ["a",\n  "-oProxyCommand=x"]',
    ':3: hosts: "-oProxyCommand=x" is not a host',
  ],
  ['[check]\nhosts = [""]', ':2: hosts: "" is not a host'],
  ['[check]\nskip = ["ml-om"]', ':2: skip: "ml-om" is not a check; did you mean "ml-oom"?'],
  ['[check]\nskip = ["nonsense"]', ':2: skip: "nonsense" is not a check; `hsdoctor list` shows them all'],
  [
    '[check]\nfail-on = "wran"',
    ':2: fail-on: "wran" is not one of fail, warn, unknown; did you mean "warn"?',
  ],
  ['[check]\ntimeout = "5"', ':2: timeout: "5" is not a duration: write 30s, 5m or 24h'],
  ['[check]\ntimeout = 5', ':2: timeout: 5 is not a duration'],
  ['[check]\ntimeout = "30d"', ':2: timeout: "30d" is out of range: write 1s to 24h'],
  ['[check]\nsince = "0s"', ':2: since: "0s" is out of range'],
  ['[names]\nmachine-learning = "a b"', ':2: machine-learning: "a b" is not a container name'],
  [
    '[names]\ntailscale-address = "100.1.2.3"',
    ':2: tailscale-address: "100.1.2.3" is not an IPv4 address of Tailscale',
  ],
  ['[names]\ncontainers = ["-x"]', ':2: containers: "-x" is not a container name'],
  ['[names]\nsecrets = ["/etc/x"]', ':2: secrets: "/etc/x" is not the path of a secret'],
  ['[names]\nsecrets = ["/run/agenix/../x"]', ':2: secrets: "/run/agenix/../x" is not the path of a secret'],
  ['[check]\nsudo = yes', ':2:8: TOML syntax error: '],
  ['[check]\nsudo = true\nsudo = true', ':3:1: TOML syntax error: '],
])('%j is refused with its line', async (text, sentence) => {
  const error = await load(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toContain(`.toml${sentence}`);
  expect((error as Error).message).not.toContain('\n');
});

test.each([
  ['HSDOCTOR_TIMEOUT', 'soon', 'HSDOCTOR_TIMEOUT: "soon" is not a duration'],
  ['HSDOCTOR_SUDO', 'perhaps', 'HSDOCTOR_SUDO: "perhaps" is not true or false'],
  ['HSDOCTOR_HOSTS', 'a -b', 'HSDOCTOR_HOSTS: "-b" is not a host'],
  ['HSDOCTOR_FAIL_ON', 'wran', 'HSDOCTOR_FAIL_ON: "wran" is not one of'],
])('%s=%s is refused by its name', async (name, value, sentence) => {
  vi.stubEnv(name, value);
  await expect(loadSettings({}, ids)).rejects.toThrow(sentence);
});

test('a settings file that cannot be read is refused', async () => {
  const path = named('');
  const absent = loadSettings({ config: path.replace('.toml', '.tml') }, ids);
  await expect(absent).rejects.toThrow(`did you mean "${path}"?`);
  await expect(loadSettings({ config: folder }, ids)).rejects.toThrow('it is a folder');
});

test('whatever stands in the file, it is read or refused as bad input', async () => {
  const word = fc.constantFrom(
    '[check]',
    '[names]',
    'sudo',
    'hosts',
    '=',
    '"a"',
    '[',
    ']',
    '\n',
    '1',
    '{',
    '}',
    '.',
    "'",
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(word).map((words) => words.join(' ')),
      ),
      async (text) => {
        const read = await load(text).catch((error: unknown) => error);
        if (read instanceof Error) expect(read).toBeInstanceOf(UsageError);
      },
    ),
  );
});
