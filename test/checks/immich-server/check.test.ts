import { describe, expect, test } from 'vitest';
import {
  COMMANDS,
  CONTAINERS,
  container,
  FILESYSTEMS,
  idOf,
  judge,
  judgeAll,
  KERNEL,
  killed,
  MINUTE,
  NOW,
  POSTGRES_ANSWERS,
  REDIS_ANSWERS,
  SERVER_CONNECTED,
  scopeOf,
  UNITS,
  unit,
} from '../home-server.ts';
import { cases, justStarted, logged, REFUSED, server } from './kind-cases.ts';

const said = (given: Parameters<typeof judge>[1]) => {
  const { status, reason, findings } = judge('immich-server', given);
  return { status, reason, kinds: findings.map(({ kind }) => kind), first: findings[0] };
};

test('a server that answers is ok, and is counted', () => {
  expect(said({ immichServers: server() }).status).toBe('ok');
});

test('a host without Immich, and one on which it is not running, are not ok', () => {
  const other = (text: string) => text.replaceAll('immich-server', 'plex');
  const without = { units: other(UNITS), unitCommands: other(COMMANDS), containers: other(CONTAINERS) };
  expect(said({ immichServers: '', ...without }).status).toBe('skipped');
  expect(said({ immichServers: '' })).toMatchObject({
    status: 'skipped',
    reason: 'immich-server is not running',
  });
});

test.each([
  ['another user runs', 'podman', 'photos', 'it belongs to photos'],
  ['docker runs', 'docker', '', 'it runs under docker'],
])('one that %s is not told to be down', (_, engine, User, why) => {
  const id = `${engine}-immich-server.service`;
  const given = {
    immichServers: '',
    units: UNITS.replace(unit('immich-server'), unit('immich-server', { Id: id, User })),
    unitCommands: COMMANDS.replace('podman-immich-server.service', id),
    containers: '',
  };
  expect(said(given)).toMatchObject({
    status: 'unknown',
    kinds: [],
    reason: `whether immich-server answers: ${why}, whose containers are not listed`,
  });
});

test('a server that has just been started may take its time', () => {
  const { host } = cases['no-answer'] as { host: { immichServers: string } };
  expect(said({ ...host, containers: justStarted('immich-server') })).toMatchObject({
    status: 'unknown',
    kinds: [],
  });
});

test('one that has just been started, said that it listens, and does not answer, is down', () => {
  const { host } = cases['no-answer'] as { host: { immichServers: string } };
  const containerLog = logged(
    'LOG [Api:Bootstrap] Immich Server is listening on http://[::1]:2283',
    NOW - 50_000,
  );
  const given = { ...host, containers: justStarted('immich-server'), containerLog };
  expect(said(given).kinds).toEqual(['immich-server/no-answer']);
});

test('one that answers the ping, and not what it needs its database for, is not ok', () => {
  const asked = (more: string) => said({ immichServers: server({ config: '' }) + more });
  expect(asked('#curl config 0\n#status config 500\n')).toMatchObject({
    status: 'fail',
    kinds: ['immich-server/error-answer'],
  });
  expect(asked('#curl config 28\n#status config 000\n')).toMatchObject({
    status: 'unknown',
    kinds: [],
    reason: expect.stringContaining('does not tell its config (no answer in time)'),
  });
});

test('a redirect says nothing of the server', () => {
  const ping = '#curl ping 0\n#status ping 308';
  expect(said({ immichServers: server({ ping, version: '', config: '' }) })).toMatchObject({
    status: 'unknown',
    kinds: [],
  });
});

test('in maintenance the ping is not found, and that is no fault of its own', () => {
  const given = server({
    ping: '#curl ping 0\n#status ping 404',
    config: '{"isInitialized":true,"maintenanceMode":true}',
  });
  expect(said({ immichServers: given }).kinds).toEqual(['immich-server/maintenance']);
});

test('another program that answers the ping is not taken for Immich', () => {
  const ping = '#curl ping 0\n#status ping 200\n#body ping {"res":"something"}';
  expect(said({ immichServers: server({ ping, version: '', config: '' }) }).kinds).toEqual([
    'immich-server/something-else',
  ]);
});

test('the folder that lost its mark is named where it is on the host', () => {
  const { first } = said({
    containerLog: logged(REFUSED),
    immichServers: server({ marks: '#marked /srv/photos/upload\n#unmarked /mnt/disk/library' }),
  });
  expect(JSON.stringify(first?.remedy)).toContain('/mnt/disk/library');
});

