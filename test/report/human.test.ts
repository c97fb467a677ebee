import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Finding, Report } from '../../src/model/report.ts';
import { human } from '../../src/report/human.ts';
import { asOrdinaryUser, healthy, SICK_SERVER, withFailedUnit } from '../support/bundles.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

// An ssh that never gets through: the wording of the real one differs between its versions.
const tools = join(folder, 'bin');
mkdirSync(tools);
writeFileSync(
  join(tools, 'ssh'),
  '#!/bin/sh\necho "ssh: connect to host: Connection refused" >&2\nexit 255\n',
);
chmodSync(join(tools, 'ssh'), 0o755);

const hsdoctor = (args: readonly string[], env: Record<string, string> = {}) =>
  execa(process.execPath, [join(root, 'bin', 'run.js'), ...args], {
    reject: false,
    stripFinalNewline: false,
    env: { NO_COLOR: '1', PATH: `${tools}${delimiter}${process.env.PATH}`, ...env },
  });

test.each([
  ['demo.exit-0', async () => ['demo']],
  ['healthy.exit-0', async () => ['check', '--bundle', await healthy(folder)]],
  ['warning-only.exit-0', async () => ['check', '--bundle', await withFailedUnit(folder)]],
  ['ordinary-user.exit-3', async () => ['check', '--bundle', await asOrdinaryUser(folder)]],
  [
    'several-hosts.exit-1',
    async () => [
      'check',
      '--host=nas',
      `--bundle=${await healthy(folder, 'minipc-2')}`,
      `--bundle=${SICK_SERVER}`,
      `--bundle=${await withFailedUnit(folder)}`,
    ],
  ],
])('%s is what is printed', async (name, args) => {
  const { stdout, exitCode } = await hsdoctor(await args());
  expect(exitCode).toBe(Number(name.at(-1)));
  await expect(stdout).toMatchFileSnapshot(`../golden/${name}.txt`);
});

test('the README shows what the demo prints', async () => {
  const { stdout } = await hsdoctor(['demo']);
  const excerpt = /from the demo\):\n\n```\n([\s\S]*?)```/.exec(
    readFileSync(join(root, 'README.md'), 'utf8'),
  )?.[1];
  expect(excerpt?.split('\n…\n')).toHaveLength(2);
  for (const part of excerpt?.split('\n…\n') ?? []) expect(stdout).toContain(part);
});

const ESCAPE = '\u001b[';
test.each([
  ['a file', {}, [], false],
  ['FORCE_COLOR', { FORCE_COLOR: '1' }, [], true],
  ['FORCE_COLOR and --no-color', { FORCE_COLOR: '1' }, ['--no-color'], false],
])('colours for %s', async (_, env, flags, colored) => {
  const { stdout } = await hsdoctor(['check', '--bundle', SICK_SERVER, ...flags], env);
  expect(stdout.includes(ESCAPE)).toBe(colored);
});

const style = { color: false, width: 60, exitStatus: 1 };

function reportOf(findings: readonly Finding[], text = 'x'): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'hsdoctor', version: '0' },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    targets: [
      {
        name: text,
        kind: 'ssh',
        system: { os: text, hostname: text, user: text, collectedAt: '2026-01-01T00:00:00.000Z' },
        durationMs: 1,
        results: [
          { check: 'a', status: 'fail', reason: text, findings: [...findings] },
          { check: 'b', status: 'ok', reason: text, findings: [] },
          { check: 'c', status: 'skipped', reason: text, findings: [] },
        ],
        probes: [],
      },
      { name: text, kind: 'ssh', error: text, system: { os: text }, durationMs: 1, results: [], probes: [] },
    ],
    summary: { ok: 1, warn: 0, fail: 1, unknown: 0, skipped: 1, waived: 0 },
  };
}

const findingOf = (title: string, more: Partial<Finding> = {}): Finding => ({
  check: 'a',
  status: 'fail',
  title,
  summary: title,
  subject: title,
  evidence: [{ source: title, observed: title, expected: title, at: '2025-12-31T23:00:00.000Z' }],
  fix: { summary: title, commands: [title], docs: 'docs/checks.md#a' },
  fingerprint: title,
  ...more,
});

test('no text of a host steers the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const printed = human(reportOf([findingOf(text)], text), style);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      expect(printed).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});

test('no text of a host makes a line that begins like one of ours', () => {
  const text = 'harmless\n✔ ok: everything\r\n\u2028Exit status 0: nothing is wrong';
  const fix = { summary: text, commands: ['true'], docs: '' };
  const printed = human(reportOf([findingOf(text, { fix })], text), { ...style, width: 1000 });
  expect(printed).not.toMatch(/^(?:✔ ok: everything|Exit status 0)/m);
});

test('what could not be seen is told beside what was found', () => {
  const unknown = findingOf('u', { status: 'unknown' });
  expect(human(reportOf([findingOf('f'), unknown], 'the journal is gone'), style)).toContain(
    'not all could be seen: the\n  journal is gone',
  );
});

test('a command is never wrapped, and stands alone on its line', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z][a-z '|/-]{0,300}$/),
      fc.integer({ min: 1, max: 200 }),
      (command, width) => {
        const fix = { summary: 'so', commands: [command], docs: '' };
        const lines = human(reportOf([findingOf('t', { fix })]), { ...style, width }).split('\n');
        expect(lines).toContain(`    ${command}`);
      },
    ),
  );
});

test('whatever explains what, every finding is told once', () => {
  const explained = fc.array(fc.option(fc.nat(7), { nil: undefined }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(explained, (causes) => {
      const findings = causes.map((cause, index) =>
        findingOf(`finding-${index}`, {
          summary: '',
          evidence: [],
          fix: undefined as never,
          ...(cause === undefined ? {} : { causedBy: 'a', causedByFingerprint: `finding-${cause}` }),
        }),
      );
      const told = human(reportOf(findings), style).match(/finding-\d/g);
      expect(told?.sort()).toEqual(findings.map(({ title }) => title));
    }),
  );
});

test('prose keeps to the width of the terminal', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 60 }), (words) => {
      const prose = words.join(' ');
      const lines = human(reportOf([findingOf(prose, { fix: undefined as never })], 'x'), style).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(style.width);
    }),
  );
});
