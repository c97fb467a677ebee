import { describe, expect, test } from 'vitest';
import { factOf } from '../../src/engine/facts.ts';
import { probes } from '../../src/facts/host/index.ts';
import type { Probe, RawOutput } from '../../src/model/probe.ts';

const reasonOf = (probe: Probe, over: Partial<RawOutput>) => {
  const raw = { outcome: 'ran', durationMs: 1, exitCode: 0, stdout: '', stderr: '', capped: false, ...over };
  const fact = factOf(probe, raw as Parameters<typeof factOf>[1]);
  return fact.outcome === 'ok' ? 'a value' : fact.reason;
};

describe('the reason why an output is no fact', () => {
  test('names the field that is not as expected', () => {
    const reason = reasonOf(probes.containers as Probe, { stdout: '{"id":"a","name":5}\n' });
    expect(reason).toContain('name');
    expect(reason).not.toMatch(/^\W*$/);
  });

  test.each(['{"id":', '[', 'null', '[]', '5'])('is more than a bracket where the output is %s', (stdout) => {
    for (const probe of Object.values(probes) as Probe[])
      expect(reasonOf(probe, { stdout }), probe.id).toMatch(/\w{3}/);
  });

  test('is the error, and neither a warning before it nor a heading', () => {
    const stderr = `time="2026-03-10T11:00:00Z" level=warning msg="The cgroupv2 manager is set to systemd"
Error: 2 errors occurred:
	* cannot open /var/lib/containers/storage/db.sql: input/output error
	* lock 3 is in use
`;
    const reason = reasonOf(probes.containers as Probe, { exitCode: 125, stderr });
    expect(reason).toContain('input/output error');
    expect(reason).not.toContain('level=warning');
  });

  test('is told of a program that has only a warning to say', () => {
    const stderr = 'time="2026-03-10T11:00:00Z" level=warning msg="no permission"\n';
    expect(reasonOf(probes.containers as Probe, { exitCode: 125, stderr })).toContain('no permission');
  });
});
