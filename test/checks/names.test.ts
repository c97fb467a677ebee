import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleTarget } from '../../src/collect/bundle.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { runChecks, timeWindow } from '../../src/engine/check.ts';
import type { RawResult } from '../../src/model/probe.ts';
import type { CheckResult } from '../../src/model/report.ts';
import { DEFAULTS, type Settings } from '../../src/settings/settings.ts';
import { server } from './immich-server/kind-cases.ts';

const options = { ...DEFAULTS, ...timeWindow(undefined), version: '0' };
const sick = await bundleTarget(join(import.meta.dirname, '..', '..', 'demo', 'sick-server'));

/** The result of one check of the recorded server, whose raw results may be changed first. */
async function resultOf(
  check: string,
  names: Partial<Settings['names']> = {},
  edit: (id: string, raw: RawResult) => RawResult = (_, raw) => raw,
): Promise<CheckResult | undefined> {
  const collection = await sick.collect([], options);
  const results = new Map([...collection.results].map(([id, raw]) => [id, edit(id, raw)]));
  const report = await runChecks(
    [{ ...sick, collect: async () => ({ ...collection, results }) }],
    checks.filter(({ id }) => id === check),
    { ...options, names: { ...DEFAULTS.names, ...names } },
  );
  return report.targets[0]?.results[0];
}

const subjects = (result: CheckResult | undefined) =>
  result?.findings.map(({ status, subject }) => `${status} ${subject}`);

const ownImage = (_: string, raw: RawResult): RawResult =>
  raw.outcome === 'ran'
    ? {
        ...raw,
        stdout: raw.stdout.replaceAll('immich-app/immich-machine-learning:release-openvino', 'me/ml:1'),
      }
    : raw;

test('machine-learning: a container of another image is judged as the one of machine learning', async () => {
  expect(await resultOf('ml-oom', {}, ownImage)).toMatchObject({ status: 'skipped' });
  const named = await resultOf('ml-oom', { machineLearning: 'immich-ml' }, ownImage);
  expect(subjects(named)).toEqual(['fail immich-ml']);
});

test('machine-learning: a name that no container has is told', async () => {
  const { status, reason } = (await resultOf('ml-oom', { machineLearning: 'mll' }, ownImage)) ?? {};
  expect([status, reason]).toEqual(['skipped', expect.stringContaining('none named mll')]);
});

test('tailscale-address: another address than the one of the settings is a fault', async () => {
  expect((await resultOf('tailscale-up', { tailscaleAddress: '100.79.80.95' }))?.status).toBe('ok');
  const other = await resultOf('tailscale-up', { tailscaleAddress: '100.79.80.96' });
  expect(subjects(other)).toEqual(['fail tailscale-address']);
});

test('containers: one that does not run is a fault, one that runs is not', async () => {
  const before = subjects(await resultOf('container-state'));
  const after = subjects(await resultOf('container-state', { containers: ['immich-redis', 'plex'] }));
  expect(after).toEqual([...(before ?? []), 'fail plex']);
});

test('containers: one that is down is told once', async () => {
  const before = await resultOf('container-state');
  expect(await resultOf('container-state', { containers: ['immich-server'] })).toEqual(before);
});

test('containers: one whose unit is stopped is a fault, not a warning', async () => {
  const stopped = (id: string, raw: RawResult): RawResult =>
    id === 'units' && raw.outcome === 'ran'
      ? {
          ...raw,
          stdout: raw.stdout
            .replaceAll('ActiveState=failed', 'ActiveState=inactive')
            .replaceAll(/^Result=.*$/gm, 'Result=success'),
        }
      : raw;
  const of = async (containers: string[]) =>
    subjects(await resultOf('container-state', { containers }, stopped));
  expect(await of([])).toContain('warn podman-uptime-kuma.service');
  expect(await of(['uptime-kuma'])).toContain('fail podman-uptime-kuma.service');
});

test('containers: one that cannot be seen is unknown', async () => {
  const unseen = (id: string, raw: RawResult): RawResult =>
    id === 'containers' ? { outcome: 'not-installed', reason: 'no podman', durationMs: 1 } : raw;
  const { reason } = (await resultOf('container-state', { containers: ['plex'] }, unseen)) ?? {};
  expect(reason).toContain('whether plex is running');
});

test('secrets: one that nothing declares and that does not exist is a fault', async () => {
  const before = subjects(await resultOf('agenix-secrets'));
  const secrets = ['/run/agenix/immich-db-password', '/run/agenix/backup-key'];
  const after = subjects(await resultOf('agenix-secrets', { secrets }));
  expect(after).toEqual([...(before ?? []), 'fail /run/agenix/backup-key']);
});

test('what was read as root by sudo is checked again with sudo', async () => {
  const maintained = (id: string, raw: RawResult): RawResult =>
    id === 'immich-server' && raw.outcome === 'ran'
      ? { ...raw, stdout: server({ config: '{"isInitialized":true,"maintenanceMode":true}' }) }
      : raw;
  const steps = (await resultOf('immich-server', {}, maintained))?.findings[0]?.remedy?.lasting ?? [];
  expect(steps.flatMap((step) => ('text' in step ? step.text : []))).toContain(
    'hsdoctor check --host minipc --sudo immich-server',
  );
});
