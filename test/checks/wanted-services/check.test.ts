import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wantedUnits } from '../../../src/facts/host/wanted-units.ts';
import { expectValue, Sandbox } from '../../facts/host/sandbox.ts';
import { judge, MINUTE, NOW, stamp } from '../home-server.ts';
import { LOOP, wanted } from './kind-cases.ts';

describe('a service that the configuration starts, and that does not run', () => {
  const titles = (over: Readonly<Record<string, string>>) =>
    judge('wanted-services', { wantedUnits: wanted(over) }).findings.map(({ title }) => title);

  test.each([
    ['was stopped, and would have been started again had it ended', {}, 'it was stopped'],
    ['was stopped by a signal', { Restart: 'no', ExecMainCode: '2', ExecMainStatus: '15' }, 'it was stopped'],
    ['was never started', { ExecMainStartTimestamp: '' }, 'it was never started'],
    ['is refused', { LoadState: 'bad-setting' }, 'systemd refuses its unit'],
  ])('%s', (_, over, why) => {
    expect(titles(over)).toEqual([`caddy.service should be running: ${why}`]);
  });

  const crashing = { ActiveState: 'active', NRestarts: '9', StateChangeTimestamp: stamp(NOW - MINUTE) };
  test.each([
    ['between two tries', LOOP, 'keeps failing: systemd restarted it 7 times'],
    ['that runs for a moment', crashing, 'keeps failing: systemd restarted it 9 times'],
    [
      'in a try',
      { ...LOOP, SubState: 'start', Result: 'success' },
      'keeps failing: systemd restarted it 7 times',
    ],
    [
      'that never gets ready',
      { ActiveState: 'activating', SubState: 'start' },
      'has been starting for 47 h 59 min',
    ],
    [
      'that was stopped between two tries',
      { Result: 'exit-code' },
      'should be running: it failed, and was stopped',
    ],
  ])('one %s is told', (_, over, what) => {
    expect(titles(over)).toEqual([`caddy.service ${what}`]);
  });

  test.each([
    ['runs', { ActiveState: 'active' }],
    ['is starting', { ActiveState: 'activating', StateChangeTimestamp: stamp(NOW - MINUTE) }],
    ['did its work, and does it again after a while', { ...LOOP, Result: 'success' }],
    ['failed once, and is started again', { ...LOOP, NRestarts: '1' }],
    ['was restarted long ago', { ActiveState: 'active', NRestarts: '9' }],
    ['works for long once', { ActiveState: 'activating', SubState: 'start', Type: 'oneshot' }],
    [
      'started when the clock was in 1970',
      { ActiveState: 'activating', StateChangeTimestamp: stamp(60_000) },
    ],
    ['was kept from it by a command', { Result: 'exec-condition' }],
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
