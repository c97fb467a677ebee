import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wantedUnits } from '../../../src/facts/host/wanted-units.ts';
import { expectValue, Sandbox } from '../../facts/host/sandbox.ts';
import { DENIED, FAILED, judge, UNITS, unit } from '../home-server.ts';
import { wanted } from './kind-cases.ts';

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

describe('a service that the configuration starts, and that does not run', () => {
  const titles = (over: Readonly<Record<string, string>>) =>
    judge('failed-units', { wantedUnits: wanted(over) }).findings.map(({ title }) => title);

  test.each([
    ['was stopped, and would have been started again had it ended', {}, 'it was stopped'],
    ['was stopped by a signal', { Restart: 'no', ExecMainCode: '2', ExecMainStatus: '15' }, 'it was stopped'],
    ['was never started', { ExecMainStartTimestamp: '' }, 'it was never started'],
    ['is refused', { LoadState: 'bad-setting' }, 'systemd refuses its unit'],
  ])('%s', (_, over, why) => {
    expect(titles(over)).toEqual([`caddy.service should be running: ${why}`]);
  });

  test.each([
    ['runs', { ActiveState: 'active' }],
    ['is starting', { ActiveState: 'activating' }],
    ['has failed, which is told as that', { ActiveState: 'failed', Result: 'exit-code' }],
    ['does something once', { Type: 'oneshot' }],
    ['has ended well by itself, perhaps', { Restart: 'on-failure' }],
    ['was kept from it by a condition', { ConditionResult: 'no', ExecMainStartTimestamp: '' }],
    ['is started by its socket', { TriggeredBy: 'caddy.socket', ExecMainStartTimestamp: '' }],
    ['is masked', { LoadState: 'masked' }],
    ['is a container, which another check tells', { Id: 'podman-immich-server.service' }],
  ])('is no fault where it %s', (_, over) => {
    expect(titles(over)).toEqual([]);
  });
});

test('the services are those that a target wants which was reached', async () => {
  const sandbox = new Sandbox();
  for (const [target, unit] of [
    ['multi-user', 'caddy'],
    ['multi-user', 'sshd'],
    ['graphical', 'display-manager'],
  ]) {
    sandbox.write(`units/${unit}.service`, '');
    mkdirSync(join(sandbox.folder, `etc/systemd/system/${target}.target.wants`), { recursive: true });
    symlinkSync(
      '/nowhere',
      join(sandbox.folder, `etc/systemd/system/${target}.target.wants/${unit}.service`),
    );
  }
  sandbox.program(
    'systemctl',
    `for last; do :; done
case "$2 $last" in
*=ActiveState\\ graphical.target) echo ActiveState=inactive ;;
*=ActiveState\\ *) echo ActiveState=active ;;
*) shift 3; for id; do printf '%s\\n' "Id=$id" LoadState=loaded ActiveState=active ''; done ;;
esac`,
  );
  const fact = await sandbox.fact(wantedUnits, '/etc/systemd/system');
  expect(expectValue(fact).map(({ id }) => id)).toEqual(['caddy.service', 'sshd.service']);
});
