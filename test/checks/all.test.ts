import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checks } from '../../src/engine/catalogue.ts';
import { type FactName, probes } from '../../src/facts/host/index.ts';
import { FACT_OUTCOMES } from '../../src/model/fact.ts';
import {
  BOOT,
  container,
  created,
  DENIED,
  type Given,
  idOf,
  judge,
  judgeAll,
  KERNEL,
  killed,
  NOW,
  scopeOf,
  stamp,
  told,
  unit,
} from './home-server.ts';

const missing = FACT_OUTCOMES.filter((outcome) => outcome !== 'ok');

test('on a healthy server every check is ok, or has nothing to look at', () => {
  const results = judgeAll({});
  const of = (wanted: string) => results.flatMap(({ check, status }) => (status === wanted ? [check] : []));
  expect([...of('ok'), ...of('skipped')].sort()).toEqual(results.map(({ check }) => check).sort());
  expect(of('ok')).toEqual(
    expect.arrayContaining([
      'visibility',
      'oci-backend',
      'container-state',
      'container-oom',
      'ml-oom',
      'tailscale-up',
      'failed-units',
    ]),
  );
});

const ofHosts = checks.flatMap(({ id, host }) => (host === undefined ? [] : [{ id, ...host }]));

describe.each(ofHosts.map((check) => [check.id, check] as const))('%s', (id, check) => {
  test('is never ok without a fact that it asks for', () => {
    for (const name of [...check.needs, ...check.wants]) {
      for (const outcome of ['denied', 'timeout', 'failed', 'unparsable'] as const) {
        expect(judge(id, { [name]: { outcome, reason: 'x' } }).status, `${name} ${outcome}`).not.toBe('ok');
      }
    }
  });
});

const pick = (...values: string[]) => fc.constantFrom(...values);
const name = pick('immich-server', 'immich-machine-learning', 'other');
const time = fc.integer({ min: BOOT - 1e7, max: NOW + 1e6 });
const someUnit = fc
  .record({
    name,
    engine: pick('podman', 'docker'),
    LoadState: pick('loaded', 'not-found', 'bad-setting', 'masked'),
    ActiveState: pick('active', 'failed', 'inactive', 'activating', 'deactivating'),
    SubState: pick('running', 'dead', 'auto-restart', 'start', ''),
    Result: pick('success', 'exit-code', 'oom-kill'),
    NRestarts: fc.nat(9),
    ExecMainStatus: fc.nat(255),
    User: pick('', 'root', 'somebody'),
    ConditionResult: pick('yes', 'no'),
    Requires: pick('', 'podman-other.service'),
    WantedBy: pick('', 'multi-user.target'),
    at: time,
  })
  .map(({ name: container_, engine, at, ...over }) =>
    unit(`${engine}-${container_}.service`, {
      ...over,
      ActiveEnterTimestamp: stamp(at),
      StateChangeTimestamp: stamp(at),
    }),
  );
const someMessage = fc
  .record({
    name,
    from: pick('systemd', 'command'),
    text: pick(
      'Error: statfs /run/agenix/x: no such file or directory',
      'listen tcp4 100.101.102.103:2283: bind: cannot assign requested address',
      'Scheduled restart job, restart counter is at 1.',
      'Starting x...',
      'Dependency failed for x.',
      'x was skipped because of an unmet condition check (ConditionPathExists=/x).',
    ),
    at: time,
  })
  .map(({ name: container_, from, text, at }) =>
    told(`podman-${container_}.service`, from as 'systemd', text, at),
  );
const someContainer = fc
  .record({
    name,
    state: pick('running', 'exited', 'created'),
    health: pick('', 'healthy', 'starting', 'unhealthy'),
    memory: fc.constantFrom(0, 2 ** 31),
    image: pick('ghcr.io/immich-app/immich-machine-learning:v2-cuda', 'other', ''),
    startedAt: pick('0001-01-01T00:00:00Z', 'never', '2026-03-10T00:00:00Z'),
  })
  .map(({ name: container_, ...over }) => container(container_, over));
const someKill = fc
  .record({ name, at: time, cgroup: pick('/system.slice/x.service', '/docker/1', '') })
  .map(({ name: container_, at, cgroup }) => killed(cgroup || scopeOf(idOf(container_)), at));
const joined = (one: fc.Arbitrary<string>) => fc.array(one, { maxLength: 4 }).map((all) => all.join(''));
const maybe = (one: fc.Arbitrary<string>) =>
  fc.oneof(
    one,
    fc.constantFrom(...missing).map((outcome) => ({ outcome, reason: 'x' })),
  );

const anything: fc.Arbitrary<Given> = fc.record(
  {
    units: maybe(joined(someUnit)),
    unitJournal: maybe(joined(someMessage)),
    containers: maybe(joined(someContainer)),
    containerNames: maybe(joined(name.map((each) => created(each)))),
    kernelOom: maybe(joined(someKill).map((kills) => KERNEL + kills)),
    journal: maybe(fc.constant(KERNEL)),
    tailscale: maybe(
      pick('Running', 'NeedsLogin', 'Starting', 'Stopped', 'NoState').map((BackendState) =>
        JSON.stringify({ BackendState }),
      ),
    ),
    unitCommands: maybe(
      joined(
        name.map(
          (each) => `unit podman-${each}.service\npodman run \n -p 100.101.102.103:1:1\n --memory=2g\n`,
        ),
      ),
    ),
    memoryGroups: maybe(joined(name.map((each) => `oom_kill 3 /sys/fs/cgroup/x/libpod-${idOf(each)}/y\n`))),
    secrets: maybe(
      joined(pick('declared missing - - - /run/agenix/x\n', 'found present 400 0 raw /run/agenix/y\n')),
    ),
    containerLog: maybe(fc.constant('')),
    addresses: maybe(fc.constant('nonlocal 0\n')),
  },
  { requiredKeys: [] },
);

test('no check breaks on any facts that the probes can yield, and what is faulty has evidence', () => {
  fc.assert(
    fc.property(anything, (given) => {
      for (const { check, reason, findings } of judgeAll(given)) {
        expect(reason ?? '', check).not.toContain('fault of hsdoctor');
        for (const finding of findings) expect(finding.evidence, finding.title).not.toHaveLength(0);
      }
    }),
    { numRuns: 300 },
  );
});

test('no parser breaks the run, whatever a program printed', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(probes) as FactName[])),
      fc.string({ unit: 'binary' }),
      (fact, stdout) => {
        for (const { reason } of judgeAll({ [fact]: { stdout } }))
          expect(reason ?? '').not.toContain('fault of hsdoctor');
      },
    ),
    { numRuns: 200 },
  );
});

test('an ordinary user is told nothing as ok that only root can see', () => {
  const results = judgeAll({
    containers: DENIED,
    secrets: DENIED,
    kernelOom: DENIED,
    unitJournal: DENIED,
    containerNames: DENIED,
    journal: DENIED,
    containerLog: DENIED,
    decryptionErrors: DENIED,
    switches: DENIED,
    backupJobs: DENIED,
  });
  const ok = results.filter(({ status }) => status === 'ok').map(({ check }) => check);
  expect(ok).toEqual(['oci-backend', 'failed-units', 'memory', 'clock', 'tailscale-up']);
});
