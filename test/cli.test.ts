import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { COMMANDS } from '../src/cli.ts';
import { checks } from '../src/engine/catalogue.ts';
import { probes } from '../src/facts/host/index.ts';
import { reportSchema } from '../src/model/report.ts';

const root = join(import.meta.dirname, '..');
const sick = join(root, 'demo', 'sick-server');
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const home = join(folder, 'home');
mkdirSync(home);

for (const key of Object.keys(process.env)) if (key.startsWith('HSDOCTOR_')) delete process.env[key];

/** In the project's folder, with nobody's settings. */
const run = (
  args: readonly string[],
  options: { input?: string; cwd?: string; env?: Record<string, string> } = {},
) =>
  execa(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
    reject: false,
    cwd: root,
    ...options,
    env: { NO_COLOR: '1', HOME: home, XDG_CONFIG_HOME: join(home, '.config'), ...options.env },
  });
const hsdoctor = (...args: string[]) => run(args);

test('a check of the sick bundle ends with 1, and each fault has one root cause', async () => {
  const { stdout, exitCode } = await hsdoctor('check', '--bundle', sick, '--json');
  expect(exitCode).toBe(1);
  const report = reportSchema.parse(JSON.parse(stdout));
  const findings = report.targets.flatMap(({ results }) => results.flatMap((result) => result.findings));
  const roots = findings.filter(({ status, causedBy }) => status === 'fail' && causedBy === undefined);
  expect(roots.map(({ check, subject }) => [check, subject])).toEqual([
    ['ml-oom', 'immich-ml'],
    ['tailscale-wait', 'podman-uptime-kuma.service'],
    ['agenix-secrets', '/run/agenix/immich-db-password'],
  ]);
});

test('a check of this machine reports every check, and says nothing but JSON', async () => {
  const { stdout, exitCode } = await hsdoctor('check', '--json');
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.targets[0]?.results.map(({ check }) => check)).toEqual(
    checks.flatMap(({ id, host }) => (host === undefined ? [] : [id])),
  );
  expect([0, 1, 3]).toContain(exitCode);
});

test('a selected check reads only what it is about', async () => {
  const { stdout } = await hsdoctor('check', 'tailscale-up', '--json');
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.targets[0]?.probes.map(({ id }) => id)).toEqual([
    'system',
    'units',
    'unit-commands',
    'tailscale',
    'addresses',
    'tailscale-serve',
  ]);
  expect(report.targets[0]?.results.map(({ check }) => check)).toEqual(['tailscale-up']);
});

test('the sight of hsdoctor itself is judged by every source', async () => {
  const { stdout } = await hsdoctor('check', 'visibility', '--json');
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.targets[0]?.probes).toHaveLength(Object.keys(probes).length);
});

