import { expect, test } from 'vitest';
import {
  ABSENT,
  COMMANDS,
  CONTAINERS,
  container,
  DENIED,
  type Given,
  idOf,
  judge,
  judgeAll,
  KERNEL,
  killed,
  lastingOf,
  MINUTE,
  ML,
  NOW,
  STARTED,
  scopeOf,
  UNITS,
  unit,
} from '../home-server.ts';

const LATER = STARTED + 60 * MINUTE;
const KILL = KERNEL + killed(scopeOf(idOf(ML)), LATER);
const IMAGE = `ghcr.io/immich-app/${ML}`;

const running = (image: string, memory: string, over: Record<string, unknown> = {}): Given => ({
  kernelOom: KILL,
  containers: CONTAINERS.replace(container(ML), container(ML, { image, memory: 2 ** 31, ...over })),
  unitCommands: COMMANDS.replace(
    ` ${IMAGE}:v2 \n`,
    ` --memory=${memory}\n --memory-swap=${memory}\n ${image} \n`,
  ),
});
const OPTION = 'virtualisation.oci-containers.containers.immich-machine-learning';
const ml = (given: Given, options?: Parameters<typeof judge>[2]) => judge('ml-oom', given, options);

test.each(['openvino', 'cuda', 'rocm', 'armnn', 'rknn'])(
  'the image for %s is to be replaced by that for the CPU',
  (accelerator) => {
    const { status, findings } = ml(running(`${IMAGE}:v2.1-${accelerator}`, '1g'));
    expect(status).toBe('fail');
    expect(findings[0]?.kind).toBe('ml-oom/accelerator-image');
    expect(lastingOf(findings[0])).toEqual([
      `${OPTION}.image: "${IMAGE}:v2.1-${accelerator}" -> "${IMAGE}:v2.1"`,
      `${OPTION}.extraOptions: "--memory=1g" -> "--memory=2g"`,
      `${OPTION}.extraOptions: "--memory-swap=1g" -> "--memory-swap=3g"`,
      '$ sudo nixos-rebuild switch',
    ]);
  },
);

test('a process that earlyoom killed may have been its own: then it is not ok', () => {
  const line = (process: string) =>
    `${KERNEL}${LATER / 1000} minipc earlyoom[9]: sending SIGTERM to process 42 uid 0 "${process}": badness 812, VmRSS 6000 MiB\n`;
  expect(ml({ kernelOom: line('python3') })).toMatchObject({
    status: 'unknown',
    findings: [],
    reason: 'whether python3 (pid 42), which earlyoom killed, was of the machine learning',
  });
  expect(ml({ kernelOom: line('java') }).status).toBe('ok');
});

test('limits that no option was read of are added to the list in one step: it can be set only once', () => {
  const { findings } = ml({
    kernelOom: KILL,
    containers: CONTAINERS.replace(container(ML), container(ML, { memory: 2 ** 25 })),
  });
  const added = lastingOf(findings[0]).filter((step) => step.includes('--memory'));
  expect(added).toHaveLength(1);
  expect(added[0]).toMatch(/^Add --memory=\S+ and --memory-swap=\S+ to the extraOptions of /);
});

test('a digest is of the one image, and goes with its suffix', () => {
  const { findings } = ml(running(`${IMAGE}:release-cuda@sha256:${'a'.repeat(64)}`, '1g'));
  expect(lastingOf(findings[0])[0]).toMatch(`-> "${IMAGE}:release"`);
});

test('the image for the CPU needs a larger limit, never a smaller one', () => {
  const { findings } = ml(running(`${IMAGE}:v2`, '4g'));
  expect(findings[0]?.kind).toBe('ml-oom/limit-too-low');
  expect(lastingOf(findings[0])).toEqual([
    `${OPTION}.extraOptions: "--memory=4g" -> "--memory=8g"`,
    `${OPTION}.extraOptions: "--memory-swap=4g" -> "--memory-swap=9g"`,
    '$ sudo nixos-rebuild switch',
  ]);
});

