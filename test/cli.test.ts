import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { checks } from '../src/checks/index.ts';
import { reportSchema } from '../src/model/report.ts';
import { probes } from '../src/probes/index.ts';

const root = join(import.meta.dirname, '..');
const sick = join(root, 'demo', 'sick-server');
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hsdoctor = (...args: string[]) =>
  execa(process.execPath, [join(root, 'bin', 'run.js'), ...args], { reject: false, env: { NO_COLOR: '1' } });

test('a check of the sick bundle ends with 1, and each fault has one root cause', async () => {
  const { stdout, exitCode } = await hsdoctor('check', '--bundle', sick, '--json');
  expect(exitCode).toBe(1);
  const report = reportSchema.parse(JSON.parse(stdout));
  const findings = report.targets.flatMap(({ results }) => results.flatMap((result) => result.findings));
  const roots = findings.filter(({ status, causedBy }) => status === 'fail' && causedBy === undefined);
  expect(roots.map(({ check, subject }) => [check, subject])).toEqual([
    ['ml-oom', 'immich-ml'],
    ['tailscale-wait', 'podman-immich-server.service'],
    ['agenix-secrets', '/run/agenix/immich-db-password'],
  ]);
});

test('a check of this machine reports every check, and says nothing but JSON', async () => {
  const { stdout, exitCode } = await hsdoctor('check', '--json');
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.targets[0]?.results.map(({ check }) => check)).toEqual(checks.map(({ id }) => id));
  expect([0, 1, 3]).toContain(exitCode);
});

test('a selected check reads only what it is about', async () => {
  const { stdout } = await hsdoctor('check', 'tailscale-up', 'visibility', '--json');
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.targets[0]?.probes.map(({ id }) => id)).toEqual([
    'system',
    'units',
    'unit-commands',
    'unit-journal',
    'journal',
    'tailscale',
    'addresses',
  ]);
  expect(report.targets[0]?.results.map(({ check }) => check)).toEqual(['visibility', 'tailscale-up']);
});

test('the sight of hsdoctor itself is judged by every source', async () => {
  const { stdout } = await hsdoctor('check', 'visibility', '--json');
  const report = reportSchema.parse(JSON.parse(stdout));
  expect(report.targets[0]?.probes).toHaveLength(Object.keys(probes).length);
});

test.each([
  [['chek'], 'did you mean "check"?'],
  [['check', 'ml-om'], 'did you mean "ml-oom"?'],
  [['check', '--skip', 'nonsense'], 'there is no check "nonsense": `hsdoctor list`'],
  [['check', '--timeout', '5'], '"5" is not a duration'],
  [['check', '--nonsense'], '--nonsense'],
  [['check', '--bundle', folder], 'is not a bundle of hsdoctor'],
  [['explain'], 'say which check'],
  [['explain', 'tailscale-wat'], 'did you mean "tailscale-wait"?'],
])('%j is a usage error: one sentence, exit 2', async (args, sentence) => {
  const { stderr, stdout, exitCode } = await hsdoctor(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(sentence);
  expect(stderr).not.toMatch(/^\s+at /m);
});

test('a bundle that was cut short or damaged is refused', async () => {
  const cut = join(folder, 'cut');
  cpSync(sick, cut, { recursive: true });
  truncateSync(join(cut, 'units', 'stdout'), 100);
  const short = await hsdoctor('check', '--bundle', cut);
  expect(short).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is not whole') });
  writeFileSync(join(cut, 'hsdoctor-bundle.json'), '{"format":');
  expect(await hsdoctor('check', '--bundle', cut)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('damaged'),
  });
});

test('a host that cannot be reached is unknown, and ends with 3', async () => {
  const { stdout, exitCode } = await hsdoctor(
    'check',
    '--host',
    '-oProxyCommand=false',
    '--host',
    'ssh://127.0.0.1:1',
  );
  expect(exitCode).toBe(3);
  expect(stdout).toContain('nothing could be read');
});

test('the committed JSON Schema is the one of the types', () => {
  const committed = JSON.parse(readFileSync(join(root, 'docs', 'report.schema.json'), 'utf8'));
  expect(committed).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(reportSchema))));
});

test.each(checks.map(({ id }) => id))(
  '%s is explained: what, why, how to mend it, what it is not',
  async (id) => {
    const { stdout, exitCode } = await hsdoctor('explain', id);
    expect(exitCode).toBe(0);
    const parts = ['Why it matters:', 'Mend:', 'Not this:', 'It reads:'];
    expect(parts.filter((part) => stdout.includes(`\n${part}`))).toEqual(parts);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  },
);

test('everything that a finding refers to is in the documentation', async () => {
  const { stdout } = await hsdoctor('check', '--bundle', sick, '--json');
  const docs = [...stdout.matchAll(/"docs": "docs\/checks\.md#([^"]+)"/g)].map(([, anchor]) => anchor);
  expect(docs.length).toBeGreaterThan(0);
  for (const anchor of docs) expect(checks.map(({ id }) => id)).toContain(anchor);
});
