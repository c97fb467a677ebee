import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Target } from '../../src/collect/target.ts';
import { checks } from '../../src/engine/catalogue.ts';
import { statusOf } from '../../src/engine/status/status.ts';
import { type FactName, probes } from '../../src/facts/host/index.ts';
import { statusSchema } from '../../src/model/status.ts';
import { status } from '../../src/report/status.ts';
import { DEFAULTS } from '../../src/settings/settings.ts';
import {
  ADDRESS,
  BOOT,
  CONTAINERS,
  container,
  DENIED,
  FAILED,
  type Given,
  idOf,
  KERNEL,
  killed,
  ML,
  NOW,
  rawResultsOf,
  scopeOf,
  stamp,
  UNITS,
  unit,
} from '../checks/home-server.ts';
import { asOrdinaryUser, SICK_SERVER } from '../support/bundles.ts';
import { BIN } from '../support/hsdoctor.ts';
import { HOUR, TestMac, WATCHED } from '../support/mac.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

const targetOf = (given: Given, name = 'minipc'): Target => ({
  name,
  kind: 'ssh',
  collect: async () => ({ durationMs: 800, results: rawResultsOf(given) }),
});

const options = {
  sudo: false,
  timeoutMs: 1000,
  journalWindow: '--boot',
  configuration: '/etc/nixos',
  names: DEFAULTS.names,
  waivers: [],
  version: '0.0.0',
};

const statusOfHost = (given: Given, waivers: (typeof DEFAULTS)['waivers'] = []) =>
  statusOf([targetOf(given)], checks, { ...options, waivers });

async function screen(given: Given, width = 80): Promise<string> {
  return status(await statusOfHost(given), { color: false, width });
}

const published = (name: string, address: string, port: number, over = {}) =>
  container(name, {
    ports: { [`${port}/tcp`]: [{ HostIp: address, HostPort: String(port) }] },
    ...over,
  });

/** A server with a bit of everything on it: what runs, what is limited, what is full, and what is down. */
const SERVER: Given = {
  units: `${UNITS}${unit('uptime-kuma', { ...FAILED, StateChangeTimestamp: stamp(NOW - 1_320_000) })}`,
  unitCommands: {
    stdout: `${['immich-server', ML, 'immich-postgres', 'immich-redis'].map((name) => `unit podman-${name}.service\npodman run \n ghcr.io/immich-app/${name}:v2 \n`).join('')}unit podman-uptime-kuma.service\npodman run \n-p ${ADDRESS}:3001:3001\n docker.io/louislam/uptime-kuma:1 \nend\n`,
  },
  containers: [
    published('immich-server', ADDRESS, 2283, {
      health: 'healthy',
      image: 'ghcr.io/immich-app/immich-server:v2.1.0',
    }),
    container(ML, { memory: 2_147_483_648, health: 'healthy' }),
    container('immich-postgres', { memory: 1_073_741_824 }),
    container('immich-redis'),
    published('plex', '0.0.0.0', 32_400, {
      image: `lscr.io/linuxserver/plex@sha256:${'ab'.repeat(32)}`,
      unit: '',
      restarts: 3,
    }),
  ].join(''),
  memoryGroups: [
    [ML, 1_500_000_000, 2_147_483_648],
    ['immich-postgres', 300_000_000, 1_073_741_824],
  ]
    .flatMap(([name, used, limit]) => {
      const file = `/sys/fs/cgroup${scopeOf(idOf(String(name)))}/memory`;
      return [
        `current ${used} ${file}.current`,
        `limit ${limit} ${file}.max`,
        `inactive_file 0 ${file}.stat`,
        `active_file 0 ${file}.stat`,
      ];
    })
    .join('\n'),
  webAnswers: 'asked plex 0.0.0.0 32400 32400 127.0.0.1 0 401\n',
  kernelOom: KERNEL + killed(scopeOf(idOf(ML)), NOW - 3_600_000),
  tailscale: JSON.stringify({
    BackendState: 'Running',
    TUN: true,
    TailscaleIPs: [ADDRESS],
    Self: { KeyExpiry: '2026-04-20T00:00:00Z' },
  }),
  secrets: 'declared present 400 24 raw /run/agenix/immich-db\nhas 0:0 root:root /run/agenix/immich-db\n',
};

