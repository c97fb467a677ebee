import { expect, test } from 'vitest';
import { DENIED, FAILED, judge, UNITS, unit } from '../home-server.ts';

const failed = (...ids: string[]) =>
  judge('failed-units', {
    failedUnits: ids.map((id) => `Id=${id}\nResult=exit-code\nDescription=x\n`).join('\n'),
  });

test('any other failed unit is a warning', () => {
  const { status, findings } = failed('mnt-photos.mount', 'restic-backups.service');
  expect(status).toBe('warn');
  expect(findings.map(({ subject }) => subject)).toEqual(['mnt-photos.mount', 'restic-backups.service']);
});

test.each([
  ["podman's own health checks", `${'ab'.repeat(32)}-1f2e3d.service`],
  ['the scope of a container that was killed', `libpod-${'ab'.repeat(32)}.scope`],
  ['a container, of which container-state tells', 'podman-immich-server.service'],
])('%s is not one', (_, id) => {
  expect(failed(id).status).toBe('ok');
});

test('a failed unit of a container that is not in the list of units is told here', () => {
  expect(failed('podman-gone.service').findings.map(({ subject }) => subject)).toEqual([
    'podman-gone.service',
  ]);
});

test.each([
  'podman-auto-update.service',
  'docker-prune.service',
  'podman-kube@immich.service',
  'docker-volume-photos.service',
])('%s is no container, and is told here because container-state does not', (id) => {
  expect(failed(id).status).toBe('warn');
  expect(judge('container-state', { units: unit(id, FAILED) + UNITS }).findings).toEqual([]);
});

test('without systemd it is skipped, and without an answer unknown', () => {
  const stderr = "System has not been booted with systemd as init system (PID 1). Can't operate.";
  expect(judge('failed-units', { failedUnits: { exitCode: 1, stderr } }).status).toBe('skipped');
  expect(judge('failed-units', { failedUnits: DENIED }).status).toBe('unknown');
});

test('a unit whose name is cut off is not left out in silence', () => {
  const failedUnits = 'Id=a.service\nResult=exit-code\n\nResult=exit-code\nDescription=b\n';
  expect(judge('failed-units', { failedUnits })).toMatchObject({
    status: 'unknown',
    findings: [{ subject: 'a.service' }],
  });
});

test('an answer in which no unit can be read is no list without failed units', () => {
  expect(judge('failed-units', { failedUnits: 'Segmentation fault' }).status).toBe('unknown');
});
