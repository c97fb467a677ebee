import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Step } from '../../src/model/remedy.ts';
import type { CheckResult, Finding, Report, TargetReport } from '../../src/model/report.ts';
import { human } from '../../src/report/human.ts';
import { shown } from '../../src/report/shown.ts';
import {
  asOrdinaryUser,
  healthy,
  loggedOut,
  SICK_SERVER,
  withDocker,
  withFailedUnit,
  withThirtyFailedUnits,
} from '../support/bundles.ts';

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
    env: { NO_COLOR: '1', TZ: 'Europe/Berlin', PATH: `${tools}${delimiter}${process.env.PATH}`, ...env },
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
  ['one-cause.exit-1', async () => ['check', '--bundle', await loggedOut(folder)]],
  ['thirty-findings.exit-0', async () => ['check', '--bundle', await withThirtyFailedUnits(folder)]],
  ['docker-host.exit-3', async () => ['check', '--bundle', await withDocker(folder)]],
  [
    'fifty-hosts.exit-1',
    async () => {
      const quiet = Array.from({ length: 48 }, (_, index) => healthy(folder, `host-${index + 1}`));
      const bundles = [...(await Promise.all(quiet)), await withFailedUnit(folder), await loggedOut(folder)];
      return ['check', ...bundles.map((bundle) => `--bundle=${bundle}`)];
    },
  ],
])('%s is what is printed', async (name, args) => {
  const { stdout, exitCode } = await hsdoctor(await args());
  expect(exitCode).toBe(Number(name.at(-1)));
  await expect(stdout).toMatchFileSnapshot(`../golden/${name}.txt`);
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

const style = { color: false, width: 60, exitStatus: 1, verbose: true };
const printed = (report: Report, over: Partial<typeof style> = {}) =>
  human(shown(report), { ...style, ...over });

function reportOf(findings: readonly Finding[], text = 'x'): Report {
  const target = { name: text, kind: 'ssh', durationMs: 1, headline: [], lookedAt: {}, probes: [] } as const;
  return {
    schemaVersion: 2,
    tool: { name: 'hsdoctor', version: '0' },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    targets: [
      {
        ...target,
        headline: [{ what: text, state: 'down', cause: text, check: 'a', now: [stepOf(text)] }],
        probes: [],
        system: { os: text, hostname: text, user: text, collectedAt: '2026-01-01T00:00:00.000Z' },
        results: [
          { check: 'a', status: 'fail', reason: text, findings: [...findings] },
          { check: 'b', status: 'ok', reason: text, findings: [] },
          { check: 'c', status: 'skipped', reason: text, findings: [] },
        ],
      },
      { ...target, headline: [], probes: [], error: text, system: { os: text }, results: [] },
    ],
    summary: { ok: 1, warn: 0, fail: 1, unknown: 0, skipped: 1, waived: 0 },
  };
}

/** A step of which everything but the proven words is that text. */
const stepOf = (why: string, text = 'true'): Step => ({
  kind: 'run',
  words: [text],
  text,
  where: 'target',
  root: false,
  risk: 'none',
  why,
});

const findingOf = (title: string, more: Partial<Finding> = {}): Finding => ({
  check: 'a',
  kind: 'a/example',
  status: 'fail',
  title,
  summary: title,
  subject: title,
  evidence: [{ source: title, observed: title, expected: title, at: '2025-12-31T23:00:00.000Z' }],
  remedy: { now: [stepOf(title)], lasting: [{ kind: 'byHand', text: title }] },
  docs: 'docs/checks.md#a',
  fingerprint: title,
  ...more,
});

test('no text of a host steers the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(printed(reportOf([findingOf(text)], text)).replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    }),
  );
});

test('no text of a host makes a line of its own, or one that a CI obeys, however wide the terminal is', () => {
  const piece = fc.constantFrom(
    '::error::x',
    '##[error]x',
    '##vso[task.complete]',
    '\n',
    '\r',
    '\u2028',
    ' ',
    'word',
  );
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 12 }).map((parts) => parts.join('')),
      fc.integer({ min: 1, max: 120 }),
      (text, width) => {
        const lines = printed(reportOf([findingOf(text)], text), { width }).split('\n');
        expect(lines.filter((line) => /^\s*::|##(?:\[|vso)/.test(line))).toEqual([]);
      },
    ),
  );
  const forged = 'harmless\n✔ ok: everything\r\n\u2028Exit status 0: nothing is wrong';
  expect(printed(reportOf([findingOf(forged)], forged), { width: 1000 })).not.toMatch(
    /^(?:✔ ok: everything|Exit status 0)/m,
  );
});