test.each<[string, string[]]>([
  ['check-unknown', ['check', 'ml-om']],
  ['check-unlike-any', ['check', 'nonsense']],
  ['check-explained-unknown', ['explain', 'tailscale-wat']],
  ['check-explained-unlike-any', ['explain', 'nosuch']],
  ['check-not-named', ['explain']],
  ['check-one-too-many', ['explain', 'ml-oom', 'dns']],
  ['skip-unknown', ['check', '--skip', 'failed-unit']],
  ['tag-unknown', ['check', '--tag', 'podmn']],
  ['tag-unlike-any', ['check', '--tag', 'nonsense']],
  ['nothing-left', ['check', '--tag', 'hsdoctor', '--skip', 'visibility']],
  ['command-unknown', ['chek']],
  ['command-unlike-any', ['nonsense']],
  ['command-of-agent-unknown', ['agent', 'statu']],
  ['lines-not-a-number', ['agent', 'logs', '-n', 'many']],
  ['help-of-unknown-command', ['help', 'colect']],
  ['argument-not-wanted', ['collect', 'here', '--output', 'x']],
  ['flag-unknown', ['check', '--jsn']],
  ['flag-unlike-any', ['demo', '--nonsense']],
  ['flag-without-value', ['check', '--timeout']],
  ['flag-missing', ['collect']],
  ['host-empty', ['check', '--host', '']],
  ['host-option', ['check', '--host', '-oProxyCommand=x']],
  ['host-option-of-collect', ['collect', '--host', '-oProxyCommand=x', '--output', 'x']],
  ['bundle-absent', ['check', '--bundle', 'demo/sick-serve']],
  ['bundle-foreign', ['check', '--bundle', 'demo']],
  ['bundle-no-archive', ['check', '--bundle', 'package.json']],
  ['bundle-empty', ['check', '--bundle', '']],
  ['output-other-archive', ['collect', '--output', 'minipc.zip']],
  ['output-in-no-folder', ['collect', '--output', '/nowhere/at/all']],
  ['output-where-nothing-can-be-made', ['collect', '--output', '/proc/bundle']],
  ['timeout-not-a-duration', ['check', '--timeout', '5']],
  ['timeout-too-long', ['check', '--timeout', '30d']],
  ['since-negative', ['check', '--since=-1h']],
  ['source-absent', ['check', '--source', '/nowhere']],
  ['source-empty', ['check', '--source', '']],
  ['source-empty', ['check', '--last', '--source', '']],
  ['check-empty', ['check', '']],
  ['command-empty', ['']],
  ['history-empty', ['immich', 'history', '']],
  ['source-without-nix', ['check', '--source', 'bin']],
  ['check-of-hosts-only', ['check', 'container-oom', '--source', 'test/nix/seed-layout']],
  ['check-of-configurations-only', ['check', 'nix-syntax', '--bundle', 'demo/sick-server']],
  ['format-unknown', ['check', '--format', 'juint=report.xml']],
  ['format-unlike-any', ['check', '--format', 'nonsense']],
  ['format-without-file', ['check', '--format', 'junit=']],
  ['format-in-a-folder', ['check', '--format', 'junit=demo']],
  ['format-in-no-folder', ['check', '--format', 'junit=/nowhere/at/all.xml']],
  ['format-where-nothing-can-be-made', ['check', '--format', 'junit=/proc/report.xml']],
  ['formats-both-on-standard-output', ['check', '--format', 'junit', '--format=tap', '--format=json=x.json']],
  ['formats-json-and-another', ['check', '--json', '--format', 'github']],
  ['formats-in-the-same-file', ['check', '--format', 'junit=x.xml', '--format', 'tap=x.xml']],
  ['formats-in-one-file', ['check', '--format', 'junit=x.xml', '--format', 'tap=demo/../x.xml']],
  ['fail-on-unknown', ['check', '--fail-on', 'warning']],
  ['configuration-relative', ['check', '--configuration', 'nixos']],
  ['config-absent', ['check', '--config', 'package.jso']],
  ['config-not-toml', ['check', '--config', 'package.json']],
])('%s: one sentence, exit 2', async (name, args) => {
  const { stderr, stdout, exitCode } = await hsdoctor(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).not.toContain('\n');
  await expect(`${stderr}\n`).toMatchFileSnapshot(`golden/usage/${name}.exit-${exitCode}.txt`);
});

test.each<[string, string, string[]]>([
  ['settings-unknown-key', '[check]\nskp = []\n', ['check']],
  ['settings-bad-value', '[check]\ntimeout = "5"\n', ['collect', '--output', 'x']],
  ['settings-not-toml', 'sudo\n', ['check']],
  ['settings-several-hosts', 'check.hosts = ["a", "b"]\n', ['collect', '--output', 'x']],
])('%s: one sentence, exit 2', async (name, settings, args) => {
  const cwd = join(folder, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'mine.toml'), settings);
  const { stderr, stdout, exitCode } = await run([...args, '--config', 'mine.toml'], { cwd });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  await expect(`${stderr}\n`).toMatchFileSnapshot(`golden/usage/${name}.exit-${exitCode}.txt`);
});

test('an empty --source is a mistake of its own, also in the folder of a configuration with a settings file', async () => {
  const cwd = join(folder, 'configuration');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'hsdoctor.toml'), '');
  writeFileSync(join(cwd, 'configuration.nix'), '{ system.stateVersion = "24.05"; }');
  expect(await run(['check', '--source', ''], { cwd })).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: 'hsdoctor: --source is empty: name the folder of a NixOS configuration',
  });
});