const SHOWN: Readonly<Record<string, Given>> = {
  server: SERVER,
  healthy: {},
  'ordinary-user': {
    ...Object.fromEntries(
      (Object.keys(probes) as FactName[]).flatMap((name) => (probes[name].root ? [[name, DENIED]] : [])),
    ),
    tailscale: { outcome: 'denied', reason: 'tailscaled does not answer this user; run with --sudo' },
  },
  'nothing-told': Object.fromEntries(
    (Object.keys(probes) as FactName[]).flatMap((name) =>
      name === 'system' || !probes[name].platforms.includes('linux')
        ? []
        : [[name, { outcome: 'timeout', reason: 'timed out after 10 s' }]],
    ),
  ),
};

const WIDTHS = { phone: 40, narrow: 60, usual: 80, wide: 140, piped: Number.POSITIVE_INFINITY };

describe.each(Object.keys(SHOWN))('%s', (name) => {
  test.each(Object.entries(WIDTHS))('on a %s screen', async (of, width) => {
    const text = await screen(SHOWN[name] ?? {}, width);
    // A check that is added changes only the number.
    const stable = text.replace(/^Checks: \d+ unknown/m, 'Checks: N unknown');
    await expect(stable).toMatchFileSnapshot(`../golden/status/${name}.${of}.txt`);
    const long = text.split('\n').filter((line) => line.length > Math.max(width, 1));
    // Only a word that is longer than the line, which survives being copied.
    expect(long.filter((line) => line.trim().includes(' ') && !/^\s*(?:\S+|. \S+)$/.test(line))).toEqual([]);
  });
});

test('the demo of the sick server', async () => {
  const { stdout, exitCode } = await execa(process.execPath, [BIN, 'status', '--bundle', SICK_SERVER], {
    env: { NO_COLOR: '1', TZ: 'UTC', COLUMNS: '80', HOME: folder },
    stripFinalNewline: false,
  });
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot('../golden/status/demo.exit-0.txt');
});

test('as JSON, of the schema and nothing else', async () => {
  const bundle = await asOrdinaryUser(folder);
  const { stdout } = await execa(
    process.execPath,
    [BIN, 'status', '--json', '--bundle', SICK_SERVER, '--bundle', bundle],
    { env: { HOME: folder } },
  );
  const { targets } = statusSchema.parse(JSON.parse(stdout));
  expect(targets.map(({ name }) => name)).toEqual(['minipc', 'ordinary-user']);
  expect(targets[0]?.containers?.items.map(({ name, state }) => [name, state])).toContainEqual([
    'uptime-kuma',
    'failed',
  ]);
  expect(targets[1]?.containers?.notRead).toEqual(['root is required: run with --sudo']);
});

test('a host of which nothing can be read is named with the reason, and the exit status is 3', async () => {
  const { stdout, exitCode } = await execa(
    process.execPath,
    [BIN, 'status', '--host', 'nowhere.invalid', '--bundle', SICK_SERVER],
    { env: { NO_COLOR: '1', HOME: folder }, reject: false },
  );
  expect(exitCode).toBe(3);
  expect(stdout).toContain('? UNKNOWN  nowhere.invalid: nothing could be read: ');
  expect(stdout).toContain('Containers: 2 of 5 running');
});

