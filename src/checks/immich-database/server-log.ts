import type { LogLine } from '../../facts/host/container-log.ts';
import type { TellingKind } from '../define.ts';
import * as kinds from './kinds.ts';

/** How the server names its database. */
interface Naming {
  /** `immich-postgres`, as DB_HOSTNAME has it; undefined where that was not read. */
  readonly host: string | undefined;
  readonly port: string;
  /** The role and the database, as it is told to use them. */
  readonly role: string;
  readonly database: string;
  /** The same of its Redis, which it complains of in the same words. */
  readonly redis: string;
}

interface ServerFault {
  readonly kind: TellingKind<kinds.Case>;
  /** `login` and `way` are over where the server is connected, `way` also where the database started again. */
  readonly about: 'login' | 'way' | 'schema';
  readonly found: (text: string, naming: Naming) => string | undefined;
}

/** It has a database, and what it complained of before is over. */
export const isConnected = ({ text }: LogLine) =>
  /Immich Server is listening|Database reconnected/.test(text);

/** The code of an error of Postgres, in a line of its own. */
const codeIn = (text: string): string | undefined => /^\s*code: '([0-9A-Z]{5})'/.exec(text)?.[1];

const REFUSALS: Readonly<Record<string, string>> = {
  '28000': 'it does not accept this login (error 28000)',
  '53300': 'too many connections (error 53300)',
  '57P03': 'it is not ready for connections (error 57P03)',
};

/** What stands first explains the others. */
export const SERVER_FAULTS: readonly ServerFault[] = [
  {
    kind: kinds.upgradePath,
    about: 'schema',
    found: (text) => /Invalid upgrade path|errors#typeorm-upgrade/.exec(text)?.[0],
  },
  {
    kind: kinds.extensionVersion,
    about: 'schema',
    found: (text) =>
      /[Tt]he (.{1,60}? extension version is \S+), but Immich only supports (.{1,60}?)\.?$/
        .exec(text)
        ?.slice(1)
        .join(', Immich supports ') ??
      /currently has (.{1,60}?) activated, but the Postgres instance only has (\S+) available/
        .exec(text)
        ?.slice(1)
        .join(' is activated, its image has '),
  },
  {
    kind: kinds.extensionMissing,
    about: 'schema',
    found: (text) =>
      /Failed to activate [\w.]+ extension/.exec(text)?.[0].replace(/^Failed to activate/, 'no') ??
      /(\w+) must be loaded via shared_preload_libraries/.exec(text)?.[1]?.concat(' is not loaded') ??
      /No vector extension found/.exec(text)?.[0].replace('No', 'no') ??
      /could not access file "([^"]{1,100})": No such file/.exec(text)?.[1]?.concat(' is not in its image') ??
      /extension "([^"]{1,100})" is not available/.exec(text)?.[1]?.concat(' is not available'),
  },
  {
    kind: kinds.indexesOutdated,
    about: 'schema',
    found: (text) => /index files are outdated/.exec(text)?.[0],
  },
  {
    kind: kinds.noRole,
    about: 'login',
    found: (text) => /(?:PostgresError: |FATAL: +)role "([^"]{1,63})" does not exist/.exec(text)?.[1],
  },
  {
    kind: kinds.wrongPassword,
    about: 'login',
    found: (text) => /password authentication failed for user "([^"]{1,63})"/.exec(text)?.[1],
  },
  {
    kind: kinds.noDatabase,
    about: 'login',
    found: (text) => /(?:PostgresError: |FATAL: +)database "([^"]{1,63})" does not exist/.exec(text)?.[1],
  },
  {
    kind: kinds.refused,
    about: 'login',
    found: (text) =>
      /(?:PostgresError: |FATAL: +)(no pg_hba\.conf entry.{0,100}|sorry, too many clients already|remaining connection slots are reserved.{0,60}|too many connections for \w+.{0,70}|the database system is (?:starting up|in recovery mode|not yet accepting connections)|permission denied for .{1,80}|(?!password )\w+ authentication failed for user .{1,80}|(?:role|database) "[^"]{1,63}" is not (?:permitted to log in|currently accepting connections))/.exec(
        text,
      )?.[1],
  },
  // The texts of a database may be in any language, the codes behind them are not.
  {
    kind: kinds.wrongPassword,
    about: 'login',
    found: (text, { role }) => (codeIn(text) === '28P01' ? role : undefined),
  },
  {
    kind: kinds.noDatabase,
    about: 'login',
    found: (text, { database }) => (codeIn(text) === '3D000' ? database : undefined),
  },
  {
    kind: kinds.refused,
    about: 'login',
    found: (text) => {
      const code = codeIn(text);
      return code === undefined ? undefined : REFUSALS[code];
    },
  },
  {
    kind: kinds.nameNotResolved,
    about: 'way',
    found: (text, naming) => {
      const [, host] = /getaddrinfo (?:ENOTFOUND|EAI_AGAIN) ([\w.-]{1,253})/.exec(text) ?? [];
      if (host === undefined) return undefined;
      if (naming.host !== undefined) return host === naming.host ? host : undefined;
      return host !== naming.redis && /postgres|database|(?:^|[-_])db(?:$|[-_])|^pg/.test(host)
        ? host
        : undefined;
    },
  },
  {
    kind: kinds.unreachable,
    about: 'way',
    found: (text, { port }) => {
      const [what, , , to] =
        /(?:connect|write|read) (ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CONNECTION_(?:CLOSED|ENDED|DESTROYED)) (\S{1,253}):(\d{1,5})\b/.exec(
          text,
        ) ?? [];
      const [socket] = /(?:ENOENT|ECONNREFUSED|EACCES) \S{1,253}\/\.s\.PGSQL\.\d{1,5}/.exec(text) ?? [];
      if (socket !== undefined) return socket;
      return what !== undefined && to === port ? what.replace(/^\w+ /, '') : undefined;
    },
  },
  {
    kind: kinds.migrationFailed,
    about: 'schema',
    found: (text) =>
      /Migration "[^"]{1,120}" failed/.exec(text)?.[0].replace('Migration', 'migration') ??
      /corrupted migrations: .{1,120}/.exec(text)?.[0] ??
      /Migrations failed: .{1,120}/.exec(text)?.[0].replace('Migrations', 'migrations'),
  },
];