test("the user's settings hold for a check, but their hosts not for a bundle", async () => {
  const cwd = join(folder, 'with-settings');
  mkdirSync(cwd);
  const lines = [
    'configuration = "/srv/nixos"',
    '[check]',
    'hosts = ["ssh://127.0.0.1:1"]',
    'skip = ["ml-oom"]',
  ];
  mkdirSync(join(cwd, 'hsdoctor'));
  writeFileSync(join(cwd, 'hsdoctor', 'config.toml'), lines.join('\n'));
  const mine = { XDG_CONFIG_HOME: cwd };
  const { stdout } = await run(['check', '--bundle', sick, '--json'], { cwd, env: mine });
  const { targets } = reportSchema.parse(JSON.parse(stdout));
  expect(targets.map(({ kind }) => kind)).toEqual(['bundle']);
  const byFile = join(cwd, 'hsdoctor', 'config.toml:4');
  expect(targets[0]?.settings).toEqual([{ key: 'check.skip', value: 'ml-oom', by: byFile }]);
  expect(targets[0]?.results.find(({ check }) => check === 'ml-oom')).toEqual({
    check: 'ml-oom',
    status: 'skipped',
    reason: `left out by ${byFile} (skip)`,
    findings: [],
  });
  expect(stdout).toContain('"directory": "/srv/nixos/secrets"');
  const hosts = await run(['check', '--json'], { cwd, env: mine });
  expect(reportSchema.parse(JSON.parse(hosts.stdout)).targets).toMatchObject([
    { kind: 'ssh', name: 'ssh://127.0.0.1:1' },
  ]);
  const here = await run(['check', '--json'], { cwd, env: { ...mine, HSDOCTOR_HOSTS: '' } });
  expect(reportSchema.parse(JSON.parse(here.stdout)).targets).toMatchObject([{ kind: 'local' }]);
});

test('what flags and variables left out or narrowed is told', async () => {
  const args = ['check', 'ml-oom', 'tailscale-up', '--tag', 'memory,network', '--bundle', sick];
  const env = { XDG_CONFIG_HOME: folder, HSDOCTOR_SKIP: 'constants', HSDOCTOR_SINCE: '1s' };
  const { stdout } = await run([...args, '--json'], { env });
  expect(reportSchema.parse(JSON.parse(stdout)).targets[0]?.settings).toEqual([
    { key: 'checks', value: 'ml-oom, tailscale-up', by: 'the command line' },
    { key: 'tags', value: 'memory, network', by: '--tag' },
    { key: 'check.since', value: '1s', by: 'HSDOCTOR_SINCE' },
  ]);
  const left = await run(['check', '--bundle', sick, '--skip', 'ml-oom', '--json'], {
    env: { ...env, HSDOCTOR_SINCE: '' },
  });
  const [target] = reportSchema.parse(JSON.parse(left.stdout)).targets;
  expect(target?.settings).toEqual([{ key: 'check.skip', value: 'ml-oom', by: '--skip' }]);
  expect(target?.results).toContainEqual({
    check: 'ml-oom',
    status: 'skipped',
    reason: 'left out by --skip',
    findings: [],
  });
  for (const format of ['human', 'junit', 'sarif', 'github', 'markdown', 'tap']) {
    const told = await run([...args, '--format', format], { env });
    for (const line of [
      'command line: checks = ml-oom, tailscale-up',
      '--tag: tags',
      'HSDOCTOR_SINCE: check.since = 1s',
    ])
      expect(told.stdout.replaceAll('\\_', '_')).toContain(line);
  }
});

test("a time that the user's settings name is cut to what a bundle holds, and that is told", async () => {
  const cwd = join(folder, 'with-since');
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'mine.toml'), 'check.since = "3650d"\n');
  const judged = async (...more: string[]) => {
    const { stdout } = await run(['check', '--bundle', sick, '--json', ...more], { cwd });
    return reportSchema.parse(JSON.parse(stdout)).targets[0];
  };
  const plain = await judged();
  const cut = await judged('--config', 'mine.toml');
  expect(cut?.error).toBeUndefined();
  expect(cut?.results).toEqual(plain?.results);
  expect(cut?.settings).toEqual([
    {
      key: 'check.since',
      value: '3650d, but only the time since boot was collected',
      by: 'mine.toml:1',
    },
  ]);
  // Who asks for it by a flag is told that he does not get it.
  const asked = await judged('--since', '3650d');
  expect(asked?.results.find(({ check }) => check === 'container-state')?.reason).toContain(
    'only has the journal since boot, and --since asks for 3650d',
  );
  const narrower = await judged('--config', 'mine.toml', '--since', '1s');
  expect([narrower?.error, narrower?.settings]).toEqual([
    undefined,
    [{ key: 'check.since', value: '1s', by: '--since' }],
  ]);
});

