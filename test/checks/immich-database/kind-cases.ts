import {
  CONTAINERS,
  container,
  FAILED,
  type Given,
  logged,
  MINUTE,
  NOW,
  POSTGRES_ANSWERS,
  REDIS_ANSWERS,
  SERVER_CONNECTED,
  UNITS,
  unit,
} from '../home-server.ts';
import type { KindCase, KindCases } from '../kind-cases.ts';

export const SERVER = 'immich-server';
export const DATABASE = 'immich-postgres';
const LATE = NOW - MINUTE;

/** A server that systemd restarts again and again, because it ends with what it says here. */
export function crashing(...texts: readonly string[]): Given {
  return {
    units: UNITS.replace(
      unit(SERVER),
      unit(SERVER, {
        ActiveState: 'activating',
        SubState: 'auto-restart',
        NRestarts: 40,
        ActiveEnterTimestamp: '',
      }),
    ),
    containers: CONTAINERS.replace(container(SERVER), ''),
    dataServices: POSTGRES_ANSWERS + REDIS_ANSWERS,
    containerLog: texts.map((text) => logged(SERVER, text, LATE)).join(''),
  };
}

/** A database that does not come up. */
export function notStarting(...texts: readonly string[]): Given {
  return {
    units: UNITS.replace(unit(DATABASE), unit(DATABASE, { ...FAILED, ExecMainStatus: 1 })),
    containers: CONTAINERS.replace(container(DATABASE), ''),
    dataServices: SERVER_CONNECTED + REDIS_ANSWERS,
    containerLog: texts.map((text) => logged(DATABASE, text, LATE)).join(''),
  };
}

/** A database that is up and complains. */
export const complaining = (...texts: readonly string[]): Given => ({
  containerLog: texts.map((text) => logged(DATABASE, text, LATE)).join(''),
});

export const postgres = (text: string) => `2026-03-10 11:59:00.000 UTC [42] ${text}`;
const READY = logged(DATABASE, postgres('LOG:  database system is ready to accept connections'), LATE + 1000);
const LISTENING = logged(
  SERVER,
  '[Nest] 7  - LOG [Api:Bootstrap] Immich Server is listening on http://[::1]:2283',
  LATE + 1,
);

/** The near miss of what a log says: the same, and then that it is over. */
const until = (host: Given, after: string): KindCase => ({
  host,
  near: { containerLog: `${String(host.containerLog)}${after}` },
});

export const WRONG_PASSWORD = 'PostgresError: password authentication failed for user "immich"';

export const cases: KindCases = {
  'different-passwords': {
    host: {
      ...crashing(WRONG_PASSWORD),
      databasePasswords: `pair\t${SERVER}\t${DATABASE}\tdifferent\t/run/agenix/a\t/run/agenix/b\n`,
    },
    near: { databasePasswords: `pair\t${SERVER}\t${DATABASE}\tsame\t/run/agenix/a\t/run/agenix/b\n` },
  },
  'wrong-password': until(crashing(WRONG_PASSWORD), LISTENING),
  'no-role': until(crashing('PostgresError: role "immich" does not exist'), LISTENING),
  'no-database': until(crashing('PostgresError: database "immich" does not exist'), LISTENING),
  'name-not-resolved': until(crashing('Error: getaddrinfo ENOTFOUND immich-postgres'), READY),
  unreachable: until(crashing('Error: connect ECONNREFUSED 10.89.0.5:5432'), READY),
  'login-refused': until(crashing('PostgresError: sorry, too many clients already'), LISTENING),
  'database-down': {
    host: { ...notStarting(), units: UNITS.replace(unit(DATABASE), unit(DATABASE, FAILED)) },
    near: { units: UNITS },
  },
  'no-answer': {
    host: {
      dataServices: `${SERVER_CONNECTED}service postgres ${DATABASE} 4002 S\naddress 127.0.0.1:5432\nasked 137\n`,
    },
    near: { dataServices: SERVER_CONNECTED + POSTGRES_ANSWERS },
  },
  'wrong-owner': until(
    notStarting(postgres('FATAL:  data directory "/var/lib/postgresql/data" has wrong ownership')),
    READY,
  ),
  'other-major-version': until(
    notStarting(
      postgres('FATAL:  database files are incompatible with server'),
      postgres(
        'DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version 16.4.',
      ),
    ),
    READY,
  ),
  'extension-missing': until(
    complaining(postgres('ERROR:  vchord must be loaded via shared_preload_libraries')),
    READY,
  ),
  'extension-version': until(
    crashing('Error: The VectorChord extension version is 0.4.1, but Immich only supports >=0.3 <0.4.'),
    LISTENING,
  ),
  'indexes-outdated': until(
    complaining(postgres('ERROR:  pgvecto.rs: The extension is upgraded so all index files are outdated.')),
    READY,
  ),
  'upgrade-path': until(
    crashing(
      'Migrations failed: Error: Invalid upgrade path. For more information, see https://immich.app/errors#typeorm-upgrade',
    ),
    LISTENING,
  ),
  'migration-failed': until(crashing('Migration "1741" failed'), LISTENING),
  damaged: until(complaining(postgres('PANIC:  could not locate a valid checkpoint record')), READY),
  'cannot-write': until(
    complaining(postgres('ERROR:  could not extend file "base/5/1": No space left on device')),
    READY,
  ),
};
