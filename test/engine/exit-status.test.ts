import { expect, test } from 'vitest';
import { exitStatus } from '../../src/engine/check.ts';
import type { Finding, Report, Status } from '../../src/model/report.ts';

const waived = { reason: 'known', by: 'hsdoctor.toml:1' };

function reportOf(status: Status, ...findings: [Finding['status'], typeof waived?][]): Report {
  const all = findings.map(([found, waiver]) => ({
    check: 'a',
    status: found,
    title: 't',
    summary: 's',
    subject: 'x',
    evidence: [],
    fingerprint: 'f',
    ...(waiver === undefined ? {} : { waived: waiver }),
  }));
  return {
    targets: [{ kind: 'ssh', results: [{ check: 'a', status, findings: all }] }],
  } as unknown as Report;
}

/** Of one configuration. */
function machines(...statuses: readonly Status[]): Report {
  const targets = statuses.map((status) => ({
    kind: 'source',
    results: [
      { check: 'a', status, findings: [] },
      { check: 'visibility', status: 'ok', findings: [] },
    ],
  }));
  return { targets } as unknown as Report;
}

test.each<[string, Report, 'fail' | 'warn' | 'unknown', number]>([
  ['nothing found', reportOf('ok'), 'unknown', 0],
  ['nothing to look at, which counts', reportOf('skipped'), 'unknown', 1],
  ['nothing to look at', reportOf('skipped'), 'fail', 3],
  ['a fault', reportOf('fail', ['fail']), 'fail', 1],
  ['a warning, by default', reportOf('warn', ['warn']), 'fail', 0],
  ['a warning that counts', reportOf('warn', ['warn']), 'warn', 1],
  ['a warning behind what was not seen', reportOf('unknown', ['warn']), 'warn', 1],
  ['what was not seen', reportOf('unknown'), 'warn', 3],
  ['what was not seen beside a warning that does not count', reportOf('unknown', ['warn']), 'fail', 3],
  ['what was not seen, which counts', reportOf('unknown'), 'unknown', 1],
  ['a fault that is waived', reportOf('ok', ['fail', waived]), 'fail', 0],
  ['a warning that is waived', reportOf('ok', ['warn', waived]), 'unknown', 0],
  ['what was not seen, and is waived', reportOf('ok', ['unknown', waived]), 'unknown', 0],
  ['a fault beside one that is waived', reportOf('fail', ['fail', waived], ['fail']), 'fail', 1],
  ['machines of which one is checked', machines('ok', 'skipped'), 'fail', 0],
  ['machines of which none is checked', machines('skipped', 'skipped'), 'fail', 3],
])('%s', (_, report, failOn, status) => {
  expect(exitStatus(report, failOn)).toBe(status);
});