test('several hosts, checks and tags may stand in one flag', async () => {
  const hosts = await run(['check', '--host', 'ssh://127.0.0.1:1,ssh://127.0.0.1:2', '--json']);
  expect(reportSchema.parse(JSON.parse(hosts.stdout)).targets.map(({ name }) => name)).toEqual([
    'ssh://127.0.0.1:1',
    'ssh://127.0.0.1:2',
  ]);
  const args = [
    'check',
    '--bundle',
    sick,
    '--tag',
    'tailscale,hsdoctor',
    '--skip',
    'visibility,tailscale-up',
  ];
  const { stdout } = await run([...args, '--json']);
  const [target] = reportSchema.parse(JSON.parse(stdout)).targets;
  const expected = checks.filter(
    ({ id, tags, host }) =>
      host !== undefined &&
      tags.some((tag) => tag === 'tailscale' || tag === 'hsdoctor') &&
      !['visibility', 'tailscale-up'].includes(id),
  );
  const judged = target?.results.filter(({ reason }) => reason !== 'left out by --skip');
  expect(judged?.map(({ check }) => check)).toEqual(expected.map(({ id }) => id));
  expect((await run(['collect', '--output', 'x', '--host', 'a,b'])).stderr).toBe(
    'hsdoctor: a bundle holds one host, and --host names 2: name one',
  );
});

test('the help of --tag lists the tags that there are', async () => {
  const { stdout } = await run(['check', '--help']);
  const [, listed = ''] = /one of these tags:([\s\w,-]+?)(?=\n {6,}\S*--|\n *-|\n\n)/.exec(stdout) ?? [];
  const tags = [...new Set(checks.flatMap((check) => check.tags))].sort();
  expect(listed.split(',').map((tag) => tag.trim())).toEqual(tags);
});

test('list shows each tag with its checks', async () => {
  const { stdout } = await run(['list'], { env: { COLUMNS: '400' } });
  const [, listed = ''] = stdout.split('Tags, for `hsdoctor check --tag TAG`:\n');
  const shown = listed
    .trim()
    .split('\n')
    .map((line) => line.split(/[\s,]+/));
  for (const [tag = '', ...ids] of shown)
    expect(ids).toEqual(checks.filter((check) => check.tags.includes(tag)).map(({ id }) => id));
  expect(shown.map(([tag]) => tag)).toEqual([...new Set(checks.flatMap(({ tags }) => tags))].sort());
});

const TOPICS = Object.keys(COMMANDS).flatMap((id) => /^(.+):/.exec(id)?.[1] ?? []);
test.each(['hsdoctor', ...new Set(TOPICS), ...Object.keys(COMMANDS)])(
  'the help of %s says its exit statuses',
  async (id) => {
    const words = id === 'hsdoctor' ? [] : id.split(':');
    const { stdout } = await run([...words, '--help'], { env: { COLUMNS: '400' } });
    expect(stdout).toMatch(/^ *Exit status: .*\b0\b/m);
  },
);

test('--quiet says nothing where the exit status is 0, and the whole report else', async () => {
  const quiet = (...args: string[]) => run(['check', '--quiet', '--bundle', sick, ...args]);
  expect(await quiet('oci-backend')).toMatchObject({ exitCode: 0, stdout: '', stderr: '' });
  const loud = await run(['check', '--bundle', sick, 'ml-oom']);
  expect(await quiet('ml-oom')).toMatchObject({ exitCode: 1, stdout: loud.stdout });
  expect(await quiet('--json')).toMatchObject({
    exitCode: 2,
    stderr:
      'hsdoctor: --quiet is for people, and the json report goes to standard output: leave out one of them',
  });
  const file = join(folder, 'quiet.json');
  expect(await quiet('oci-backend', '--format', `json=${file}`)).toMatchObject({ exitCode: 0, stdout: '' });
  expect(reportSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).summary.fail).toBe(0);
});

test('a check that is named is run, whatever the settings skip', async () => {
  const { stdout } = await run(['check', 'ml-oom', '--bundle', sick, '--json'], {
    env: { HSDOCTOR_SKIP: 'ml-oom' },
  });
  const { targets } = reportSchema.parse(JSON.parse(stdout));
  expect(targets[0]?.results.map(({ check }) => check)).toEqual(['ml-oom']);
});