test('a server that runs, and will not start again, is a warning; one whose folders were never marked is not', () => {
  const marks = '#marked /srv/photos/upload\n#unmarked /srv/photos/thumbs';
  expect(said({ immichServers: server({ marks }) })).toMatchObject({
    status: 'warn',
    kinds: ['immich-server/mark-missing'],
  });
  expect(said({ immichServers: server({ marks: '#unmarked /srv/photos/upload' }) }).status).toBe('ok');
});

test.each([
  ['masked', 'no container with an immich-server image'],
  ['not-found', 'no container with an immich-server image'],
  ['bad-setting', 'immich-server is not running'],
])('a server whose unit is %s, and that has no container, is skipped', (LoadState, reason) => {
  const { status, ...result } = judge('immich-server', {
    immichServers: '',
    units: UNITS.replace(
      unit('immich-server'),
      unit('immich-server', { LoadState, ActiveState: 'inactive', SubState: 'dead' }),
    ),
    containers: CONTAINERS.replace(container('immich-server'), ''),
  });
  expect([status, result.reason]).toEqual(['skipped', reason]);
});

test('the log of a quadlet that is down is of a container with another name', () => {
  const given = {
    immichServers: '',
    units: unit('immich-server.service', { ActiveState: 'activating', SubState: 'auto-restart' }),
    containers: '',
    unitCommands: 'unit immich-server.service\npodman run\n ghcr.io/immich-app/immich-server:v2\n',
    containerLog: logged(REFUSED).replace('"immich-server"', '"systemd-immich-server"'),
  };
  expect(said(given).kinds).toEqual(['immich-server/mark-missing']);
});

test('that the jobs of Immich were not asked for is said', () => {
  const unasked = judge('immich-server', { immichServers: server(), immichJobs: 'not asked\n' });
  expect(unasked).toMatchObject({ status: 'ok' });
  expect(unasked.reason).toContain('your settings have no URL and key');
});

describe('what explains that a server does not answer', () => {
  const { host } = cases['error-answer'] as { host: { immichServers: string } };
  const causeOf = (given: Parameters<typeof judgeAll>[0]) =>
    judgeAll({ ...host, ...given }).find(({ check }) => check === 'immich-server')?.findings[0]?.causedBy;
  const failing = (name: string) =>
    REDIS_ANSWERS.replaceAll('immich-redis', name).replace('said pong', 'error MISCONF Redis is configured');
  const beside = (name: string, over: Readonly<Record<string, unknown>> = {}) => ({
    containers: CONTAINERS + container(name, over),
    units: UNITS + unit(name),
  });
  const FULL = FILESYSTEMS.replace('976000000 400000000', '976000000 0');
  const photos = {
    mounts: [{ type: 'bind', source: '/mnt/photos/x', destination: '/data', writable: true }],
  };

  test('is what it uses itself', () => {
    const services = SERVER_CONNECTED + POSTGRES_ANSWERS;
    expect(causeOf({ dataServices: services + failing('immich-redis') })).toBe('redis-persistence');
    expect(causeOf({ kernelOom: KERNEL + killed(scopeOf(idOf('immich-postgres')), NOW - MINUTE) })).toBe(
      'container-oom',
    );
    const containers = CONTAINERS.replace(container('immich-postgres'), container('immich-postgres', photos));
    expect(causeOf({ containers, filesystems: FULL })).toBe('storage');
  });

  test('is not what another program suffers from', () => {
    const services = SERVER_CONNECTED + POSTGRES_ANSWERS + REDIS_ANSWERS;
    const other = beside('paperless-redis', { image: 'docker.io/library/redis:7' });
    expect(causeOf({ ...other, dataServices: services + failing('paperless-redis') })).toBeUndefined();
    expect(
      causeOf({ ...beside('plex'), kernelOom: KERNEL + killed(scopeOf(idOf('plex')), NOW - MINUTE) }),
    ).toBeUndefined();
    expect(causeOf({ ...beside('plex', photos), filesystems: FULL })).toBeUndefined();
  });

  test('a lost mark is not explained by a disk that it does not lie on', () => {
    const results = judgeAll({
      immichServers: server({ marks: '#marked /mnt/photos/upload\n#unmarked /mnt/photos/library' }),
      filesystems: FILESYSTEMS.replace('130000 90000 0 0', '130000 90 0 0'),
    });
    const all = results.flatMap(({ findings }) => findings);
    expect(all.map(({ kind, causedBy }) => [kind, causedBy])).toEqual([
      ['storage/full', undefined],
      ['immich-server/mark-missing', undefined],
    ]);
  });
});
