import { expect, test } from 'vitest';
import { addresses } from '../../../src/facts/host/addresses.ts';
import { engines } from '../../../src/facts/host/engines.ts';
import { listeners } from '../../../src/facts/host/listeners.ts';
import { memoryGroups } from '../../../src/facts/host/memory-groups.ts';
import { units } from '../../../src/facts/host/units.ts';
import { unit } from '../../checks/home-server.ts';
import { expectValue, Sandbox } from './sandbox.ts';

test('a container whose unit has a name of its own is seen: a quadlet, or one that NixOS was told to name', async () => {
  const sandbox = new Sandbox();
  const own = '[Service]\nEnvironment="PODMAN_SYSTEMD_UNIT=%n"\n';
  sandbox.write('run/systemd/generator/immich-ml.service', own);
  sandbox.write('etc/systemd/system/photos.service', own);
  sandbox.write('etc/systemd/system/multi-user.target.wants/photos.service', own);
  sandbox.write('etc/systemd/system/template@.service', own);
  sandbox.write('etc/systemd/system/nginx.service', '[Service]\nExecStart=nginx\n');
  sandbox.program(
    'systemctl',
    `[ "$1" = show ] || exit 0
shift 2
for unit; do printf '%s\\n' "Id=$unit" LoadState=loaded ActiveState=failed ''; done`,
  );
  const fact = await sandbox.fact(units, '/etc/systemd/system', '/run/systemd/generator');
  expect(
    expectValue(fact)
      .filter(({ id }) => !id.startsWith('tailscale'))
      .map(({ id, engine, container }) => [id, engine, container]),
  ).toEqual([
    ['immich-ml.service', 'podman', 'immich-ml'],
    ['photos.service', 'podman', 'photos'],
  ]);
});

test.each(['', '\u0000\u0001binary', 'no block of systemctl'])(
  'an output of %j is no list without units',
  (stdout) => {
    const raw = { outcome: 'ran', exitCode: 0, stdout, stderr: '', capped: false, durationMs: 0 } as const;
    expect(() => units.parse(raw)).toThrow('no unit');
  },
);

test.each([
  ['name', /Id=.*\n/],
  ['state', /ActiveState=.*\n/],
])('a unit without its %s is not left out in silence', (_, line) => {
  const stdout = `${unit('a')}${unit('b').replace(line, '')}Now=1\nUptime=1.00\n`;
  const raw = { outcome: 'ran', exitCode: 0, stdout, stderr: '', capped: false, durationMs: 0 } as const;
  expect(units.parse(raw)).toMatchObject({ value: [{ container: 'a' }], incomplete: expect.anything() });
});

test.each([
  [engines, 'bash: something else\n'],
  [memoryGroups, 'bash: something else\n'],
  [listeners, 'bash: something else\n'],
  [addresses, 'bash: something else\n'],
] as const)('an output of another kind is not read as none', (probe, stdout) => {
  const raw = { outcome: 'ran', exitCode: 0, stdout, stderr: '', capped: false, durationMs: 0 } as const;
  expect(() => probe.parse(raw)).toThrow();
});
