import { container, FAILED, type Given, logged, MINUTE, NOW, unit } from './home-server.ts';
import { server as immichAnswer, REFUSED } from './immich-server/kind-cases.ts';
import { NAME } from './sick-macs.ts';

const LATE = NOW - MINUTE;
const DATABASE = `${NAME}db`;
const REDIS = `${NAME}redis`;
const FOLDER = `/srv/${NAME}`;
const STARTING_AGAIN = { ActiveState: 'activating', SubState: 'auto-restart', NRestarts: 9 };

const mounted = (destination: string) => ({
  mounts: [{ type: 'bind', source: FOLDER, destination, writable: true }],
});
const server = (over: Readonly<Record<string, unknown>> = {}) =>
  container(NAME, {
    image: 'ghcr.io/immich-app/immich-server:v2',
    env: [
      `DB_HOSTNAME=${DATABASE}`,
      `DB_USERNAME=${NAME}`,
      `DB_DATABASE_NAME=${NAME}`,
      `REDIS_HOSTNAME=${REDIS}`,
    ],
    ...over,
  });
const database = (over: Readonly<Record<string, unknown>> = {}) =>
  container(DATABASE, {
    image: 'ghcr.io/immich-app/postgres:16',
    env: [`POSTGRES_USER=${NAME}`],
    ...mounted('/var/lib/postgresql/data'),
    ...over,
  });
const redis = container(REDIS, { image: 'docker.io/valkey/valkey:8', ...mounted('/data') });

/** A server that ends with these words again and again. */
const crashing = (text: string): Given => ({
  units: unit(NAME, STARTING_AGAIN) + unit(DATABASE),
  containers: server({ state: 'exited', exitCode: 1 }) + database(),
  containerLog: logged(NAME, text, LATE),
});
/** A database that says this, and a server that needs it. */
const saying = (text: string, over: Given = {}): Given => ({
  units: unit(NAME) + unit(DATABASE),
  containers: server() + database(),
  containerLog: logged(DATABASE, `2026-03-10 11:59:00.000 UTC [42] ${text}`, LATE),
  dataServices: `service server ${NAME} 1 -\n`,
  ...over,
});
const notStarting: Given = {
  units: unit(NAME) + unit(DATABASE, FAILED),
  containers: server() + database({ state: 'exited', exitCode: 1 }),
};
const asking = (answer: string): Given => ({
  units: unit(NAME) + unit(REDIS),
  containers: server() + redis,
  dataServices: `service redis ${REDIS} 3 T\naddress 127.0.0.1:6379\nuser 999\ngroup 999\n${answer}`,
});
const SAVED = 'said pong\nvalue rdb_last_bgsave_status ok\nvalue save 3600 1\nvalue dir /data\n';
const LOADED =
  'value loading 0\nvalue rdb_last_bgsave_status err\nvalue save 3600 1\nvalue dir /data\nfolder 0 0 755\n';
const answering = (immichServers: string): Given => ({
  units: unit(NAME),
  containers: server(),
  immichServers: immichServers.replaceAll('immich-server', NAME),
});
const WRONG_PASSWORD = `PostgresError: password authentication failed for user "${NAME}"`;

/** Home servers on which Immich, its database or its Redis is not well. */
export const SICK_DATABASES: Readonly<Record<string, Given>> = {
  ...Object.fromEntries(
    [
      WRONG_PASSWORD,
      `PostgresError: role "${NAME}" does not exist`,
      `PostgresError: database "${NAME}" does not exist`,
      'PostgresError: sorry, too many clients already',
      "  code: '28P01',",
      "  code: '3D000',",
      `Error: getaddrinfo ENOTFOUND ${DATABASE}`,
      'Error: connect ECONNREFUSED 10.89.0.5:5432',
      'Invalid upgrade path',
      `Error: The ${NAME} extension version is 0.4.1, but Immich only supports 0.3.`,
      `Migration "${NAME}" failed`,
    ].map((text) => [text, crashing(text)]),
  ),
  'two passwords': {
    ...crashing(WRONG_PASSWORD),
    databasePasswords: `pair\t${NAME}\t${DATABASE}\tdifferent\t/run/agenix/${NAME}\t/run/agenix/x${NAME}\n`,
  },
  ...Object.fromEntries(
    [
      `FATAL:  data directory "${FOLDER}" has wrong ownership`,
      'DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version 16.4.',
      'FATAL:  could not access file "vchord.so": No such file or directory',
      'ERROR:  index files are outdated',
      'ERROR:  invalid page in block 3 of relation base/1/2',
      'ERROR:  could not extend file "base/5/1": No space left on device',
    ].flatMap((text) => [
      [text, saying(text)],
      [`at its start, ${text}`, saying(text, notStarting)],
    ]),
  ),
  'a database that hangs': {
    ...saying('LOG:  x'),
    dataServices: `service server ${NAME} 1 -\nservice postgres ${DATABASE} 2 T\naddress 127.0.0.1:5432\nasked 137\n`,
  },
  'a database that is down': notStarting,
  'a Redis that hangs': asking('asked 137\n'),
  'a Redis that cannot save': asking(`error MISCONF Redis is configured to save RDB snapshots\n${LOADED}`),
  'a Redis whose folder belongs to another user': asking(`${SAVED}asked 0\nfolder 0 0 755\n`),
  'a Redis that is down': {
    units: unit(NAME) + unit(REDIS, FAILED),
    containers: server() + redis.replace('"running"', '"exited"'),
  },
  'a Redis that cannot load its data': {
    units: unit(NAME) + unit(REDIS, FAILED),
    containers: server() + redis.replace('"running"', '"exited"'),
    containerLog: logged(REDIS, "1:M # Can't handle RDB format version 12", LATE),
  },
  'an Immich that does not answer': answering(
    immichAnswer({ ping: '#curl ping 7\n#status ping 000', version: '', config: '' }),
  ),
  'an Immich that answers with an error': answering(
    immichAnswer({ ping: '#curl ping 0\n#status ping 502', version: '', config: '' }),
  ),
  'something else where Immich should be': answering(
    immichAnswer({ ping: '#curl ping 0\n#status ping 404', version: '', config: '' }),
  ),
  'an Immich in maintenance': answering(
    immichAnswer({ config: '{"isInitialized":true,"maintenanceMode":true}' }),
  ),
  'an Immich without a user': answering(
    immichAnswer({ config: '{"isInitialized":false,"maintenanceMode":false}' }),
  ),
  'an Immich whose folder is not mounted': {
    ...answering(''),
    containerLog: logged(NAME, REFUSED.replaceAll('/data', FOLDER), LATE),
  },
};

export const KINDS_OF_DATABASES = {
  'immich-database': `different-passwords wrong-password no-role no-database name-not-resolved unreachable login-refused
    database-down no-answer wrong-owner other-major-version extension-missing extension-version indexes-outdated
    upgrade-path migration-failed damaged cannot-write`,
  'redis-persistence': 'down no-answer cannot-save folder-not-writable cannot-load',
  'immich-server': 'no-answer error-answer something-else maintenance no-user mark-missing',
};