test('what could not be read is told beside what was found', () => {
  const unknown = findingOf('u', { status: 'unknown' });
  expect(printed(reportOf([findingOf('f'), unknown], 'the journal is gone'), { width: 1000 })).toContain(
    'there may be more problems, because a part could not be read: the journal is gone',
  );
});

test('a command is never wrapped, and stands alone on its line', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z][a-z '|/-]{0,300}$/),
      fc.integer({ min: 1, max: 200 }),
      (command, width) => {
        const remedy = { now: [stepOf('So.', command)], lasting: [] };
        const lines = printed(reportOf([findingOf('t', { remedy })]), { width }).split('\n');
        expect(lines).toContain(`      ${command}`);
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
          remedy: undefined as never,
          ...(cause === undefined ? {} : { causedBy: 'a', causedByFingerprint: `finding-${cause}` }),
        }),
      );
      const told = printed(reportOf(findings)).match(/finding-\d/g);
      expect(told?.sort()).toEqual(findings.map(({ title }) => title));
    }),
  );
});

test('prose keeps to the width of the terminal', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { maxLength: 60 }), (words) => {
      const lines = printed(reportOf([findingOf(words.join(' '))])).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(style.width);
    }),
  );
});

test('three lines of proof are enough, and all are told to who asks', () => {
  const evidence = [1, 2, 3, 4, 5].map((number) => ({ source: 'log', observed: `line ${number}` }));
  const report = reportOf([findingOf('t', { evidence })]);
  const brief = printed(report, { verbose: false });
  expect(brief).toMatch(/line 3[\s\S]*and 2 more lines of evidence: --verbose/);
  expect(brief).not.toContain('line 4');
  expect(printed(report)).toContain('line 5');
});

test('what was not read without root is told once, and of each check to who asks', () => {
  const { targets, ...report } = reportOf([]);
  const [target, ...others] = targets;
  if (target === undefined) throw new Error('no target');
  const denied = 'root is required: run with --sudo (podman inspect of all containers)';
  const unknown = (check: string, reason: string): CheckResult => ({
    check,
    status: 'unknown',
    reason,
    findings: [],
  });
  const results = (kind: string): CheckResult[] => [
    { check: 'visibility', status: 'unknown', findings: [findingOf('t', { kind })] },
    unknown('d', denied),
    unknown('e', `${denied}; this user cannot read the system journal; run with --sudo (journalctl)`),
    unknown('f', `${denied}; timed out after 10 s (ip address)`),
  ];
  const told = (kind: string, verbose: boolean) =>
    printed(
      { ...report, targets: [{ ...target, results: results(kind) }, ...others] },
      { width: Infinity, verbose },
    );
  const brief = told('visibility/needs-root', false);
  expect(brief).toContain('? could not be checked without root (see above): d, e\n');
  expect(brief).toContain(`? f: could not be checked: ${denied}; timed out`);
  expect(told('visibility/needs-root', true)).toContain(`? d: could not be checked: ${denied}`);
  expect(told('visibility/unread', false)).toContain(`? d: could not be checked: ${denied}`);
});

test('what a host was not checked for counts beside a configuration as it does alone', () => {
  const { targets, summary, ...report } = reportOf([]);
  const unread = targets.at(-1);
  if (unread === undefined) throw new Error('no target');
  const host: TargetReport = {
    ...unread,
    results: [{ check: 'a', status: 'unknown', reason: 'refused', findings: [] }],
  };
  const { error: _, ...machine } = { ...unread, kind: 'source' } as const;
  const told = (...all: TargetReport[]) =>
    printed({ ...report, summary: { ...summary, unknown: 1 }, targets: all }, { width: Infinity });
  expect(told(host)).toContain('1 unknown');
  expect(told(host, machine)).toContain('1 unknown');
  expect(told(host, host)).not.toContain('1 unknown');
});
