/** @module-tag hosts */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Collection } from '../../src/collect/target.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { collectRedacted, runChecks, timeWindow } from '../../src/engine/check.ts';
import { factOf } from '../../src/engine/facts.ts';
import { type FactName, probes } from '../../src/facts/host/index.ts';
import type { Probe, RawResult } from '../../src/model/probe.ts';
import type { CheckResult } from '../../src/model/report.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';
import { API_KEY, HOUR, LABEL, TestMac, WATCHED } from '../support/mac.ts';

const OPTIONS = { ...DEFAULTS, ...timeWindow(undefined), version: '0' };
const macChecks = checks.flatMap(({ id, tags, host }) =>
  host !== undefined && tags.includes('mac') ? [{ id, ...host }] : [],
);
const macProbes = (Object.values(probes) as Probe[]).filter(({ platforms }) => platforms.includes('darwin'));

const mac = new TestMac();
afterAll(() => mac.remove());
const healthy = await mac.collect(['sh', '-s'], Object.values(probes) as Probe[], OPTIONS);
mac.service(LABEL, { state: 'spawn scheduled', 'last exit code': '78: EX_CONFIG' });
mac.service('com.old.upload-immich');
mac.lock('upload-immich.lock', '4711\n', HOUR);
mac.lock('upload-immich.lock.d/owner.token', 'pid=1\n', HOUR);
mac.log([HOUR, 'Failed to upload 3 assets'], [HOUR, '완료'], [HOUR, 'CLI 종료 코드: 127']);
mac.link(API_KEY, '/gone');
mac.file(`${WATCHED}/a.jpg`, '', { age: HOUR });
mac.pings('', { exit: 28 });
const sick = await mac.collect(['sh', '-s'], Object.values(probes) as Probe[], OPTIONS);

async function judge(
  collection: Collection,
  edits: Readonly<Record<string, RawResult>>,
): Promise<CheckResult[]> {
  const results = new Map([...collection.results, ...Object.entries(edits)]);
  const target = { name: 'mac', kind: 'local' as const, collect: async () => ({ ...collection, results }) };
  return (await runChecks([target], checks, OPTIONS)).targets[0]?.results ?? [];
}

describe.each(macChecks.map((check) => [check.id, check] as const))('%s', (id, check) => {
  test('is never ok without a fact that it asks for', async () => {
    for (const name of [...check.needs, ...check.wants]) {
      for (const outcome of ['denied', 'timeout', 'failed', 'unparsable'] as const) {
        const results = await judge(healthy, { [probes[name].id]: { outcome, reason: 'x', durationMs: 1 } });
        const result = results.find((each) => each.check === id);
        expect(result?.status, `${name} ${outcome}`).not.toBe('ok');
        expect(result?.status, `${name} ${outcome}`).not.toBe('skipped');
      }
    }
  });
});

test('without a fact by which only the remedy is chosen nothing else is judged', async () => {
  const failed: RawResult = { outcome: 'failed', reason: 'x', durationMs: 1 };
  for (const check of macChecks)
    for (const name of check.forRemedy ?? []) {
      const results = await judge(healthy, { [probes[name].id]: failed });
      expect(results.find(({ check: id }) => id === check.id)?.status, `${check.id} ${name}`).toBe('ok');
    }
});

test.each(
  [...healthy.results].filter(([id]) => macProbes.some((probe) => probe.id === id && id !== 'system')),
)('what ends before its end, %s, is neither ok nor a fault', async (id, raw) => {
  if (raw.outcome !== 'ran') throw new Error(`${id} did not run`);
  const reading = macChecks.filter(({ needs, wants }) =>
    [...needs, ...wants].some((name) => probes[name].id === id),
  );
  const lines = raw.stdout.split('\n');
  const end = lines.lastIndexOf('#end');
  for (let kept = 0; kept <= end; kept += 1) {
    const stdout = lines.slice(0, kept).join('\n');
    const results = await judge(healthy, { [id]: { ...raw, exitCode: 0, stdout } });
    for (const { check, status, findings } of results.filter((result) =>
      reading.some((each) => each.id === result.check),
    ))
      expect({ check, kept, status, findings }).toEqual({ check, kept, status: 'unknown', findings: [] });
  }
});

test('no check breaks, whatever was cut out of what the Mac told, and what is faulty has evidence', async () => {
  const cut = fc.record({
    probe: fc.constantFrom(...macProbes.map(({ id }) => id)),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    instead: fc.constantFrom('', '\n', '0', '-', 'x'.repeat(9), '\u0000', '</plist>', '#agent \n'),
  });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(healthy, sick), fc.array(cut, { maxLength: 3 }), async (given, cuts) => {
      const edits: Record<string, RawResult> = {};
      for (const { probe, from, to, instead } of cuts) {
        const raw = edits[probe] ?? given.results.get(probe);
        if (raw?.outcome !== 'ran') continue;
        const [start, end] = [from, to]
          .sort((a, b) => a - b)
          .map((part) => Math.floor(part * raw.stdout.length));
        edits[probe] = { ...raw, stdout: raw.stdout.slice(0, start) + instead + raw.stdout.slice(end) };
      }
      for (const { check, reason, findings } of await judge(given, edits)) {
        expect(reason ?? '', check).not.toContain('fault of hsdoctor');
        for (const finding of findings) expect(finding.evidence, finding.title).not.toHaveLength(0);
      }
    }),
    { numRuns: 200 },
  );
});

test('every probe of the Mac is one that a check reads', () => {
  const read = new Set<FactName>(macChecks.flatMap(({ needs, wants }) => [...needs, ...wants]));
  expect(macProbes.map(({ id }) => id).sort()).toEqual(
    ['system', ...[...read].map((name) => probes[name].id)].sort(),
  );
});

test.each([
  [['/bin/sh', '-c', 'exec ~/.local/bin/upload-immich.sh --key canary-key']],
  [['/bin/sh', '-c', 'exec ~/.local/bin/upload-immich.sh "--key canary-key"']],
  [['/bin/sh', '-c', "exec ~/.local/bin/upload-immich.sh --key 'canary-key"]],
  [['/bin/sh', '-c', 'PASSWORD= TOKEN="canary-key exec ~/.local/bin/upload-immich.sh --api-key= --key ""']],
  [['/Users/ann/.local/bin/upload-immich.sh', '--key', 'canary-key']],
  [['/Users/ann/.local/bin/upload-immich.sh', '--key=canary-key']],
  [['/Users/ann/.local/bin/upload-immich.sh', '--key', '', '--delete']],
])('the property list of an agent that runs %j stays one when it is redacted', async (words) => {
  const other = new TestMac();
  try {
    other.agent({
      ProgramArguments: words,
      EnvironmentVariables: {
        IMMICH_API_KEY: 'canary-key',
        IMMICH_API_KEY_FILE: '/Users/ann/.config/immich/api-key',
      },
    });
    const target = {
      name: 'mac',
      kind: 'local' as const,
      collect: () => other.collect(['sh', '-s'], [probes.launchAgents as Probe], OPTIONS),
    };
    const { results } = await collectRedacted(target, OPTIONS);
    const raw = results.get(probes.launchAgents.id);
    expect(JSON.stringify(raw)).not.toContain('canary');
    expect(factOf(probes.launchAgents, raw)).toMatchObject({
      outcome: 'ok',
      value: {
        broken: [],
        agents: [{ label: LABEL, environment: { IMMICH_API_KEY_FILE: '/Users/ann/.config/immich/api-key' } }],
      },
    });
  } finally {
    other.remove();
  }
});
