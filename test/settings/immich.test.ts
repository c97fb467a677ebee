import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { type ImmichFlags, loadImmichSettings } from '../../src/settings/immich.ts';
import { loadSettings } from '../../src/settings/settings.ts';
import { UsageError } from '../../src/text/usage-error.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-immich-'));
const before = process.cwd();
afterAll(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const KEY = 'canaryKEY0123456789canaryKEY0123456789abcd';
let count = 0;
const write = (text: string, { name = '', mode = 0o400 } = {}) => {
  count += 1;
  const path = join(folder, name || `file-${count}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

let home: string;
beforeEach(() => {
  vi.unstubAllEnvs();
  for (const key of Object.keys(process.env))
    if (/^(?:HSDOCTOR|IMMICH)_/.test(key)) vi.stubEnv(key, undefined);
  count += 1;
  home = join(folder, `home-${count}`);
  mkdirSync(home);
  process.chdir(home);
  vi.stubEnv('HOME', home);
  vi.stubEnv('XDG_CONFIG_HOME', join(home, '.config'));
  vi.stubEnv('IMMICH_INSTANCE_URL', 'http://minipc:2283');
  vi.stubEnv('IMMICH_API_KEY', KEY);
});

const load = (text: string, flags: Partial<ImmichFlags> = {}) =>
  loadImmichSettings({ config: write(text), ...flags });
const refusal = async (loading: Promise<unknown>) => {
  const error = await loading.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UsageError);
  const { message } = error as Error;
  expect(message).not.toMatch(/canary|\n/);
  return message;
};

test('a server and a key are enough', async () => {
  expect(await loadImmichSettings({ config: undefined })).toEqual({
    url: 'http://minipc:2283',
    key: KEY,
    notes: [],
  });
});

// What each source says of one key, in the order of their rank: a flag, a variable, a line of the file.
const VALUES: Record<string, { flag: unknown; variable: string; line: string; read: unknown[] }> = {
  url: {
    flag: 'https://f/api',
    variable: 'http://e',
    line: '"http://t"',
    read: ['https://f/api', 'http://e', 'http://t'],
  },
  concurrency: { flag: '1', variable: '2', line: '3', read: [1, 2, 3] },
  verify: { flag: 'size', variable: 'deep', line: '"checksum"', read: ['size', 'deep', 'checksum'] },
  timeout: { flag: '1s', variable: '2s', line: '"3s"', read: [1000, 2000, 3000] },
  recursive: { flag: false, variable: 'yes', line: 'true', read: [false, true, true] },
  ignore: { flag: ['f'], variable: '*.{a,b}:e e', line: '["t"]', read: [['f'], ['*.{a,b}', 'e e'], ['t']] },
  notify: { flag: true, variable: 'false', line: 'true', read: [true, false, true] },
};
const variable = (key: string) =>
  key === 'url' ? 'IMMICH_INSTANCE_URL' : `HSDOCTOR_UPLOAD_${key.replaceAll('-', '_').toUpperCase()}`;

test('flags win over the environment over the file, key by key', async () => {
  const keys = Object.keys(VALUES);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.subarray(keys), { minLength: 3, maxLength: 3 }),
      async ([flags = [], variables = [], lines = []]) => {
        const of = (key: string) => VALUES[key] as (typeof VALUES)[string];
        for (const key of keys) vi.stubEnv(variable(key), variables.includes(key) ? of(key).variable : '');
        const text = ['[immich]', ...lines.map((key) => `${key} = ${of(key).line}`)].join('\n');
        const sources = [flags, variables, lines];
        const loading = load(text, Object.fromEntries(flags.map((key) => [key, of(key).flag])));
        if (!sources.flat().includes('url')) {
          expect(await refusal(loading)).toContain('use --url http://HOST:2283');
          return;
        }
        const read: Record<string, unknown> = { ...(await loading) };
        for (const key of keys) {
          const rank = sources.findIndex((source) => source.includes(key));
          // An empty list of patterns is one, as an empty variable of the other kinds is none.
          const unset = key === 'ignore' && rank !== 0 ? [] : of(key).read[rank];
          expect([key, read[key]]).toEqual([key, rank === 0 || rank === 1 ? of(key).read[rank] : unset]);
        }
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ['delete = true', { 'move-to': '/elsewhere' }, { 'move-to': '/elsewhere' }],
  ['move-to = "/elsewhere"', { delete: true }, { delete: true }],
  ['delete = true', { delete: false }, { delete: false }],
  ['album = "Rome"', { 'album-from-folder': true }, { 'album-from-folder': true }],
])('%s of the file is taken back by %j', async (line, flags, expected) => {
  const { url, key, notes, ...settings } = await load(`[immich]\n${line}`, flags);
  expect(settings).toEqual(expected);
});

test('the time limit of a check is not the one of an upload', async () => {
  vi.stubEnv('HSDOCTOR_TIMEOUT', '7s');
  const text = '[check]\ntimeout = "8s"\n[immich]\ntimeout = "1h"';
  expect((await load(text)).timeout).toBe(3_600_000);
  expect((await loadSettings({ config: write(text) }, [])).timeoutMs).toBe(7000);
});

test('paths of the file begin at the home, those of a flag where it is given', async () => {
  const settings = await load('[immich]\npushover = "~/pushover"\n', { 'move-to': 'done' });
  expect(settings).toMatchObject({
    pushover: join(home, 'pushover'),
    'move-to': join(process.cwd(), 'done'),
  });
});

test.each([
  ['key = "canary"', ':2: key: the key itself must not be in the settings'],
  ['api-key = "canary"', ':2: api-key: the key itself must not be in the settings'],
  ['IMMICH_API_KEY = "canary"', ':2: IMMICH_API_KEY: the key itself must not be in the settings'],
  ['key-file = "canary"', ':2: key-file: this is not an absolute path'],
  ['url = "http://me:canary@minipc:x"', ':2: url: "http://minipc:x" is not the URL of a server'],
  ['url = "minipc:2283"', '"minipc:2283" is not the URL of a server: write http://minipc:2283'],
  ['url = "ftp://minipc"', 'write http://minipc or https://minipc'],
  ['concurrency = 33', ':2: concurrency: 33 is not a whole number from 1 to 32'],
  ['concurrency = "4"', ':2: concurrency: "4" is not a whole number'],
  ['verify = "sise"', ':2: verify: "sise" is not one of checksum, size, deep; did you mean "size"?'],
  ['move-to = "done"', ':2: move-to: "done" is not an absolute path'],
  ['delete = true\nmove-to = "/x"', ':2: delete and move-to cannot be used together'],
  ['delete = "yes"', ':2: delete: "yes" is not true or false'],
  ['deletes = true', ':2: deletes: there is no such key; did you mean "delete"?'],
  ['sudo = true', ':2: sudo: there is no such key; it belongs under [check]'],
  ['ignore = "*.tmp"', ':2: ignore: "*.tmp" is not a list'],
])('%j is refused with its line', async (line, sentence) => {
  expect(await refusal(load(`[immich]\n${line}`))).toContain(sentence);
});

test.each([
  ['raw', KEY],
  ['raw with a line end', `${KEY}\n`],
  ['raw with that of Windows', `${KEY}\r\n`],
  ['an assignment', `IMMICH_API_KEY=${KEY}`],
  ['exported, in quotes, with comments', `# of minipc\nexport IMMICH_API_KEY="${KEY}" # mine\n`],
  ['among others', `IMMICH_INSTANCE_URL=http://other\nIMMICH_API_KEY='${KEY}'\n`],
])('a key file may be %s', async (_, text) => {
  vi.stubEnv('IMMICH_API_KEY', undefined);
  vi.stubEnv('IMMICH_API_KEY_FILE', write(text));
  expect((await loadImmichSettings({ config: undefined })).key).toBe(KEY);
});

test.each([
  ['empty', '', 'is empty: put the API key into it'],
  ['an empty assignment', 'IMMICH_API_KEY=""', 'is empty: put the API key into it'],
  ['of two words', 'canary word', 'this is not an API key'],
  ['with a control character', 'canary\u0007key', 'this is not an API key'],
  ['of another name', 'OTHER_KEY=canary', 'has assignments, but not IMMICH_API_KEY=...'],
  ['of several lines', 'canary\ncanary2', 'has several lines'],
  ['without the end of a quote', 'IMMICH_API_KEY="canary', 'this is not an API key'],
])('a key file that is %s is refused, and not shown', async (_, text, sentence) => {
  const path = write(text);
  expect(await refusal(loadImmichSettings({ config: undefined, 'key-file': path }))).toContain(sentence);
});

test('the flag wins over the key in the environment, which wins over the file that the environment names', async () => {
  const [flag, named] = [write('of-the-flag'), write('of-the-named-file')];
  vi.stubEnv('IMMICH_API_KEY_FILE', named);
  expect((await loadImmichSettings({ config: undefined })).key).toBe(KEY);
  expect((await loadImmichSettings({ config: undefined, 'key-file': flag })).key).toBe('of-the-flag');
  vi.stubEnv('IMMICH_API_KEY', '');
  expect((await loadImmichSettings({ config: undefined })).key).toBe('of-the-named-file');
});

test('without any, the usual file is read; without that too, it is said what to do', async () => {
  vi.stubEnv('IMMICH_API_KEY', undefined);
  expect(await refusal(loadImmichSettings({ config: undefined }))).toContain('~/.config/immich/api-key');
  const usual = join(home, '.config', 'immich');
  mkdirSync(usual, { recursive: true });
  symlinkSync(join(home, 'gone'), join(usual, 'api-key'));
  expect(await refusal(loadImmichSettings({ config: undefined }))).toContain(
    'a symbolic link to a file that does not exist',
  );
  writeFileSync(join(home, 'gone'), KEY, { mode: 0o644 });
  expect(await loadImmichSettings({ config: undefined })).toMatchObject({
    key: KEY,
    notes: [`${join(usual, 'api-key')} can be read by other users: run chmod 600 on it`],
  });
});

test('a key where its file should be named is not shown', async () => {
  expect(await refusal(loadImmichSettings({ config: undefined, 'key-file': KEY }))).toContain(
    'looks like a secret itself',
  );
});
