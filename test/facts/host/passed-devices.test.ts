import { expect, test } from 'vitest';
import { passedDevices } from '../../../src/facts/host/passed-devices.ts';
import { expectValue, Sandbox } from './sandbox.ts';

test('what containers and units are given, in all ways to write it, and no other word of their commands', async () => {
  const sandbox = new Sandbox();
  sandbox.program(
    'podman',
    `case "$*" in ps*) echo 11 ;; *) printf '%s\\n' '#container ml' podman run --device=/dev/dri:/dev/dri --device /dev/kfd --group-add 303 --group-add=video -e PASSWORD=--planted --gpus all image '#container kuma' --privileged image ;; esac`,
  );
  const start = sandbox.write(
    'start',
    `#!/bin/sh
exec podman run --name=x \\
  '--device=nvidia.com/gpu=all' \\
  -v /dev/bus/usb:/dev/bus/usb --mount type=bind,src=/dev/ttyUSB0,dst=/dev/ttyUSB0 \\
  --userns=auto -e TOKEN=planted image
`,
  );
  sandbox.program(
    'systemctl',
    `case "$1" in list-*) echo podman-x.service ;; show) echo "ExecStart={ path=${start} ; argv[]=${start} ; ignore_errors=no ; }" ;; esac`,
  );
  const { holders } = expectValue(await sandbox.fact(passedDevices));
  expect(holders).toEqual([
    {
      container: 'ml',
      devices: ['/dev/dri', '/dev/kfd'],
      gpus: true,
      privileged: false,
      groups: ['303', 'video'],
      mapped: false,
    },
    { container: 'kuma', devices: [], gpus: false, privileged: true, groups: [], mapped: false },
    {
      unit: 'podman-x.service',
      devices: ['nvidia.com/gpu=all', '/dev/bus/usb', '/dev/ttyUSB0'],
      gpus: false,
      privileged: false,
      groups: [],
      mapped: true,
    },
  ]);
  expect(JSON.stringify(holders)).not.toContain('planted');
});

test('which nodes are there, with their group, and which are not', async () => {
  const sandbox = new Sandbox();
  sandbox.program(
    'podman',
    `case "$*" in ps*) echo 11 ;; *) printf '%s\\n' '#container ml' --device=/dev/null --device=/dev/no-such-node ;; esac`,
  );
  sandbox.program('systemctl', '');
  const { nodes } = expectValue(await sandbox.fact(passedDevices));
  expect(nodes).toContainEqual({ path: '/dev/null', kind: 'node', mode: '666', gid: 0 });
  expect(nodes).toContainEqual({ path: '/dev/no-such-node', kind: 'missing' });
});