test('formats go to files as well, and then a person reads the report on standard output', async () => {
  const names = ['json', 'junit', 'sarif', 'github', 'markdown', 'tap', 'human'] as const;
  const flags = names.map((name) => `--format=${name}=${join(folder, `report.${name}`)}`);
  const args = ['check', '--bundle', sick, ...flags];
  const { stdout, exitCode } = await run(args, { env: { FORCE_COLOR: '1' } });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Exit status 1');
  expect(stdout).toContain('\u001b[');
  for (const name of names) {
    const text = readFileSync(join(folder, `report.${name}`), 'utf8');
    expect(text).not.toContain('\u001b');
    expect(text.length).toBeGreaterThan(1000);
  }
});

test.each(['junit', 'sarif', 'github', 'markdown', 'tap', 'json'])(
  'with %s on standard output nothing else is said, in files or on standard error',
  { tags: 'hosts' },
  async (name) => {
    const file = join(folder, 'beside.txt');
    const { stdout, stderr } = await hsdoctor(
      'check',
      `--bundle=${sick}`,
      `--format=human=${file}`,
      '--format',
      name,
    );
    expect(stderr).toBe('');
    expect(stdout).not.toContain('Exit status 1: a fault was found.\n\n✖');
    const first = { junit: '<?xml', sarif: '{', github: '::error ', markdown: '## ', tap: 'TAP', json: '{' };
    expect(stdout.startsWith(first[name as keyof typeof first])).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain('Exit status 1');
  },
);

test.each(['.', 'nixos', '../cwd/nixos', join(folder, 'cwd', 'nixos')])(
  'a place in the configuration %s leads to its file from the working directory',
  async (source) => {
    const cwd = join(folder, 'cwd');
    mkdirSync(join(cwd, 'nixos'), { recursive: true });
    writeFileSync(join(cwd, 'nixos', 'configuration.nix'), '{ services.plex = ; }');
    const { stdout } = await run(['check', 'nix-syntax', '--source', source, '--format', 'github'], { cwd });
    expect(/file=([^,]*)/.exec(stdout)?.[1]).toBe('nixos/configuration.nix');
  },
);

test('--json is --format json', async () => {
  const { stdout } = await hsdoctor('check', `--bundle=${sick}`, '--json', '--format', 'json');
  expect(reportSchema.parse(JSON.parse(stdout)).targets).toHaveLength(1);
});

test('what is wrong with a later file leaves the earlier ones as they were', async () => {
  const [there, absent] = [join(folder, 'there.xml'), join(folder, 'absent.tap')];
  writeFileSync(there, 'of an earlier run');
  const { exitCode } = await hsdoctor(
    'check',
    `--format=junit=${there}`,
    `--format=tap=${absent}`,
    '--format=sarif=/nowhere/at/all',
  );
  expect(exitCode).toBe(2);
  expect(readFileSync(there, 'utf8')).toBe('of an earlier run');
  expect(existsSync(absent)).toBe(false);
});

test.skipIf(!existsSync('/dev/full'))(
  'a report that cannot be written is no verdict (skipped without /dev/full)',
  async () => {
    const { stdout, stderr, exitCode } = await hsdoctor(
      'check',
      `--bundle=${sick}`,
      '--format=junit=/dev/full',
    );
    expect(exitCode).toBe(74);
    expect(stdout).toContain('Exit status 1');
    expect(stderr).toBe('hsdoctor: the junit report /dev/full cannot be written: no space left on device');
  },
);

test('what a host tells is no command to the runner of GitHub', async () => {
  const { stdout } = await run(['check', '--bundle', sick], { env: { GITHUB_ACTIONS: 'true' } });
  const [, token] = /^::stop-commands::([\w-]{36})\n/.exec(stdout) ?? [];
  expect(stdout.endsWith(`\n::${token}::`)).toBe(true);
});

test('a list on standard input names no checks', async () => {
  const { exitCode } = await run(['check', '--bundle', sick], { input: 'nonsense' });
  expect(exitCode).toBe(1);
});

test('each --skip takes one check, and what follows is checked', async () => {
  const { stdout } = await hsdoctor(
    'check',
    '--bundle',
    sick,
    '--json',
    '--skip',
    'visibility',
    'oci-backend',
  );
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.targets[0]?.results.map(({ check }) => check)).toEqual(['oci-backend']);
});

test('a host that cannot be reached is unknown, and ends with 3', async () => {
  const { stdout, exitCode } = await hsdoctor('check', '--host', 'ssh://127.0.0.1:1');
  expect(exitCode).toBe(3);
  expect(stdout).toContain('nothing could be read');
});

