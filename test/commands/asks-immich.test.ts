import { expect, onTestFinished, test, vi } from 'vitest';
import type { Target } from '../../src/collect/target.ts';
import { askingImmich } from '../../src/commands/check/asks-immich.ts';
import { factOf } from '../../src/engine/facts.ts';
import { addresses } from '../../src/facts/host/addresses.ts';
import { immichJobs } from '../../src/facts/host/immich-jobs.ts';
import { system } from '../../src/facts/host/system.ts';
import type { Probe, RawResult } from '../../src/model/probe.ts';
import { type FakeImmichOptions, startFakeImmich } from '../upload/fake-server/server.ts';

const ran = (stdout: string): RawResult => ({
  outcome: 'ran',
  durationMs: 1,
  exitCode: 0,
  stdout,
  stderr: '',
  capped: false,
});
const LOOPBACK = ran('1: lo    inet 127.0.0.1/8 scope host lo\n');
const DENIED: RawResult = { outcome: 'denied', durationMs: 1, reason: 'permission denied' };

/** What Immich told, and which probes were left to the host. */
async function asked(
  options: FakeImmichOptions,
  { failedJobs = 0, kind = 'local' as Target['kind'], addressesOfHost = LOOPBACK } = {},
) {
  const server = await startFakeImmich(options);
  server.failedJobs = failedJobs;
  onTestFinished(() => server.close());
  vi.stubEnv('IMMICH_INSTANCE_URL', server.url);
  vi.stubEnv('IMMICH_API_KEY', server.key);
  onTestFinished(() => void vi.unstubAllEnvs());
  const sent: string[] = [];
  const target: Target = {
    name: 'minipc',
    kind,
    collect: async (probes, { onResult }) => {
      sent.push(...probes.map(({ id }) => id));
      for (const probe of probes) if (probe.id === addresses.id) onResult?.(probe, addressesOfHost);
      return { durationMs: 1, results: new Map([[addresses.id, addressesOfHost]]) };
    },
  };
  const [asking] = askingImmich([target], undefined);
  const collecting = { sudo: false, timeoutMs: 1000, journalWindow: '--boot' };
  const collection = asking?.collect([immichJobs, system] as readonly Probe[], collecting);
  const sentAtOnce = [...sent];
  const fact = factOf(immichJobs, (await collection)?.results.get(immichJobs.id));
  return { fact, sent, sentAtOnce, server };
}

test('Immich is asked from here, and the host is not', async () => {
  const { fact, sent, server } = await asked({ version: '2.5.6' }, { failedJobs: 3 });
  expect(sent).toEqual([system.id, addresses.id]);
  expect(fact).toMatchObject({
    outcome: 'ok',
    value: {
      url: server.url,
      queues: [{ name: 'thumbnailGeneration', failed: 3, waiting: 0, active: 0, isPaused: false }],
    },
  });
  expect(JSON.stringify(fact)).not.toContain(server.key);
});

test('the host is read before the settings are, and what asks Immich is loaded', async () => {
  expect((await asked({})).sentAtOnce).toEqual([system.id, addresses.id]);
});

test.each([
  ['its loopback address is that of this machine', 'ssh', LOOPBACK, 'is not an address of this host'],
  [
    'it has another address',
    'ssh',
    ran('2: eth0    inet 192.0.2.7/24 scope global eth0\n'),
    'is not an address of this host',
  ],
  ['its addresses are not known', 'ssh', DENIED, 'its addresses were not read'],
] as const)('Immich gets no key for a host where %s', async (_, kind, addressesOfHost, reason) => {
  const { fact, server } = await asked({}, { kind, addressesOfHost });
  expect(fact).toMatchObject({ outcome: 'not-applicable', reason: expect.stringContaining(reason) });
  expect(server.requests).toEqual([]);
});

test('a key that may only upload is no fault, and it is said what was not asked', async () => {
  const { fact } = await asked({ permissions: ['asset.upload'] });
  expect(fact).toMatchObject({ outcome: 'not-applicable', reason: expect.stringContaining('job.read') });
});

test('without a key nothing is asked', async () => {
  vi.stubEnv('IMMICH_INSTANCE_URL', '');
  vi.stubEnv('HOME', '/nowhere');
  vi.stubEnv('XDG_CONFIG_HOME', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  const collect = async () => ({ durationMs: 1, results: new Map([[addresses.id, LOOPBACK]]) });
  const [asking] = askingImmich([{ name: 'minipc', kind: 'ssh', collect }], undefined);
  const collecting = { sudo: false, timeoutMs: 1000, journalWindow: '--boot' };
  const collection = await asking?.collect([immichJobs] as readonly Probe[], collecting);
  expect(factOf(immichJobs, collection?.results.get(immichJobs.id))).toMatchObject({
    outcome: 'not-applicable',
    reason: 'your settings have no URL and key of Immich',
  });
});
