import { expect, onTestFinished, test, vi } from 'vitest';
import type { Target } from '../../src/collect/target.ts';
import { askingImmich } from '../../src/commands/check/asks-immich.ts';
import { factOf } from '../../src/engine/facts.ts';
import { immichJobs } from '../../src/facts/host/immich-jobs.ts';
import { system } from '../../src/facts/host/system.ts';
import type { Probe } from '../../src/model/probe.ts';
import { type FakeImmichOptions, startFakeImmich } from '../upload/fake-server/server.ts';

/** What Immich told, and which probes were left to the host. */
async function asked(options: FakeImmichOptions, failedJobs = 0) {
  const server = await startFakeImmich(options);
  server.failedJobs = failedJobs;
  onTestFinished(() => server.close());
  vi.stubEnv('IMMICH_INSTANCE_URL', server.url);
  vi.stubEnv('IMMICH_API_KEY', server.key);
  onTestFinished(() => void vi.unstubAllEnvs());
  const sent: string[] = [];
  const target: Target = {
    name: 'minipc',
    kind: 'ssh',
    collect: async (probes) => {
      sent.push(...probes.map(({ id }) => id));
      return { durationMs: 1, results: new Map() };
    },
  };
  const [asking] = await askingImmich([target], undefined);
  const collecting = { sudo: false, timeoutMs: 1000, journalWindow: '--boot' };
  const collection = await asking?.collect([immichJobs, system] as readonly Probe[], collecting);
  return { fact: factOf(immichJobs, collection?.results.get(immichJobs.id)), sent, server };
}

test('Immich is asked from here, and the host is not', async () => {
  const { fact, sent, server } = await asked({ version: '2.5.6' }, 3);
  expect(sent).toEqual([system.id]);
  expect(fact).toMatchObject({
    outcome: 'ok',
    value: {
      url: server.url,
      addresses: ['127.0.0.1'],
      queues: [{ name: 'thumbnailGeneration', failed: 3, waiting: 0, active: 0, isPaused: false }],
    },
  });
  expect(JSON.stringify(fact)).not.toContain(server.key);
});

test('a key that may only upload is no fault, and it is said what was not asked', async () => {
  const { fact } = await asked({ permissions: ['asset.upload'] });
  expect(fact).toMatchObject({ outcome: 'not-applicable', reason: expect.stringContaining('job.read') });
});

test('without a key the host is read as it is', async () => {
  vi.stubEnv('IMMICH_INSTANCE_URL', '');
  vi.stubEnv('HOME', '/nowhere');
  vi.stubEnv('XDG_CONFIG_HOME', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  const target: Target = {
    name: 'minipc',
    kind: 'ssh',
    collect: async () => ({ durationMs: 1, results: new Map() }),
  };
  expect(await askingImmich([target], undefined)).toEqual([target]);
});