test.each([
  [
    'whose unit a generator made',
    { units: UNITS.replace(unit(ML), unit(ML, { FragmentPath: '/run/systemd/generator/x' })) },
  ],
  ['with a limit that is no amount', running(`${IMAGE}:v2-cuda`, '4g"/X/;s/.*/touch x/e;s/"q')],
])('a container %s has no option that could be named', (_, over) => {
  const { findings } = ml({ ...running(`${IMAGE}:v2-cuda`, '1g'), ...over });
  expect(findings[0]?.remedy?.lasting.map(({ kind }) => kind)).toEqual(['byHand']);
});

test('the kill of another container is not its own', () => {
  expect(ml({ kernelOom: KERNEL + killed(scopeOf(idOf('immich-server')), LATER) }).status).toBe('ok');
});

test('it explains what container-oom says of the same container', () => {
  const oom = judgeAll(running(`${IMAGE}:v2`, '1g')).find(({ check }) => check === 'container-oom');
  expect(oom?.findings[0]?.causedBy).toBe('ml-oom');
});

test('a server without machine learning has nothing to look at', () => {
  const without = (text: string) => text.replaceAll('immich-machine-learning', 'other');
  expect(ml({ containers: without(CONTAINERS), unitCommands: without(COMMANDS) }).status).toBe('skipped');
});

const line = (text: string, at: number) =>
  `${JSON.stringify({ __REALTIME_TIMESTAMP: String(at * 1000), CONTAINER_NAME: ML, MESSAGE: text })}\n`;
const sigkill = (pid: number, at: number) =>
  line(`[03/10/26 10:00:00] ERROR    Worker (pid:${pid}) was sent SIGKILL! Perhaps out of    `, at);
const timeout = (pid: number, at: number) =>
  line(`[03/10/26 10:00:00] CRITICAL WORKER TIMEOUT (pid:${pid})`, at);
const blind = (containerLog: string, over: Record<string, unknown> = {}): Given => ({
  ...running(`${IMAGE}:v2-cuda`, '1g', over),
  kernelOom: DENIED,
  containerLog,
});

test("where the kernel's log cannot be read, its own log proves it", () => {
  const { status, findings } = ml(blind(sigkill(9, LATER)));
  expect([status, findings[0]?.subject]).toEqual(['fail', ML]);
  expect(findings[0]?.evidence[0]).toMatchObject({
    source: `podman logs ${ML}`,
    at: new Date(LATER).toISOString(),
  });
});

test('a worker that was killed for a time-out is none for memory', () => {
  expect(ml(blind(timeout(47, LATER) + sigkill(47, LATER + 2000))).status).toBe('unknown');
  expect(ml(blind(timeout(47, LATER) + sigkill(48, LATER + 2000))).status).toBe('fail');
  expect(ml(blind(timeout(47, LATER) + sigkill(47, LATER + 60 * MINUTE))).status).toBe('fail');
});

test.each([
  ['a log of the kernel that tells of no kill', { ...blind(sigkill(9, LATER)), kernelOom: KERNEL }, 'ok'],
  ['a container without a limit', blind(sigkill(9, LATER), { memory: 0 }), 'unknown'],
  ['a line from before the present run', blind(sigkill(9, STARTED - MINUTE)), 'unknown'],
])('its own log accuses nobody beside %s', (_, given, status) => {
  expect(ml(given).status).toBe(status);
});

test('without any source nothing is ok', () => {
  expect(ml({ kernelOom: ABSENT }).status).toBe('unknown');
  const recent = `${NOW / 1000} minipc kernel: x\n`;
  expect(ml({ journal: recent, kernelOom: recent }).status).toBe('unknown');
  expect(ml({ containers: DENIED, unitCommands: DENIED }).status).toBe('unknown');
});

test('a limit with swap that is none is not made one', () => {
  const given = running(`${IMAGE}:v2`, '2g');
  const commands = String(given.unitCommands).replace('--memory-swap=2g', '--memory-swap=-1');
  const { findings } = ml({ ...given, unitCommands: commands });
  expect(lastingOf(findings[0]).join()).not.toContain('memory-swap');
});
