import { expect, test } from 'vitest';
import {
  container,
  FAILED,
  type Given,
  idOf,
  judge,
  judgeAll,
  KERNEL,
  killed,
  lastingOf,
  ML,
  STARTED,
  scopeOf,
  told,
  UNITS,
  unit,
} from '../home-server.ts';
import { DRI, devices } from './kind-cases.ts';

const image = (variant: string) => container(ML, { image: `ghcr.io/immich-app/${ML}:v2${variant}` });
const user = (runsAs: string) => container(ML, { user: runsAs, image: 'docker.io/x/y:1' });
const found = (given: Given) =>
  judge('hardware', given).findings.map(({ kind, status }) => [kind.replace('hardware/', ''), status]);
const WITHOUT = [
  'missing /dev/dri',
  'missing /dev/kfd',
  'missing /dev/nvidia0',
  'missing /dev/nvidiactl',
  'missing /dev/mali0',
];

test('without devices and accelerators there is nothing to look at', () => {
  expect(judge('hardware', { passedDevices: devices(ML, []) }).status).toBe('skipped');
});

test.each([
  ['-openvino', [], WITHOUT, true],
  ['-openvino', [], DRI, true],
  ['-openvino', ['device /dev/dri'], DRI, false],
  ['-openvino', ['device /dev/dri/renderD128'], DRI, false],
  ['-openvino', ['privileged'], DRI, false],
  ['-openvino', ['privileged'], WITHOUT, true],
  ['-openvino', ['device /dev/bus/usb'], ['folder /dev/bus/usb'], false],
  ['-cuda', ['gpus'], ['node /dev/nvidia0 666 0'], false],
  ['-cuda', ['device nvidia.com/gpu=all'], ['node /dev/nvidia0 666 0'], false],
  ['-cuda', ['device nvidia.com/gpu=all'], WITHOUT, true],
  ['-cuda', ['gpus'], WITHOUT, true],
  ['-rocm', ['device /dev/dri'], [...DRI, 'node /dev/kfd 660 303'], true],
  ['-rocm', ['device /dev/kfd', 'device /dev/dri'], [...DRI, 'node /dev/kfd 660 303'], false],
  ['-armnn', ['device /dev/mali0'], ['node /dev/mali0 666 0'], false],
  ['-rknn', ['device /dev/rga', 'device /dev/dri'], [...DRI, 'node /dev/rga 660 44'], false],
  ['', [], WITHOUT, false],
] as const)('the image %s given %j', (variant, given, nodes, isFault) => {
  expect(found({ containers: image(variant), passedDevices: devices(ML, given, ...nodes) })).toEqual(
    isFault ? [['accelerator-without-device', 'warn']] : [],
  );
});

test.each([
  ['what podman inspects', { devices: ['/dev/dri/card0', '/dev/dri/renderD128'] }],
  ['a volume', { mounts: [{ type: 'bind', source: '/dev/dri', destination: '/dev/dri', writable: true }] }],
])('a container without a command of podman is given its device by %s', (_, over) => {
  const openvino = container(ML, { image: `ghcr.io/immich-app/${ML}:v2-openvino`, ...over });
  expect(found({ containers: openvino, passedDevices: devices(ML, [], ...DRI) })).toEqual([]);
});

test('a missing device is told once, and not as an accelerator without its device, too', () => {
  expect(
    found({ containers: image('-openvino'), passedDevices: devices(ML, ['device /dev/dri'], ...WITHOUT) }),
  ).toEqual([['device-missing', 'fail']]);
});

test('where it has run out of memory because of that, that is the fault', () => {
  const kernelOom = KERNEL + killed(scopeOf(idOf(ML)), STARTED + 60_000);
  const { findings } = judge('hardware', {
    containers: image('-openvino'),
    kernelOom,
    passedDevices: devices(ML, [], ...WITHOUT),
  });
  expect(findings).toMatchObject([{ causedBy: 'ml-oom' }]);
});

test('where it cannot start without the device, that is the fault', () => {
  const id = 'podman-plex.service';
  const given = {
    units: UNITS + unit('plex', FAILED),
    unitJournal: told(id, 'command', 'Error: stat /dev/dri: no such file or directory'),
    passedDevices: `unit ${id}\ndevice /dev/dri\nmissing /dev/dri\nend\n`,
  };
  expect(judge('hardware', given).findings).toMatchObject([
    { kind: 'hardware/device-missing', causedBy: 'container-state' },
  ]);
  const roots = judgeAll(given).flatMap(({ findings }) =>
    findings.filter(({ causedBy }) => causedBy === undefined),
  );
  expect(roots.map(({ kind }) => kind)).toEqual(['container-state/device-missing']);
});

test('what somebody stopped on purpose needs no device', () => {
  const stopped = { ActiveState: 'inactive', SubState: 'dead', WantedBy: '' };
  expect(
    found({
      units: UNITS + unit('plex', stopped),
      passedDevices: 'unit podman-plex.service\ndevice /dev/dri\nmissing /dev/dri\nend\n',
    }),
  ).toEqual([]);
});

test.each([
  ['another number', '1000', ['group 104'], DRI, true],
  ['the right number', '1000', ['group 303'], DRI, false],
  ['the right number among others', '1000', ['group 44', 'group 303'], DRI, false],
  ['its own group', '1000:303', ['group 104'], DRI, false],
  ['root needs no group', '', ['group 104'], DRI, false],
  ['root by name', 'root', ['group 104'], DRI, false],
  [
    'everybody may open it',
    '1000',
    ['group 104'],
    ['folder /dev/dri', 'node /dev/dri/renderD128 666 303'],
    false,
  ],
  ['only the screen has another group', '1000', ['group 303'], DRI, false],
  ['no group is given', '1000', [], DRI, false],
  ['the groups of who starts it are kept', '1000', ['group keep-groups'], DRI, false],
  ['numbers that are mapped', '1000', ['group 104', 'mapped'], DRI, false],
  ['a device of no GPU', '1000', ['group 104'], ['node /dev/ttyUSB0 660 20'], false],
] as const)('a group: %s', (_, runsAs, words, nodes, isFault) => {
  const device = nodes[0] === 'node /dev/ttyUSB0 660 20' ? '/dev/ttyUSB0' : '/dev/dri';
  const given = {
    containers: user(runsAs),
    passedDevices: devices(ML, [`device ${device}`, ...words], ...nodes),
  };
  expect(found(given)).toEqual(isFault ? [['wrong-group', 'warn']] : []);
});

test('the number to pass is named', () => {
  const { findings } = judge('hardware', {
    containers: user('1000'),
    passedDevices: devices(ML, ['device /dev/dri', 'group 104'], ...DRI),
  });
  expect(lastingOf(findings[0])[0]).toContain('--group-add=303 (the group render of this host)');
});

test('of a group by name the number in the image is not known, and an ok says so', () => {
  expect(
    judge('hardware', {
      containers: user('1000'),
      passedDevices: devices(ML, ['device /dev/dri', 'group render'], ...DRI),
    }),
  ).toMatchObject({ status: 'ok', reason: expect.stringContaining('group render') });
});
