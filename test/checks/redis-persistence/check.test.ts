import { describe, expect, test } from 'vitest';
import {
  CONTAINERS,
  container,
  type Given,
  judge,
  judgeAll,
  lastingOf,
  logged,
  MINUTE,
  NOW,
  nowOf,
  POSTGRES_ANSWERS,
  REDIS_ANSWERS,
  SERVER_CONNECTED,
  STARTED,
  UNITS,
  unit,
} from '../home-server.ts';
import { answering, notStarting, REDIS } from './kind-cases.ts';

const redis = (given: Given) => judge('redis-persistence', given);
const kindsOf = (given: Given) => redis(given).findings.map(({ kind }) => kind.replace(/.*\//, ''));
const mounting = (source: string, over: Readonly<Record<string, unknown>> = {}) =>
  CONTAINERS.replace(
    container(REDIS),
    container(REDIS, { mounts: [{ type: 'bind', source, destination: '/data', writable: true }], ...over }),
  );

const DENIED_SAVE =
  '56:C 10 Mar 2026 11:59:00.000 # Failed opening the temp RDB file temp-56.rdb (in server root dir /data) for saving: Permission denied';
const FULL_SAVE =
  '56:C 10 Mar 2026 11:59:00.000 # Write error saving DB on disk(rdbSaveRio): No space left on device';
const SAVED = '1:M 10 Mar 2026 11:59:30.000 * Background saving terminated with success';
const FAILING = REDIS_ANSWERS.replace('bgsave_status ok', 'bgsave_status err').replace(
  'said pong',
  "error MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.",
);
const PROTECTED = `service redis ${REDIS} 4003 S\naddress 127.0.0.1:6379\nuser 999\ngroup 999\nerror NOAUTH Authentication required.\nasked 0\n`;
const log = (...texts: readonly string[]) => texts.map((text) => logged(REDIS, text, NOW - MINUTE)).join('');

test('a Redis that answers and has saved is ok, and counted', () => {
  const { status, lookedAt } = redis({});
  expect([status, lookedAt]).toEqual(['ok', { redisServers: 1 }]);
});

test.each([
  [
    'a machine elsewhere',
    { env: ['REDIS_HOSTNAME=nas'] },
    '(nas) answers and can save: it is not in a container',
  ],
  [
    'one behind a socket',
    { env: ['REDIS_SOCKET=/run/redis.sock'] },
    '(/run/redis.sock) answers and can save',
  ],
  [
    'what a variable tells that is not read',
    { env: [], secretEnv: ['REDIS_URL'] },
    'REDIS_URL tells where it is',
  ],
])('the Redis of another program says nothing of a server whose own is %s', (_, over, why) => {
  const given = {
    units: UNITS.replace(unit(REDIS), ''),
    containers:
      CONTAINERS.replace(container(REDIS), '').replace(
        container('immich-server'),
        container('immich-server', over),
      ) +
      container('paperless-redis', {
        image: 'docker.io/library/redis:7',
        unit: '',
        networks: [{ name: 'paperless', address: '10.90.0.2', gateway: '10.90.0.1' }],
      }),
    dataServices: SERVER_CONNECTED + POSTGRES_ANSWERS + REDIS_ANSWERS.replace(REDIS, 'paperless-redis'),
  };
  expect(redis(given)).toMatchObject({ status: 'unknown', findings: [] });
  expect(redis(given).reason).toContain(why);
});

describe('one that was stopped by a signal', () => {
  const stopped = (pid: number) =>
    redis({
      ...answering(`service redis ${REDIS} 4003 T\naddress 127.0.0.1:6379\nasked 137\n`),
      containers: CONTAINERS.replace(container(REDIS), container(REDIS, { pid })),
    }).findings[0];

  test('is to continue', () => {
    expect(stopped(4003)?.title).toBe('immich-redis does not answer: its process was stopped');
    expect(nowOf(stopped(4003))).toEqual(['$ sudo podman kill --signal CONT -- immich-redis']);
  });

  test('is not promised to continue by a signal that goes to another process of its container', () => {
    expect(nowOf(stopped(4000))).toEqual([]);
    expect(lastingOf(stopped(4000))).toEqual([
      '$ ps -o pid,ppid,state,comm -p 4003',
      '$ sudo kill -s CONT 4003',
    ]);
  });
});

test('one that hangs is restarted only after a look', () => {
  const [finding] = redis(
    answering(`service redis ${REDIS} 4003 D\naddress 127.0.0.1:6379\nasked 137\n`),
  ).findings;
  expect(finding?.title).toBe('immich-redis does not answer');
  expect([nowOf(finding).length, lastingOf(finding).at(-1)]).toEqual([
    0,
    '$ sudo systemctl restart -- podman-immich-redis.service',
  ]);
});

test('where its folder is seen to be of another user, it is given back', () => {
  const [finding] = redis({
    ...answering(FAILING.replace('folder 999 999', 'folder 0 0')),
    containers: mounting('/srv/redis'),
    containerLog: log(DENIED_SAVE, '1:M 10 Mar 2026 11:59:00.000 # Background saving error'),
  }).findings;
  expect(finding?.title).toBe('immich-redis cannot save: permission denied');
  expect(finding?.count).toBe(2);
  expect(nowOf(finding)).toEqual(['$ sudo chown -- 999:999 /srv/redis']);
  expect(lastingOf(finding)[0]).toContain('remove the line for /data (/srv/redis) from its volumes');
});

describe('a folder is not given to Redis', () => {
  const FOREIGN = FAILING.replace('folder 999 999', 'folder 0 0');
  const mount = (over: Readonly<Record<string, unknown>>) =>
    mounting('/srv/redis', {
      mounts: [{ type: 'bind', source: '/srv/redis', destination: '/data', writable: true, ...over }],
    });
  const beside = (source: string) =>
    mounting('/srv/redis') +
    container('nextcloud', { mounts: [{ type: 'bind', source, destination: '/x', writable: true }] });

  test.each<[string, string, string]>([
    [
      'where it saves below what is mounted: a link there leads anywhere',
      mounting('/srv/redis'),
      FOREIGN.replace('value dir /data', 'value dir /data/sub'),
    ],
    ['where nothing can be written in the mount', mount({ writable: false }), FOREIGN],
    ['where its mode keeps the owner out, too', mounting('/srv/redis'), FOREIGN.replace(' 755', ' 555')],
    ['where another container mounts it, too', beside('/srv/redis'), FOREIGN],
    ['where another container mounts a part of it', beside('/srv/redis/nextcloud'), FOREIGN],
    ...['/', '/srv', '/mnt/photos', '/home/ann', '/var/lib', '/etc/redis', '/run/agenix', '/boot/x'].map(
      (source): [string, string, string] => [`where it is ${source}`, mounting(source), FOREIGN],
    ),
  ])('%s', (_, containers, answers) => {
    const [finding] = redis({ ...answering(answers), containers }).findings;
    expect(finding).toBeDefined();
    expect(nowOf(finding)).toEqual([]);
  });

  test('but it is beside one that another container mounts', () => {
    const [finding] = redis({ ...answering(FOREIGN), containers: beside('/srv/redis-2') }).findings;
    expect(nowOf(finding)).toEqual(['$ sudo chown -- 999:999 /srv/redis']);
  });
});

test('a full disk says MISCONF too: its owner is not touched, and the disk explains it', () => {
  const [finding] = redis({
    ...answering(FAILING),
    containers: mounting('/srv/redis'),
    containerLog: log(FULL_SAVE),
  }).findings;
  expect(finding?.title).toBe('immich-redis cannot save: no space left on device');
  expect(nowOf(finding)).toEqual([]);
  expect(lastingOf(finding).join()).not.toMatch(/remove the volume|chown/);
});

test.each([
  ['a failure that was followed by a save', { containerLog: log(DENIED_SAVE, SAVED) }],
  ['one of before the present run', { containerLog: logged(REDIS, DENIED_SAVE, STARTED - MINUTE) }],
  ['a failed save, where Redis itself says that the last one succeeded', { containerLog: log(DENIED_SAVE) }],
  [
    'a Redis that was told to save nothing',
    answering(
      REDIS_ANSWERS.replace('save 3600 1 300 100 60 10000', 'save ').replace('folder 999 999', 'folder 0 0'),
    ),
  ],
  [
    'a folder that its group may write to',
    answering(REDIS_ANSWERS.replace('folder 999 999 755', 'folder 0 999 775')),
  ],
  [
    'a Redis that runs as root',
    answering(REDIS_ANSWERS.replace('user 999', 'user 0').replace('folder 999', 'folder 5')),
  ],
  ['with a password, and a save in its log', { ...answering(PROTECTED), containerLog: log(SAVED) }],
])('%s is no fault', (_, given) => {
  expect([redis(given).status, redis(given).reason]).toEqual(['ok', undefined]);
});

test.each([
  ['wants a password, and its log has no word of a save', answering(PROTECTED)],
  [
    'wants a password, and its log is elsewhere',
    { ...answering(PROTECTED), containers: mounting('/x', { logDriver: 'k8s-file' }) },
  ],
  [
    'is loading its data',
    answering(PROTECTED.replace('NOAUTH Authentication required.', 'LOADING Redis is loading')),
  ],
  ['was not asked', answering('')],
  [
    'takes no plain connection',
    answering(`service redis ${REDIS} 4003 S\naddress 127.0.0.1:6379\nasked 9\n`),
  ],
  ['is another program', answering(`service redis ${REDIS} 4003 -\nasked none\n`)],
  ['has only a socket', answering(`service redis ${REDIS} 4003 S\nasked socket\n`)],
  ['says nothing of its saves', answering(REDIS_ANSWERS.replace(/^value .*\n/gm, ''))],
  ['has a folder that was not read', answering(REDIS_ANSWERS.replace(/^folder .*\n/m, ''))],
])('one that %s is not called ok', (_, given) => {
  expect(redis(given).findings).toEqual([]);
  expect(redis(given).status).toBe('unknown');
});

test('with a password, its own log tells', () => {
  expect(kindsOf({ ...answering(PROTECTED), containerLog: log(SAVED, DENIED_SAVE) })).toEqual([
    'cannot-save',
  ]);
});

test('while it loads its data, whether it can save is not known', () => {
  const loading = REDIS_ANSWERS.replace(
    'said pong',
    'error LOADING Redis is loading the dataset in memory',
  ).replace('loading 0', 'loading 1');
  const { status, reason } = redis(answering(loading));
  expect([status, reason]).toEqual(['unknown', expect.stringContaining('it is loading its data')]);
});

test.each([
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
])('one that can save and refuses what it is asked is not called ok: %s', (error) => {
  const { status, reason } = redis(answering(REDIS_ANSWERS.replace('said pong', `error ${error}`)));
  expect([status, reason]).toEqual(['unknown', expect.stringContaining(error)]);
});

test('one that was stopped together with the server is not missed', () => {
  const stopped = { ActiveState: 'inactive', SubState: 'dead', ActiveEnterTimestamp: '' };
  const server = unit('immich-server');
  const alone: Given = {
    ...answering(''),
    units: UNITS.replace(unit(REDIS), unit(REDIS, stopped)),
    containers: CONTAINERS.replace(container(REDIS), ''),
  };
  const both: Given = {
    ...alone,
    units: String(alone.units).replace(server, unit('immich-server', stopped)),
    containers: String(alone.containers).replace(container('immich-server'), ''),
  };
  expect([kindsOf(alone), kindsOf(both), redis(both).status]).toEqual([['down'], [], 'unknown']);
});

test.each([
  'Unexpected end of file reading the append only file appendonly.aof.1.incr.aof. You can: 1) Make a backup of your AOF file',
  'Internal error in RDB reading offset 0, function at rdb.c:3003 -> Unexpected EOF reading RDB file',
  'Terminating server after rdb file reading failure.',
])('data that cannot be read keeps it from starting: %s', (text) => {
  expect(kindsOf(notStarting(`1:M 10 Mar 2026 11:59:00.000 # ${text}`))).toEqual(['cannot-load']);
});

test('what cannot save and takes writes all the same is a warning', () => {
  const given = answering(REDIS_ANSWERS.replace('bgsave_status ok', 'bgsave_status err'));
  expect(redis(given).findings[0]?.status).toBe('warn');
});

test('a folder of append-only files that it may not write to keeps it from starting', () => {
  const given = notStarting(
    "1:M 10 Mar 2026 11:59:00.000 # Can't open or create append-only dir appendonlydir: Permission denied",
  );
  expect(kindsOf(given)).toEqual(['cannot-save']);
});

test('damaged data is moved away, never removed', () => {
  const given = notStarting(
    '1:M 10 Mar 2026 11:59:00.000 # Wrong signature trying to load DB from file',
    '1:M 10 Mar 2026 11:59:00.000 # Fatal error loading the DB: Invalid argument. Exiting.',
  );
  const [finding] = redis(given).findings;
  expect(finding?.title).toBe('immich-redis cannot start: wrong signature trying to load DB');
  expect(lastingOf(finding).join()).not.toMatch(/\brm\b|[Dd]elete|[Rr]emove/);
});

test('what is told of it explains the failure of its container, and is explained by that where it only does not run', () => {
  const of = (given: Given, id: string) => judgeAll(given).find(({ check }) => check === id)?.findings[0];
  const damaged = notStarting('1:M # Wrong signature trying to load DB from file');
  expect(of(damaged, 'container-state')?.causedBy).toBe('redis-persistence');
  expect(of(notStarting(), 'redis-persistence')?.causedBy).toBe('container-state');
  expect(of(notStarting(), 'container-state')?.causedBy).toBeUndefined();
});

test('a paused one is explained by its container', () => {
  const given = {
    dataServices: SERVER_CONNECTED + POSTGRES_ANSWERS,
    containers: CONTAINERS.replace(container(REDIS), container(REDIS, { state: 'paused' })),
  };
  const [finding] = redis(given).findings;
  expect([finding?.kind, finding?.causedBy]).toEqual(['redis-persistence/down', 'container-state']);
});

test('a stopped one of another service is not known to be needed', () => {
  const units = UNITS + unit('paperless-broker', { ActiveState: 'inactive', SubState: 'dead', WantedBy: '' });
  const given: Given = {
    units,
    containers: CONTAINERS + container('paperless-broker', { image: 'redis:7', state: 'exited' }),
  };
  expect([redis(given).findings, redis(given).status]).toEqual([[], 'unknown']);
});

test('where Redis is elsewhere, only the words of the server tell', () => {
  const given: Given = {
    units: UNITS.replace(unit(REDIS), ''),
    containers: CONTAINERS.replace(container(REDIS), ''),
    unitCommands: '',
    dataServices: SERVER_CONNECTED + POSTGRES_ANSWERS,
  };
  expect(redis(given).status).toBe('unknown');
  const said = logged(
    'immich-server',
    'ReplyError: MISCONF Redis is configured to save RDB snapshots',
    NOW - MINUTE,
  );
  expect(kindsOf({ ...given, containerLog: said })).toEqual(['cannot-save']);
});
