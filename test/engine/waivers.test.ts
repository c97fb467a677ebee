import { expect, test } from 'vitest';
import { exitStatus } from '../../src/engine/check.ts';
import { bySettings, waive } from '../../src/engine/waivers.ts';
import type { CheckResult, Finding } from '../../src/model/report.ts';
import type { Waiver } from '../../src/model/waiver.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const finding = (subject: string, status: Finding['status'] = 'fail'): Finding => ({
  check: 'ml-oom',
  kind: 'ml-oom/x',
  docs: '',
  status,
  title: subject,
  summary: '',
  subject,
  evidence: [],
  fingerprint: subject,
});
const result = (findings: readonly Finding[], more: Partial<CheckResult> = {}): CheckResult => ({
  check: 'ml-oom',
  status: 'fail',
  findings: [...findings],
  ...more,
});
const waiver = (more: Partial<Waiver> = {}): Waiver => ({
  check: 'ml-oom',
  reason: 'the memory is ordered',
  by: 'hsdoctor.toml:1',
  ...more,
});
const waived = (given: CheckResult, ...waivers: readonly Waiver[]) =>
  waive([given], waivers.map(bySettings), 'minipc', NOW, () => {})[0] as CheckResult;

test('a check of which everything is waived is skipped, with the reason, and its findings stay', () => {
  const after = waived(result([finding('ml')]), waiver());
  expect(after).toMatchObject({
    status: 'skipped',
    reason: 'waived: the memory is ordered',
    findings: [{ status: 'fail', waived: { reason: 'the memory is ordered', by: 'hsdoctor.toml:1' } }],
  });
});

test.each([
  ['another finding counts', result([finding('ml'), finding('other', 'warn')]), 'warn'],
  ['what could not be seen stays unknown', result([finding('ml')], { reason: 'no journal' }), 'unknown'],
] as const)('%s', (_, given, status) => {
  expect(waived(given, waiver({ subject: 'ml' })).status).toBe(status);
});

test.each([
  ['of another check', { check: 'oci-backend' }, 'fail'],
  ['of its kind', { check: 'ml-oom/x' }, 'skipped'],
  ['of another kind', { check: 'ml-oom/y' }, 'fail'],
  ['of another thing', { subject: 'other' }, 'fail'],
  ['of another host', { host: 'nas' }, 'fail'],
  ['of this host', { host: 'minipc' }, 'skipped'],
  ['on its last day', { until: '2026-06-15' }, 'skipped'],
  ['on the day after', { until: '2026-06-14' }, 'fail'],
] as const)('a waiver %s', (_, more, status) => {
  expect(waived(result([finding('ml')]), waiver(more)).status).toBe(status);
});

test('who waives a cause waives what follows from it, but nothing follows else', () => {
  const cause = result([finding('ml')]);
  const consequence = (causedByFingerprint: string): Finding => ({
    ...finding(`of ${causedByFingerprint}`),
    check: 'container-state',
    causedBy: 'ml-oom',
    causedByFingerprint,
  });
  const other = { check: 'container-state', status: 'fail' as const };
  const results = [cause, { ...other, findings: [consequence('ml'), consequence('x')] }];
  const after = waive(results, [bySettings(waiver())], 'minipc', NOW, () => {});
  expect(after.map(({ status }) => status)).toEqual(['skipped', 'fail']);
  expect(after[1]?.findings.map((each) => each.waived?.by)).toEqual(['hsdoctor.toml:1', undefined]);
});

test('who waives a cause waives what follows from it through others, and a circle ends', () => {
  const caused = (subject: string, causedByFingerprint: string): Finding => ({
    ...finding(subject),
    check: 'container-state',
    causedByFingerprint,
  });
  const findings = [
    caused('last', 'second'),
    caused('second', 'first'),
    caused('first', 'ml'),
    caused('one', 'other'),
    caused('other', 'one'),
  ];
  const results = [{ check: 'container-state', status: 'fail' as const, findings }, result([finding('ml')])];
  const [after] = waive(results, [bySettings(waiver())], 'minipc', NOW, () => {});
  expect(after?.findings.filter(({ waived }) => waived !== undefined).map(({ subject }) => subject)).toEqual([
    'last',
    'second',
    'first',
  ]);
});

test('an expired waiver is told beside what it was about', () => {
  const after = waived(result([finding('ml')]), waiver({ until: '2026-01-01' }));
  expect(after.findings[0]?.evidence).toMatchObject([
    { source: 'hsdoctor.toml:1', observed: expect.stringContaining('has expired: until 2026-01-01') },
  ]);
});

test('what is waived does not make the exit status 1', () => {
  const target = { name: 'm', kind: 'local', system: { os: '' }, durationMs: 0, probes: [] } as const;
  const summary = { ok: 0, warn: 0, fail: 0, unknown: 0, skipped: 0, waived: 0 };
  const report = (results: CheckResult[]) => ({
    ...{ schemaVersion: 1, tool: { name: 'hsdoctor', version: '0' }, startedAt: '', durationMs: 0, summary },
    targets: [{ ...target, probes: [], results }],
  });
  const given = result([finding('ml')]);
  expect(exitStatus(report([given]) as never, 'fail')).toBe(1);
  expect(exitStatus(report([waived(given, waiver())]) as never, 'fail')).toBe(0);
});

test.each(['immich-ml', 'podman-immich-ml', 'podman-immich-ml.service'])(
  'a waiver may call a unit %s',
  (subject) => {
    const after = waived(result([finding('podman-immich-ml.service')]), waiver({ subject }));
    expect(after.status).toBe('skipped');
  },
);
