import { expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { withWaiverProblems } from '../../src/engine/host-waivers.ts';
import { bySettings, waive } from '../../src/engine/waivers.ts';
import type { CheckedTarget, CheckResult, Finding } from '../../src/model/report.ts';
import type { Waiver } from '../../src/model/waiver.ts';

const NOW = Date.parse('2026-06-15T12:00:00Z');
const oom: Finding = {
  check: 'ml-oom',
  kind: 'ml-oom/x',
  docs: '',
  status: 'fail',
  title: 'immich-ml ran out of memory',
  summary: '',
  subject: 'immich-ml',
  evidence: [],
  fingerprint: 'oom',
};
const result = (status: CheckResult['status'], ...findings: Finding[]): CheckResult => ({
  check: 'ml-oom',
  status,
  findings,
});
const WAIVER: Waiver = {
  check: 'ml-oom',
  subject: 'immich-ml',
  reason: 'memory is ordered',
  by: 'config.toml:3',
};

function host(name: string, given: CheckResult, waivers: readonly Waiver[]): CheckedTarget {
  const results = waive([given], waivers.map(bySettings), name, NOW, () => {});
  return { name, kind: 'ssh', system: { os: 'NixOS' }, durationMs: 0, probes: [], results };
}

function told(
  waivers: readonly Waiver[],
  hosts: Readonly<Record<string, CheckResult>>,
  { run = checks, configuration = [] as readonly CheckedTarget[] } = {},
): string[] {
  const checked = Object.entries(hosts).map(([name, given]) => host(name, given, waivers));
  const all = [...checked, ...configuration];
  return withWaiverProblems(checked, { checks: run, waivers, all, now: NOW }).flatMap(({ name, results }) =>
    results
      .filter(({ check }) => check === 'waivers')
      .map(({ status, findings }) => [name, status, ...findings.map(({ kind }) => kind)].join(' ')),
  );
}

test.each([
  ['that has something to waive', [WAIVER], { a: result('fail', oom) }, ['a ok']],
  ['that has nothing to waive', [WAIVER], { a: result('ok') }, ['a warn waivers/unused']],
  [
    'of another thing than what was found',
    [{ ...WAIVER, subject: 'immich' }],
    { a: result('fail', oom) },
    ['a warn waivers/unused'],
  ],
  ['of what could not be checked', [WAIVER], { a: result('unknown') }, ['a ok']],
  ['of what does not apply', [WAIVER], { a: result('skipped') }, ['a ok']],
  ['for another host', [{ ...WAIVER, host: 'b' }], { a: result('ok') }, []],
  ['for one of two hosts', [WAIVER], { a: result('ok'), b: result('fail', oom) }, ['a ok', 'b ok']],
  [
    'for neither of two hosts',
    [WAIVER],
    { a: result('ok'), b: result('ok') },
    ['a warn waivers/unused', 'b ok'],
  ],
  [
    'that has expired',
    [{ ...WAIVER, until: '2026-01-01' }],
    { a: result('fail', oom) },
    ['a warn waivers/expired'],
  ],
  ['of a check of configurations', [{ ...WAIVER, check: 'nix-syntax' }], { a: result('ok') }, ['a ok']],
] as const)('of hosts, a waiver %s', (_, waivers, hosts, expected) => {
  expect(told(waivers, hosts)).toEqual(expected);
});

test('without any waiver nothing is said, nor where the check of waivers is left out', () => {
  expect(told([], { a: result('ok') })).toEqual([]);
  const run = checks.filter(({ id }) => id !== 'waivers');
  expect(told([WAIVER], { a: result('ok') }, { run })).toEqual([]);
});

test('what a configuration needs beside the hosts is needed', () => {
  const configuration = [host('nixos', result('fail', oom), [WAIVER])];
  expect(told([WAIVER], { a: result('ok') }, { configuration })).toEqual(['a ok']);
});
