import { type LogLine, READY_ELSEWHERE } from '../../facts/host/container-log.ts';
import type { TellingKind } from '../define.ts';
import * as kinds from './kinds.ts';

/** A line of Postgres: `2026-03-10 12:00:00.000 UTC [42] FATAL:  ...`, or of what starts it. */
export interface DatabaseLine extends LogLine {
  /** Undefined where it is of the start script. */
  readonly severity: string | undefined;
  readonly said: string;
}

const SEVERITY =
  /(?:^|[\s\]])(LOG|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|NOTICE|INFO|STATEMENT|CONTEXT|QUERY|DEBUG\d):\s{1,3}(.*)$/;

export function databaseLine(line: LogLine): DatabaseLine {
  const [, severity, said = line.text] = SEVERITY.exec(line.text) ?? [];
  return { ...line, severity, said };
}

const FOREIGN = new RegExp(READY_ELSEWHERE);

/** It logs in a language that is not understood here. */
export const isForeign = ({ text }: DatabaseLine) => FOREIGN.test(text);

export const isReady = ({ severity, said }: DatabaseLine) =>
  severity === 'LOG' && /^database system is ready to accept (?:read[- ]only )?connections/.test(said);

interface DatabaseFault {
  readonly kind: TellingKind<kinds.Case>;
  /** It keeps the database from starting: where that answers, it is over. */
  readonly atStart: boolean;
  readonly found: (line: DatabaseLine) => string | undefined;
}

const isError = ({ severity }: DatabaseLine) => ['ERROR', 'FATAL', 'PANIC'].includes(severity ?? '');
const isFatal = ({ severity }: DatabaseLine) => severity === 'FATAL' || severity === 'PANIC';
/** A page that it reads all the same where it is told to ignore checksums. */
const isOfPage = ({ severity, said }: DatabaseLine) =>
  severity === 'WARNING' && said.startsWith('page verification failed');
const ofScript = ({ severity }: DatabaseLine) => severity === undefined;

/** What Immich needs; what another program of the same database lacks is not its own. */
const OF_IMMICH =
  'vectors?|vchord|cube|earthdistance|pg_trgm|unaccent|uuid-ossp|vector[.]so|vchord[.]so|vectors[.]so';
const LIBRARY = new RegExp(`(?:^|[/"])(?:${OF_IMMICH})(?:[.]so)?"?$`);

/** What stands first explains the others. */
export const DATABASE_FAULTS: readonly DatabaseFault[] = [
  {
    kind: kinds.cannotWrite,
    atStart: false,
    found: (line) =>
      ['STATEMENT', 'CONTEXT', 'QUERY', 'DETAIL'].includes(line.severity ?? '')
        ? undefined
        : /: (No space left on device|Read-only file system)$/.exec(line.said)?.[1],
  },
  {
    kind: kinds.damaged,
    atStart: false,
    found: (line) =>
      isError(line) || isOfPage(line)
        ? /^(?:invalid page in block|page verification failed|could not read block|(?:missing|unexpected) chunk number|could not locate a valid checkpoint record|could not open file "(?:base|global|pg_xact|pg_multixact)\/[^"]*": No such file).*/.exec(
            line.said,
          )?.[0]
        : undefined,
  },
  {
    kind: kinds.wrongOwner,
    atStart: true,
    found: (line) => {
      const [, unread] =
        /^could not open configuration file "(.*)": Permission denied$/.exec(line.said) ?? [];
      if (unread !== undefined) return unread;
      if (isFatal(line)) {
        const [, folder] =
          /^data directory "(.*)" has (?:wrong ownership|invalid permissions)/.exec(line.said) ?? [];
        return folder ?? /^could not .*"(.*)": Permission denied$/.exec(line.said)?.[1];
      }
      if (!ofScript(line) || !/(?:Permission denied|Operation not permitted)$/.test(line.said))
        return undefined;
      // The start script also tries folders that it can do without.
      return (
        /["'\u2018](\/[^"'\u2019]*)["'\u2019]/.exec(line.said)?.[1]?.replace(/^\/var\/run\/.*/, '') ||
        undefined
      );
    },
  },
  {
    kind: kinds.otherMajor,
    atStart: true,
    found: ({ said, severity }) => {
      const [, from, to] =
        severity === 'DETAIL'
          ? (/initialized by PostgreSQL version (\S+), which is not compatible with this version (\S+?)\.?(?: |$)/.exec(
              said,
            ) ?? [])
          : [];
      if (from !== undefined) return `${from}, not ${to}`;
      return severity === undefined && /^Error: in 18\+, these Docker images/.test(said)
        ? 'in the place of one before 18'
        : undefined;
    },
  },
  {
    kind: kinds.extensionMissing,
    atStart: false,
    found: (line) => {
      if (!isError(line)) return undefined;
      const [whole, library = ''] =
        /^could not access file "([^"]+)": No such file or directory/.exec(line.said) ?? [];
      if (whole !== undefined && (isFatal(line) || LIBRARY.test(library)))
        return `${library} is not in its image`;
      const [, unloaded] = /^(\S+) must be loaded via shared_preload_libraries/.exec(line.said) ?? [];
      if (unloaded !== undefined && LIBRARY.test(unloaded)) return `${unloaded} is not loaded`;
      const [, absent] = /^extension "([^"]+)" is not available/.exec(line.said) ?? [];
      return absent !== undefined && LIBRARY.test(absent)
        ? `the extension ${absent} is not available`
        : undefined;
    },
  },
  {
    kind: kinds.indexesOutdated,
    atStart: false,
    found: (line) =>
      isError(line) && /index files are outdated/.test(line.said) ? 'index files are outdated' : undefined,
  },
];