describe('a mark', () => {
  test('is that of a check, never one of its own', async () => {
    const { targets } = await statusOfHost({});
    expect(targets[0]?.containers?.items.map(({ verdict }) => verdict?.status)).toEqual(Array(4).fill('ok'));
    const unread = await statusOfHost({ unitJournal: DENIED });
    expect(unread.targets[0]?.containers?.items.map(({ verdict }) => verdict)).toEqual(
      Array(4).fill(undefined),
    );
  });

  test('is missing where what was found is waived', async () => {
    const given = {
      units: UNITS.replace(unit('immich-redis'), unit('immich-redis', FAILED)),
      containers: CONTAINERS.replace(container('immich-redis'), ''),
    };
    const markOf = async (waivers: Parameters<typeof statusOfHost>[1]) => {
      const { targets } = await statusOfHost(given, waivers);
      return targets[0]?.containers?.items.find(({ name }) => name === 'immich-redis')?.verdict?.status;
    };
    expect(await markOf([])).toBe('fail');
    const waived = ['container-state', 'redis-persistence', 'immich-server'].map((check) => ({
      check,
      reason: 'it is being moved',
      by: 'config.toml:3',
    }));
    expect(await markOf(waived)).toBe(undefined);
  });

  test('of a disk is that of storage, where it looked at that disk', async () => {
    const filesystems = (free: number) =>
      `mount 27 1 259:2 / / no ext4 /dev/nvme0n1p2 -\nmount 41 27 8:1 / /mnt/other no ext4 /dev/sda1 -\nspace 27 / 4096 61000000 ${free} 15000000 14000000\nspace 41 /mnt/other 4096 976000000 400000000 244000000 240000000\nend\n`;
    const marks = async (free: number) =>
      (await statusOfHost({ filesystems: filesystems(free) })).targets[0]?.disks?.items.map(
        ({ point, verdict }) => [point, verdict?.status],
      );
    expect(await marks(30_000_000)).toEqual([
      ['/', 'ok'],
      ['/mnt/other', undefined],
    ]);
    expect(await marks(10)).toEqual([
      ['/', 'fail'],
      ['/mnt/other', undefined],
    ]);
  });
});

const NO_SYSTEMD = { outcome: 'not-applicable', reason: 'systemd is not running here' } as const;

test('without a journal, a disk is unknown and the memory is not; what was not read of both is told', async () => {
  const noJournal = { stdout: '', stderr: 'No journal files were found.' };
  const given = { units: NO_SYSTEMD, kernelOom: noJournal, diskErrors: noJournal };
  const { targets } = await statusOfHost(given);
  const marks = targets[0]?.disks?.items.map(({ point, verdict }) => [point, verdict?.status]);
  expect(marks).toContainEqual(['/', 'unknown']);
  expect(targets[0]?.memory?.verdict?.status).toBe('ok');
  const text = await screen(given, 200);
  expect(text).toMatch(/^ {2}\? \/ /m);
  expect(text).toMatch(/^ {2}\? not fully checked: there is no journal \(not read: journalctl: errors of /m);
  expect(text).toMatch(/^ {2}✔ memory .*not read: kills by the OOM killer \(there is no journal\)$/m);
});

test('with a journal, they are in order', async () => {
  const { targets } = await statusOfHost({ units: NO_SYSTEMD });
  expect(targets[0]?.memory?.verdict?.status).toBe('ok');
  expect(targets[0]?.disks?.items[0]?.verdict?.status).toBe('ok');
});

test('nothing that was not read is in order', async () => {
  const ids = ['containers', 'units', 'filesystems', 'memory', 'tailscale', 'secrets'] as const;
  for (const name of ids) {
    const { targets } = await statusOfHost({ ...SERVER, [name]: DENIED });
    const [target] = targets;
    const parts = {
      containers: target?.containers,
      units: target?.containers,
      filesystems: target?.disks,
      tailscale: target?.tailnet,
      secrets: target?.secrets,
      memory: target?.memory,
    };
    expect(parts[name]?.notRead, name).toContain(DENIED.reason);
    const part = parts[name];
    const marks =
      part !== undefined && 'items' in part ? part.items.map(({ verdict }) => verdict) : [part?.verdict];
    expect(
      marks.map((mark) => mark?.status),
      name,
    ).not.toContain('ok');
  }
});

test.each([
  ['memoryGroups', 'memory of each container'],
  ['kernelOom', 'kills by the OOM killer'],
] as const)(
  'the mark of the memory is that of its check, and %s that was not read is told',
  async (fact, what) => {
    const { targets } = await statusOfHost({ [fact]: DENIED });
    expect(targets[0]?.memory).toMatchObject({
      verdict: { status: 'ok' },
      notRead: [`${what} (${DENIED.reason})`],
    });
  },
);

test('ports of a container whose inspect does not tell them are those of its unit, or not known', async () => {
  const port = {
    unitCommands: 'unit podman-plex.service\npodman run \n-p 127.0.0.1:32400:32400\n plex/plex:1 \n',
  };
  const withUnit = await statusOfHost({ ...port, units: unit('plex'), containers: container('plex') });
  expect(withUnit.targets[0]?.ports?.items).toMatchObject([
    { container: 'plex', port: 32_400, reach: 'this-host' },
  ]);
  const alone = await statusOfHost({ units: unit('other'), containers: container('plex', { unit: '' }) });
  expect(alone.targets[0]?.ports?.notRead).toContain('the ports that plex publishes are not known');
});

test('a container in the network of the host is not said to publish nothing', async () => {
  const text = await screen({
    units: unit('plex'),
    containers: container('plex', { ports: {}, networkMode: 'host' }),
  });
  expect(text).toContain('plex uses the network of the host');
  expect(text).not.toContain('none\n\nDisks');
});

test('what a check found is shown, also of a thing that has no line of its own', async () => {
  const mac = new TestMac();
  onTestFinished(() => mac.remove());
  mac.file(`${WATCHED}/IMG_0001.HEIC`, 'x', { age: 2 * HOUR });
  const target: Target = {
    name: 'mac',
    kind: 'local',
    collect: (all, given) => mac.collect(['sh', '-s'], all, given),
  };
  const told = await statusOf([target], checks, { ...options, timeoutMs: 20_000 });
  expect(told.targets[0]?.checks.fail).toBe(1);
  expect(told.targets[0]?.others).toMatchObject([{ check: 'upload-folder', verdict: { status: 'fail' } }]);
  expect(status(told, { color: false, width: 120 })).toMatch(
    /^ {2}✖ upload-folder\n {6}\S.* {2}upload-folder$/m,
  );
});

test('a list of containers that was not all read does not look whole', async () => {
  const text = await screen({ containers: container('plex', { unit: '' }), units: DENIED });
  expect(text).toContain('Containers: 1 of 1 running (partly read)');
});

test('names from a host are shown harmless', async () => {
  const text = await screen({ units: '', containers: container('evil\u001b[31m\u202e', { unit: '' }) });
  for (const char of ['\u001b', '\u202e']) expect(text).not.toContain(char);
  expect(text).toContain('evil\\u{1b}[31m\\u{202e}');
});

test('of many containers those in trouble come first, and the rest is counted', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `app-${index}`);
  const text = await screen({
    units: names.map((name) => unit(name, name === 'app-59' ? FAILED : {})).join(''),
    containers: names
      .slice(0, -1)
      .map((name) => container(name, { health: 'healthy' }))
      .join(''),
  });
  expect(text.split('\n').find((line) => line.includes('app-'))).toContain('✖ app-59');
  expect(text).toContain('and 20 more: --json');
});

