import { describe, expect, test } from 'vitest';
import {
  COMMANDS,
  CONTAINERS,
  container,
  DENIED,
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
  stamp,
  UNITS,
  unit,
} from '../home-server.ts';
import {
  complaining,
  crashing,
  DATABASE,
  notStarting,
  postgres,
  SERVER,
  WRONG_PASSWORD,
} from './kind-cases.ts';

const HOUR = 60 * MINUTE;
const database = (given: Given) => judge('immich-database', given);
const found = (given: Given) =>
  database(given).findings.map(({ kind, title }) => [kind.replace(/.*\//, ''), title] as const);
const kinds = (given: Given) => found(given).map(([kind]) => kind);
const serverSaid = (text: string, at: number) => logged(SERVER, text, at);
const databaseSaid = (text: string, at: number) => logged(DATABASE, postgres(text), at);
const LISTENING = 'Immich Server is listening on http://[::1]:2283';
const READY = 'LOG:  database system is ready to accept connections';
const AUTH = 'FATAL:  password authentication failed for user "immich"';
const NO_CONNECTION = 'service server immich-server 4001 -\n';
const without = (server: string) => ({ dataServices: server + POSTGRES_ANSWERS + REDIS_ANSWERS });
const inPlaceOf = (name: string, over: Readonly<Record<string, unknown>>) =>
  CONTAINERS.replace(container(name), container(name, over));
const ENV = ['DB_HOSTNAME=immich-postgres', 'DB_USERNAME=immich', 'REDIS_HOSTNAME=immich-redis'];

test('a database that answers, and to which the server is connected, is ok and counted', () => {
  const { status, lookedAt } = database({});
  expect([status, lookedAt]).toEqual(['ok', { immichDatabases: 1 }]);
});

test('equal passwords that are refused: the database keeps the one of its creation, and psql asks for the new one', () => {
  const given = crashing(WRONG_PASSWORD, "  code: '28P01',", 'api worker exited with code 1', WRONG_PASSWORD);
  const [finding] = database({
    ...given,
    containers: inPlaceOf(DATABASE, { env: ['POSTGRES_USER=immich'] }).replace(container(SERVER), ''),
  }).findings;
  expect(finding?.title).toBe('immich-server cannot log in to immich-postgres: wrong password');
  expect(finding?.summary).toContain('Both are given the same password, but');
  expect([finding?.count, finding?.since]).toEqual([2, new Date(NOW - MINUTE).toISOString()]);
  expect(lastingOf(finding)).toEqual([
    '$ sudo podman exec --interactive --tty -- immich-postgres psql --username immich --dbname postgres',
    '$ sudo systemctl restart -- podman-immich-server.service',
  ]);
});

test('passwords that could not be compared are not called equal', () => {
  const { findings } = database({ ...crashing(WRONG_PASSWORD), databasePasswords: '' });
  expect(findings[0]?.summary).toContain('could not be compared');
  expect(findings[0]?.remedy?.lasting[0]).toMatchObject({ text: expect.stringContaining('First compare') });
});

test('a role that the database does not have is told from a wrong password by its log', () => {
  const given = crashing('PostgresError: password authentication failed for user "fotos"');
  const detail =
    databaseSaid('FATAL:  password authentication failed for user "fotos"', NOW - MINUTE) +
    databaseSaid('DETAIL:  Role "fotos" does not exist.', NOW - MINUTE);
  expect(found({ ...given, containerLog: String(given.containerLog) + detail })).toEqual([
    ['no-role', 'immich-server cannot log in to immich-postgres: it has no role "fotos"'],
  ]);
});

test.each([
  [
    'Error: getaddrinfo EAI_AGAIN immich-postgres',
    'immich-server cannot resolve immich-postgres, the name of its database',
  ],
  [
    'Error: connect ECONNREFUSED 10.89.0.5:5432',
    'immich-server cannot connect to immich-postgres (ECONNREFUSED 10.89.0.5:5432)',
  ],
  [
    'Error: write CONNECT_TIMEOUT immich-postgres:5432',
    'immich-server cannot connect to immich-postgres (CONNECT_TIMEOUT immich-postgres:5432)',
  ],
  [
    'Error: connect EHOSTUNREACH 10.89.0.5:5432',
    'immich-server cannot connect to immich-postgres (EHOSTUNREACH 10.89.0.5:5432)',
  ],
  [
    'PostgresError: no pg_hba.conf entry for host "10.89.0.4", user "immich", database "immich", no encryption',
    'immich-postgres refuses immich-server: no pg_hba.conf entry for host "10.89.0.4", user "immich", database "immich", no encryption',
  ],
  [
    '[Nest] 7  - 05/22/2025, 9:33:04 AM   FATAL [Microservices:DatabaseService] Failed to activate VectorChord extension.',
    'immich-postgres lacks what Immich needs: no VectorChord extension',
  ],
  [
    'Error: No vector extension found. Available extensions: vchord, vector',
    'immich-postgres lacks what Immich needs: no vector extension found',
  ],
  [
    'PostgresError: vchord must be loaded via shared_preload_libraries.',
    'immich-postgres lacks what Immich needs: vchord is not loaded',
  ],
  [
    'Error: The pgvecto.rs extension version is 0.1.11, but Immich only supports 0.2.0 and later minor releases.',
    'immich-server does not start: pgvecto.rs extension version is 0.1.11, Immich supports 0.2.0 and later minor releases',
  ],
  [
    'PostgresError: role "immich" is not permitted to log in',
    'immich-postgres refuses immich-server: role "immich" is not permitted to log in',
  ],
  [
    'Error: write CONNECTION_CLOSED immich-postgres:5432',
    'immich-server cannot connect to immich-postgres (CONNECTION_CLOSED immich-postgres:5432)',
  ],
  [
    'Error: connect ENOENT /run/postgresql/.s.PGSQL.5432',
    'immich-server cannot connect to immich-postgres (ENOENT /run/postgresql/.s.PGSQL.5432)',
  ],
  [
    'Error: The database currently has VectorChord 1.0.0 activated, but the Postgres instance only has 0.4.3 available.',
    'immich-server does not start: VectorChord 1.0.0 is activated, its image has 0.4.3',
  ],
  [
    'Error: corrupted migrations: previously executed migration 1752-Add is missing',
    'immich-server cannot upgrade its database: corrupted migrations: previously executed migration 1752-Add is missing',
  ],
  [
    'Migrations failed: Error: Invalid upgrade path. For more information, see https://immich.app/errors#typeorm-upgrade',
    'immich-server does not start: its upgrade skipped v1.132 to v1.136',
  ],
  [
    '[Nest] 7  - 09/17/2025   WARN [Microservices:DatabaseRepository] Migration "1744910873969-InitialMigration" failed',
    'immich-server cannot upgrade its database: migration "1744910873969-InitialMigration" failed',
  ],
])('the server says: %s', (text, title) => {
  expect(found(crashing(text)).map(([, told]) => told)).toEqual([title]);
});

test.each([
  [
    'PostgresError: Passwort-Authentifizierung für Benutzer »immich« fehlgeschlagen',
    '28P01',
    'immich-server cannot log in to immich-postgres: wrong password',
  ],
  [
    'PostgresError: Datenbank »immich« existiert nicht',
    '3D000',
    'immich-server cannot use immich-postgres: it has no database "immich"',
  ],
  [
    'PostgresError: kein pg_hba.conf-Eintrag für Host »10.89.0.4«',
    '28000',
    'immich-postgres refuses immich-server: it does not accept this login (error 28000)',
  ],
  [
    'PostgresError: Peer authentication failed for user "immich"',
    '28000',
    'immich-postgres refuses immich-server: Peer authentication failed for user "immich"',
  ],
])('a database of any language is understood by its codes: %s', (text, code, title) => {
  expect(found(crashing(text, `  code: '${code}',`)).map(([, told]) => told)).toEqual([title]);
});

test.each([
  ['says nothing of it', crashing('microservices worker exited with code 1')],
  ['complains of its Redis', crashing('Error: connect ECONNREFUSED 10.89.0.6:6379')],
])('whether a server that keeps failing and %s can use its database is not known', (_, given) => {
  const { status, findings, reason } = database(given);
  expect([status, findings]).toEqual(['unknown', []]);
  expect(reason).toContain('it keeps failing, and does not say that its database is why');
});

test.each([
  ['was just started', { ActiveEnterTimestamp: stamp(NOW - MINUTE) }, NO_CONNECTION, 'a moment ago'],
  ['was not read', {}, '', 'its connections were not read'],
])('a server that %s and has no connection is not called ok', (_, over, server, reason) => {
  const result = database({
    units: UNITS.replace(unit(SERVER), unit(SERVER, over)),
    ...without(server),
  });
  expect([result.status, result.findings]).toEqual(['unknown', []]);
  expect(result.reason).toContain(reason);
});

test.each([
  // cspell:disable
  'LOG:  Datenbanksystem ist bereit, um Verbindungen anzunehmen',
  'LOG:  le système de bases de données est prêt pour accepter les connexions',
  '로그:  이제 데이터베이스 서버로 접속할 수 있습니다',
  // cspell:enable
])('what a database says in another language is not understood, and not ok: %s', (text) => {
  const { status, findings, reason } = database(complaining(postgres(text)));
  expect([status, findings]).toEqual(['unknown', []]);
  expect(reason).toContain('immich-postgres complains of: it does not log in English');
});

test('a damaged page is told where the database goes on reading it', () => {
  const text = 'WARNING:  page verification failed, calculated checksum 1 but expected 2';
  expect(kinds(complaining(postgres(text)))).toEqual(['damaged']);
});

test('the database of a server whose container is gone is the one that is called after it', () => {
  const server = unit('photos-server', {
    ActiveState: 'activating',
    SubState: 'auto-restart',
    NRestarts: 40,
    ActiveEnterTimestamp: '',
  });
  const two = (name: string): Given => ({
    units: UNITS + server + unit(name),
    containers: CONTAINERS + container(name, { image: 'docker.io/library/postgres:16' }),
    unitCommands: `${COMMANDS}unit podman-photos-server.service\npodman run \n ghcr.io/immich-app/immich-server:v2 \n`,
    dataServices: `${SERVER_CONNECTED}${POSTGRES_ANSWERS}${POSTGRES_ANSWERS.replaceAll(DATABASE, name)}${REDIS_ANSWERS}`,
    containerLog: logged('photos-server', WRONG_PASSWORD, NOW - MINUTE),
  });
  expect(found(two('photos-db')).map(([, title]) => title)).toEqual([
    'photos-server cannot log in to photos-db: wrong password',
  ]);
});

test.each([
  [
    'FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership',
    'immich-postgres cannot start: permission denied for /var/lib/postgresql/data',
  ],
  [
    'FATAL:  data directory "/var/lib/postgresql/data" has invalid permissions',
    'immich-postgres cannot start: permission denied for /var/lib/postgresql/data',
  ],
  [
    'LOG:  could not open configuration file "/var/lib/postgresql/data/postgresql.conf": Permission denied',
    'immich-postgres cannot start: permission denied for /var/lib/postgresql/data/postgresql.conf',
  ],
  [
    'DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version 15.18 (Debian 15.18-0+deb12u1).',
    'immich-postgres cannot start: its data folder is of another Postgres (14, not 15.18)',
  ],
  [
    'FATAL:  could not access file "vchord.so": No such file or directory',
    'immich-postgres lacks what Immich needs: vchord.so is not in its image',
  ],
  [
    'PANIC:  could not locate a valid checkpoint record',
    'immich-postgres is damaged: could not locate a valid checkpoint record',
  ],
])('the database says at its start: %s', (text, title) => {
  expect(found(notStarting(postgres(text))).map(([, told]) => told)).toContain(title);
});

test.each([
  [
    'postgres: could not access the server configuration file "/var/lib/postgresql/data/postgresql.conf": Permission denied',
    'wrong-owner',
  ],
  ["chown: changing ownership of '/var/lib/postgresql/data': Operation not permitted", 'wrong-owner'],
  ["mkdir: cannot create directory '/var/lib/postgresql/data': Permission denied", 'wrong-owner'],
  ['Error: in 18+, these Docker images are configured to store database data in a', 'other-major-version'],
])('its start script says: %s', (text, kind) => {
  expect(kinds(notStarting(text))).toContain(kind);
});

test.each([
  ['ERROR:  could not access file "$libdir/vectors": No such file or directory', 'extension-missing'],
  ['ERROR:  extension "vchord" is not available', 'extension-missing'],
  ['ERROR:  missing chunk number 0 for toast value 16500 in pg_toast_2619', 'damaged'],
  ['ERROR:  could not read block 12 in file "base/16384/2601": read only 0 of 8192 bytes', 'damaged'],
  ['PANIC:  could not write to file "pg_wal/xlogtemp.42": No space left on device', 'cannot-write'],
  [
    'LOG:  could not write temporary statistics file "pg_stat_tmp/db_0.tmp": Read-only file system',
    'cannot-write',
  ],
])('the running database says: %s', (text, kind) => {
  expect(kinds(complaining(postgres(text)))).toEqual([kind]);
});

test.each([
  [
    'the password is right since: the server listens',
    serverSaid(WRONG_PASSWORD, NOW - 2 * MINUTE) + serverSaid(LISTENING, NOW - MINUTE),
  ],
  ['it is of before the present run', serverSaid(WRONG_PASSWORD, STARTED - MINUTE)],
  [
    'the database was not up yet',
    serverSaid('Error: connect ECONNREFUSED 10.89.0.5:5432', NOW - 2 * MINUTE) +
      databaseSaid(READY, NOW - MINUTE),
  ],
  [
    'the server has connections since',
    serverSaid('Error: getaddrinfo EAI_AGAIN immich-postgres', NOW - 5 * MINUTE),
  ],
  [
    'a name of something else is not resolved',
    serverSaid('Error: getaddrinfo EAI_AGAIN github.com', NOW - 1000),
  ],
  [
    'its Redis cannot be resolved',
    serverSaid('[ioredis] Unhandled error event: Error: getaddrinfo ENOTFOUND immich-redis', NOW - 1000),
  ],
  ['its Redis refuses connections', serverSaid('Error: connect ECONNREFUSED 10.89.0.6:6379', NOW - 1000)],
  ['the database turned another program away', databaseSaid(AUTH, NOW - 1000)],
  [
    'a file of before the last start that a start does without',
    databaseSaid('PANIC:  could not locate a valid checkpoint record', NOW - HOUR) +
      databaseSaid(READY, NOW - MINUTE),
  ],
  [
    'room was made an hour ago',
    databaseSaid('ERROR:  could not extend file "base/5/1": No space left on device', NOW - 2 * HOUR),
  ],
  [
    'another program lacks its extension',
    databaseSaid('ERROR:  pg_stat_statements must be loaded via shared_preload_libraries', NOW - 1000),
  ],
  [
    'a statement that has such words in it',
    databaseSaid(
      "STATEMENT:  select 'FATAL: invalid page in block', 'x: No space left on device'",
      NOW - 1000,
    ),
  ],
  [
    'a folder that the start script can do without',
    logged(
      DATABASE,
      "chmod: changing permissions of '/var/run/postgresql': Operation not permitted",
      NOW - 1000,
    ),
  ],
  [
    'the wrong ownership was corrected: it answers',
    databaseSaid('FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership', NOW - MINUTE),
  ],
])('no fault: %s', (_, containerLog) => {
  const { status, findings } = database({ containerLog });
  expect([findings.map(({ title }) => title), status]).toEqual([[], 'ok']);
});

test('a few failures while both start are no fault yet, and not ok', () => {
  const started = { ActiveEnterTimestamp: stamp(NOW - MINUTE) };
  const given: Given = {
    units: UNITS.replace(unit(SERVER), unit(SERVER, started)).replace(
      unit(DATABASE),
      unit(DATABASE, started),
    ),
    ...without(NO_CONNECTION),
    containerLog: serverSaid('Error: connect ECONNREFUSED 10.89.0.5:5432', NOW - 20_000),
  };
  const { status, reason, findings } = database(given);
  expect([findings, status]).toEqual([[], 'unknown']);
  expect(reason).toContain('check again in a minute');
});

test('a running server that cannot log in for minutes is a fault', () => {
  const containerLog = [9, 6, 3, 1].map((ago) => serverSaid(WRONG_PASSWORD, NOW - ago * MINUTE)).join('');
  expect(kinds({ ...without(NO_CONNECTION), containerLog })).toEqual(['wrong-password']);
});

test.each([
  ['has no connection to its database', without(NO_CONNECTION), 'it has no connection to port 5432'],
  [
    'failed once and is silent since',
    { ...without(NO_CONNECTION), containerLog: serverSaid(WRONG_PASSWORD, NOW - HOUR) },
    'has not said since that it works',
  ],
  [
    'logs elsewhere',
    { containers: inPlaceOf(SERVER, { env: ENV, logDriver: 'k8s-file' }) },
    'its log driver is k8s-file',
  ],
  [
    'has a database that logs elsewhere',
    { containers: inPlaceOf(DATABASE, { logDriver: 'none' }) },
    'its log driver is none',
  ],
  [
    'has a database that was not asked',
    { dataServices: SERVER_CONNECTED + REDIS_ANSWERS },
    'whether immich-postgres answers: it was not asked',
  ],
  [
    'has its database on another machine',
    { containers: inPlaceOf(SERVER, { env: ['DB_HOSTNAME=db.example.org'] }) },
    'db.example.org',
  ],
  [
    'does not run',
    {
      units: UNITS.replace(unit(SERVER), unit(SERVER, { ActiveState: 'inactive', SubState: 'dead' })),
      containers: CONTAINERS.replace(container(SERVER), ''),
    },
    'immich-server is not running',
  ],
])('a server that %s is not called ok', (_, given: Given, reason) => {
  const result = database(given);
  expect([result.findings, result.status]).toEqual([[], 'unknown']);
  expect(result.reason).toContain(reason);
});

test('which of two databases is its own is told by its variables, its networks or its name', () => {
  const other = container('paperless-db', { image: 'docker.io/library/postgres:16', unit: '' });
  const damaged = (name: string) =>
    logged(name, postgres('ERROR:  invalid page in block 1 of relation base/5/1'), NOW - MINUTE);
  const both = { containers: CONTAINERS + other, containerLog: damaged('paperless-db') };
  expect(kinds(both)).toEqual([]);
  expect(kinds({ ...both, containerLog: damaged(DATABASE) })).toEqual(['damaged']);
  const two = {
    units: UNITS.replace(unit(DATABASE), ''),
    containers:
      inPlaceOf(SERVER, { env: ['DB_HOSTNAME=database'] }).replace(container(DATABASE), '') +
      container('photos-db', { image: 'docker.io/library/postgres:16', unit: '' }) +
      other,
  };
  expect(database(two).reason).toContain('which container holds the database of immich-server is not known');
});

test.each([
  ['a machine elsewhere', { env: ['DB_HOSTNAME=nas'] }, '(nas) is not in a container of this podman'],
  ['what a variable tells that is not read', { env: [], secretEnv: ['DB_URL'] }, 'DB_URL tells it'],
])('the database of another program is not taken for that of a server whose own is %s', (_, over, why) => {
  const given = {
    units: UNITS.replace(unit(DATABASE), ''),
    containers:
      inPlaceOf(SERVER, over).replace(container(DATABASE), '') +
      container('paperless-db', {
        image: 'docker.io/library/postgres:16',
        unit: '',
        networks: [{ name: 'paperless', address: '10.90.0.2', gateway: '10.90.0.1' }],
      }),
  };
  expect(database(given)).toMatchObject({
    status: 'unknown',
    findings: [],
    lookedAt: { immichDatabases: 0 },
  });
  expect(database(given).reason).toContain(why);
});

test.each(['immich-postgres.dns.podman', 'host.containers.internal'])(
  'a database is found by the name %s',
  (name) => {
    const containers = inPlaceOf(SERVER, { env: [`DB_HOSTNAME=${name}`] }).replace(
      container(DATABASE),
      container(DATABASE, { ports: { '5432/tcp': [{ HostIp: '', HostPort: '5432' }] } }),
    );
    expect(database({ containers })).toMatchObject({ status: 'ok', lookedAt: { immichDatabases: 1 } });
  },
);

test('a database that is down is the cause of what the server says, and its own words the cause of that', () => {
  const given = notStarting(
    postgres('FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership'),
  );
  const results = judgeAll(given);
  const of = (id: string) => results.find(({ check }) => check === id)?.findings ?? [];
  expect(of('immich-database').map(({ kind, causedBy }) => [kind, causedBy])).toEqual([
    ['immich-database/wrong-owner', undefined],
    ['immich-database/database-down', 'immich-database'],
  ]);
  expect(of('container-state').map(({ causedBy }) => causedBy)).toEqual(['immich-database']);
});

test.each([
  ['bad-setting', ['database-down']],
  ['error', ['database-down']],
  ['masked', []],
  ['not-found', []],
])('a database whose unit is %s, and that has no container', (LoadState, expected) => {
  const given: Given = {
    ...notStarting(),
    units: UNITS.replace(
      unit(DATABASE),
      unit(DATABASE, { LoadState, ActiveState: 'inactive', SubState: 'dead' }),
    ),
    ...without(NO_CONNECTION),
  };
  expect(kinds({ ...given, dataServices: NO_CONNECTION + REDIS_ANSWERS })).toEqual(expected);
  expect(database({ ...given, dataServices: NO_CONNECTION + REDIS_ANSWERS }).status).not.toBe('ok');
});

test('a crashing server is explained by its database', () => {
  const results = judgeAll(crashing(WRONG_PASSWORD));
  expect(results.find(({ check }) => check === 'container-state')?.findings[0]?.causedBy).toBe(
    'immich-database',
  );
});

describe('a stopped process of the database', () => {
  const silent = POSTGRES_ANSWERS.replace('4002 S', '4002 T').replace('said N\nasked 0', 'asked 137');
  const stopped = (pid: number) =>
    database({
      dataServices: SERVER_CONNECTED + silent + REDIS_ANSWERS,
      containers: CONTAINERS.replace(container(DATABASE), container(DATABASE, { pid })),
    }).findings[0];

  test('continues by one command', () => {
    expect(stopped(4002)?.title).toBe('immich-postgres does not answer: its process was stopped');
    expect(nowOf(stopped(4002))).toEqual(['$ sudo podman kill --signal CONT -- immich-postgres']);
  });

  test('below an init is not signalled by way of the init', () => {
    expect(nowOf(stopped(4000))).toEqual([]);
    expect(lastingOf(stopped(4000)).at(-1)).toBe('$ sudo kill -s CONT 4002');
  });
});

test('nothing that it offers removes data or shows a password', () => {
  const faults: Given[] = [
    crashing(WRONG_PASSWORD),
    notStarting(postgres('FATAL:  data directory "/x" has wrong ownership')),
    complaining(postgres('ERROR:  invalid page in block 1 of relation base/5/16416')),
  ];
  for (const finding of faults.flatMap((given) => database(given).findings)) {
    const commands = lastingOf(finding).filter((line) => line.startsWith('$'));
    expect(commands.join('\n')).not.toMatch(/\brm\b|reindex|password|truncate/i);
  }
  expect(
    lastingOf(
      database(complaining(postgres('ERROR:  invalid page in block 1 of relation base/5/16416'))).findings[0],
    )[0],
  ).toMatch(/^Before anything else, .*copy/);
});

test('an ordinary user is told nothing', () => {
  expect(database({ dataServices: DENIED, containers: DENIED }).status).toBe('unknown');
});

test('a damaged page is not healed by a start of the database', () => {
  const containerLog =
    databaseSaid('ERROR:  invalid page in block 1 of relation base/5/16416', NOW - HOUR) +
    databaseSaid(READY, NOW - MINUTE);
  expect(kinds({ containerLog })).toEqual(['damaged']);
});
