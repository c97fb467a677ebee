import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULTS, loadSettings, type SettingFlags } from '../../src/settings/settings.ts';

const ids = ['ml-oom', 'oci-backend', 'constants'];
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-project-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  vi.unstubAllEnvs();
  for (const key of Object.keys(process.env)) if (key.startsWith('HSDOCTOR_')) vi.stubEnv(key, undefined);
});

let count = 0;
const load = (users: string, project: string, flags: SettingFlags = {}, alone = true) => {
  count += 1;
  const source = join(folder, `${count}`);
  mkdirSync(source);
  const config = join(source, 'users.toml');
  writeFileSync(config, users);
  writeFileSync(join(source, 'hsdoctor.toml'), project);
  return loadSettings({ ...flags, config }, ids, { folder: source, alone });
};
const line = (file: string, number: number) => join(folder, `${count}`, `${file}:${number}`);

const PROJECT = `[check]
skip = ["oci-backend"]
fail-on = "warn"
[names]
containers = ["theirs"]
secrets = ["/run/agenix/theirs"]
[[waivers]]
check = "constants"
reason = "theirs"
`;

test('what a configuration says holds for its own judgement, and for no host', async () => {
  const { ofSource, ...hosts } = await load('', PROJECT, {}, false);
  expect({ ...hosts, ofSource: DEFAULTS.ofSource }).toEqual(DEFAULTS);
  expect(ofSource).toEqual({
    skip: ['oci-backend'],
    names: { containers: ['theirs'], secrets: ['/run/agenix/theirs'] },
    waivers: [
      {
        check: 'constants',
        reason: 'theirs',
        by: line('hsdoctor.toml', 8),
        location: { file: 'hsdoctor.toml', line: 8, column: 1 },
      },
    ],
    applied: [
      { key: 'check.skip', value: 'oci-backend', by: line('hsdoctor.toml', 2) },
      { key: 'names.containers', value: 'theirs', by: line('hsdoctor.toml', 5) },
      { key: 'names.secrets', value: '/run/agenix/theirs', by: line('hsdoctor.toml', 6) },
    ],
  });
});

test("of its judgement it wins over the user's file, key by key, and both waive", async () => {
  const users =
    'check.skip = ["ml-oom"]\nnames.containers = ["mine"]\nnames.machine-learning = "ml"\n[[waivers]]\ncheck = "ml-oom"\nreason = "mine"\n';
  const { skip, names, ofSource } = await load(users, PROJECT);
  expect({ skip, names }).toEqual({
    skip: ['ml-oom'],
    names: { machineLearning: 'ml', containers: ['mine'], secrets: [] },
  });
  expect(ofSource).toMatchObject({
    skip: ['oci-backend'],
    names: { machineLearning: 'ml', containers: ['theirs'], secrets: ['/run/agenix/theirs'] },
  });
  expect(ofSource.waivers.map(({ reason }) => reason)).toEqual(['mine', 'theirs']);
  expect(ofSource.applied.map(({ key, by }) => [key, by])).toContainEqual([
    'names.machine-learning',
    line('users.toml', 3),
  ]);
});

test('a flag and the environment win over it, and are told by their names', async () => {
  const asked = await load('', PROJECT, { skip: ['constants'], 'fail-on': 'unknown' });
  expect(asked.failOn).toBe('unknown');
  expect(asked.ofSource.skip).toEqual(['constants']);
  expect(asked.ofSource.applied.map(({ key, by }) => [key, by])).toEqual([
    ['check.skip', '--skip'],
    ['names.containers', line('hsdoctor.toml', 5)],
    ['names.secrets', line('hsdoctor.toml', 6)],
  ]);
  vi.stubEnv('HSDOCTOR_SKIP', '');
  const emptied = await load('', PROJECT);
  expect(emptied.ofSource.skip).toEqual([]);
  expect(emptied.ofSource.applied).toContainEqual({ key: 'check.skip', value: '[]', by: 'HSDOCTOR_SKIP' });
});

test('what it empties of the names is told, and not what was empty already', async () => {
  const emptying = '[names]\ncontainers = []\nsecrets = []\n';
  const { ofSource } = await load('names.containers = ["mine"]\n', emptying);
  expect(ofSource.names.containers).toEqual([]);
  expect(ofSource.applied).toEqual([{ key: 'names.containers', value: '[]', by: line('hsdoctor.toml', 2) }]);
});

test.each<[string, string, boolean, string]>([
  ['the one of the configuration, where nothing else is checked', '', true, 'warn'],
  ['not that one, where a host is checked too', '', false, 'fail'],
  ["the user's, whatever the configuration says", 'check.fail-on = "unknown"', true, 'unknown'],
])('fail-on is %s', async (_, users, alone, failOn) => {
  const settings = await load(users, PROJECT, {}, alone);
  expect(settings.failOn).toBe(failOn);
  const told = settings.ofSource.applied.filter(({ key }) => key === 'check.fail-on');
  expect(told.map(({ value }) => value)).toEqual(failOn === 'fail' ? [] : [failOn]);
});

test('without one, the settings of the user hold', async () => {
  const { ofSource, ...hosts } = await loadSettings({ config: '/dev/null' }, ids, { folder, alone: true });
  expect({ ...hosts, ofSource }).toEqual(DEFAULTS);
});
