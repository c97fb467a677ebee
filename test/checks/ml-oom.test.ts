import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
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
  MINUTE,
  ML,
  NOW,
  STARTED,
  scopeOf,
} from './home-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

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
const ml = (given: Given, options?: Parameters<typeof judge>[2]) => judge('ml-oom', given, options);

test.each(['openvino', 'cuda', 'rocm', 'armnn', 'rknn'])(
  'the image for %s is to be replaced by that for the CPU',
  (accelerator) => {
    const { status, findings } = ml(running(`${IMAGE}:v2.1-${accelerator}`, '1g'));
    expect(status).toBe('fail');
    expect(findings[0]?.fix?.summary).toContain(`${IMAGE}:v2.1)`);
    expect(findings[0]?.fix?.summary).toContain('--memory=2g --memory-swap=3g');
  },
);

test('a digest is of the one image, and goes with its suffix', () => {
  const { findings } = ml(running(`${IMAGE}:release-cuda@sha256:${'a'.repeat(64)}`, '1g'));
  expect(findings[0]?.fix?.summary).toContain(`(${IMAGE}:release)`);
});

test('the image for the CPU needs a larger limit, never a smaller one', () => {
  const { findings } = ml(running(`${IMAGE}:v2`, '4g'));
  expect(findings[0]?.fix?.summary).toContain('--memory=8g --memory-swap=9g');
  expect(findings[0]?.fix?.summary).toContain('MACHINE_LEARNING_WORKERS=1');
});

const edited = (image: string, memory: string, text: string) => {
  const file = join(folder, 'immich.nix');
  writeFileSync(file, text);
  const [edit = ''] = ml(running(image, memory), { configuration: folder }).findings[0]?.fix?.commands ?? [];
  execFileSync('sh', ['-c', edit.replaceAll('sudo ', '')]);
  return readFileSync(file, 'utf8');
};

const nix = (image: string, memory: string, option = '') => `{
  ml = {
    image = "${image}";
    extraOptions = [
      "--memory=${memory}"${option}
    ];
  };
  other = {
    image = "other:1-openvino";
    extraOptions = [ "--memory=${memory}" "--device=/dev/dri" ];
  };
}
`;

test.each([
  ['a tag', `${IMAGE}:v2-openvino`, `${IMAGE}:v2`],
  ['an interpolated version', `${IMAGE}:\${version}-openvino`, `${IMAGE}:\${version}`],
])(
  'the command edits %s, with its limit and devices, and nothing of another container',
  (_, before, after) => {
    const text = edited(
      `${IMAGE}:v2-openvino`,
      '1g',
      nix(before, '1g', '\n      "--device=/dev/dri:/dev/dri"'),
    );
    const [own = '', others = ''] = text.split('  other = {');
    expect(own).toContain(`image = "${after}";`);
    expect(own).toContain('"--memory=2g"');
    expect(own).not.toContain('--device');
    expect(others).toBe(nix('', '1g').split('  other = {')[1]);
  },
);

const PLEX = `  plex = {
    image = "plex:1";
    extraOptions = [ "--memory=1g" "--device=/dev/dri" ];
  };
`;

test.each([
  ['a container in one line', '  ml = { image = "IMAGE"; extraOptions = [ "--memory=MEMORY" ]; };\n', '2g'],
  ['a variable before the containers', 'let mlImage = "IMAGE"; in {\n', '1g'],
  ['a variable named image', 'let image = "IMAGE"; in {\n', '1g'],
])('the command takes no device and no limit of the next container: %s', (_, text, memory) => {
  const given = text.replace('IMAGE', `${IMAGE}:v2-openvino`).replace('MEMORY', '1g') + PLEX;
  const wanted = text.replace('IMAGE', `${IMAGE}:v2`).replace('MEMORY', memory) + PLEX;
  expect(edited(`${IMAGE}:v2-openvino`, '1g', given)).toBe(wanted);
});

test('where the tag is in a variable the command leaves all as it is, and the next one shows what there is', () => {
  const text = nix(`${IMAGE}:\${tag}`, '1g');
  expect(edited(`${IMAGE}:v2-openvino`, '1g', text)).toBe(text);
  expect(ml(running(`${IMAGE}:v2-openvino`, '1g')).findings[0]?.fix?.commands[1]).toMatch(
    /^grep .*immich-machine-learning/,
  );
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
const blind = (workerMessages: string, over: Record<string, unknown> = {}): Given => ({
  ...running(`${IMAGE}:v2-cuda`, '1g', over),
  kernelOom: DENIED,
  workerMessages,
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