test('a time before the boot, or none at all, is not invented', async () => {
  const { targets } = await statusOfHost({
    units: unit('plex', { ActiveEnterTimestamp: '', StateChangeTimestamp: '' }),
    containers: container('plex', { startedAt: '0001-01-01T00:00:00Z' }),
    system: `os=Linux\nhostname=minipc\nkernel=6.12\nuid=0\nuser=root\nnow=${NOW / 1000}\n`,
  });
  expect(targets[0]?.containers?.items[0]?.since).toBe(undefined);
  expect(targets[0]?.system.bootedAt).toBe(undefined);
  expect(BOOT).toBeLessThan(NOW);
});

describe('the command at the end', () => {
  const last = async (user: string, os: string, sudo: boolean) => {
    const told = await statusOfHost(SERVER);
    const targets = told.targets.map((each) => ({ ...each, system: { ...each.system, user, os } }));
    return status({ ...told, targets }, { color: false, width: 200 }, sudo)
      .trimEnd()
      .split('hsdoctor check')
      .at(-1);
  };
  test.each([
    ['root', 'NixOS 25.11', false, ' --host minipc'],
    ['root', 'NixOS 25.11', true, ' --host minipc --sudo'],
    ['ann', 'NixOS 25.11', false, ' --host minipc --sudo'],
    ['ann', 'macOS 15.3.1', false, ' --host minipc'],
  ])(
    'of %s on %s, sudo %s, is one that reads as much as the status, or more',
    async (user, os, sudo, command) => {
      expect(await last(user, os, sudo)).toBe(command);
    },
  );
});