test('a host that ssh cannot resolve is unknown, and the nearest one of its config is named', async () => {
  mkdirSync(join(home, '.ssh'));
  writeFileSync(join(home, '.ssh', 'config'), 'Host *\n  User me\nhost mini.pc "laptop"\n  Port 22\n');
  const { stdout, exitCode } = await hsdoctor('check', '--host', 'me@mini..pc', '--json');
  expect(exitCode).toBe(3);
  expect(reportSchema.parse(JSON.parse(stdout)).targets[0]?.error).toContain('did you mean "mini.pc"?');
});

test('a collection of a host that cannot be reached saves nothing, and ends with 3', async () => {
  const output = join(folder, 'unreachable.tar.gz');
  const { stdout, stderr, exitCode } = await hsdoctor(
    'collect',
    '--host',
    'ssh://127.0.0.1:1',
    '--output',
    output,
  );
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 3 });
  expect(stderr).toContain('nothing could be read from ssh://127.0.0.1:1');
  expect(existsSync(output)).toBe(false);
});

test.each(['saved', 'saved.tar.gz'])(
  'a collection saved as %s is checked like this machine',
  { tags: 'hosts' },
  async (name) => {
    const output = join(folder, name);
    const collected = await hsdoctor('collect', '--output', output, '--timeout', '20s', '--since', '1h');
    expect(collected).toMatchObject({ exitCode: 0, stderr: '' });
    expect(collected.stdout).toContain(`saved in ${output}`);
    const { stdout, exitCode } = await hsdoctor('check', '--bundle', output, '--json');
    const report = reportSchema.parse(JSON.parse(stdout));
    expect(report.targets[0]?.kind).toBe('bundle');
    expect([0, 1, 3]).toContain(exitCode);
  },
);

test('the committed JSON Schema is the one of the types', () => {
  const committed = JSON.parse(readFileSync(join(root, 'docs', 'report.schema.json'), 'utf8'));
  expect(committed).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(reportSchema))));
});

test.each(checks.map(({ id }) => id))(
  '%s is explained: what it reads, why it matters, how to fix it, what it does not report, an example',
  async (id) => {
    const { stdout, exitCode } = await run(['explain', id], { env: { COLUMNS: '100' } });
    expect(exitCode).toBe(0);
    // What judges the waivers reads nothing beside what the others read.
    const reads = id === 'waivers' ? [] : ['What it reads '];
    const parts = [...reads, 'Why it matters:', 'Fix:', 'Not reported:', 'Example:', 'Kinds of findings'];
    const places = parts.map((part) => stdout.indexOf(`\n${part}`));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  },
);

test('everything that a finding refers to is in the documentation', async () => {
  const { stdout } = await hsdoctor('check', '--bundle', sick, '--json');
  const docs = [...stdout.matchAll(/"docs": "docs\/checks\.md#([^"]+)"/g)].map(([, anchor]) => anchor);
  expect(docs.length).toBeGreaterThan(0);
  for (const anchor of docs) expect(checks.map(({ id }) => id)).toContain(anchor);
});

test.skipIf(!existsSync('/dev/full'))(
  'a full disk is told in one sentence, with a status that is no verdict (skipped without /dev/full)',
  { tags: 'hosts' },
  async () => {
    for (const command of ['list', 'demo', 'check --json']) {
      const { stderr, exitCode } = await execa({
        shell: true,
        reject: false,
      })`${`'${process.execPath}' '${join(root, 'bin', 'run.js')}' ${command} >/dev/full`}`;
      expect(stderr).toBe('hsdoctor: standard output cannot be written: ENOSPC');
      expect(exitCode).toBe(74);
    }
  },
);

test('a word that is no check is offered only as one word of a shell', async () => {
  const { stderr, exitCode } = await hsdoctor('check', 'x;touch y');
  expect({ exitCode, stderr }).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("--host 'x;touch y'`"),
  });
});

test('two names that differ in the end of a line never look alike in a mistake', async () => {
  const { stderr: one } = await hsdoctor('check', '--bundle', 'w/n; y/none');
  const { stderr: other } = await hsdoctor('check', '--bundle', 'w/n\ny/none');
  expect(one).toContain('w/n; y/none');
  expect(other).toContain('w/n⏎y/none');
});
