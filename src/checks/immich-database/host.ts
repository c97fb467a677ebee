import type { DataService } from '../../facts/host/data-services.ts';
import { SERVICE_IMAGES } from '../../facts/host/data-services.ts';
import type { PasswordComparison } from '../../facts/host/database-passwords.ts';
import type { Facts } from '../../facts/host/index.ts';
import { type Context, type FindingDraft, type Judged, judgeHost, together } from '../define.ts';
import { maySeeNone, notCheckedText, uncheckedEngines } from '../shared/engines.ts';
import { allWith } from '../shared/lookup.ts';
import { DATABASE, type ServiceOf, serviceOf } from '../shared/service-of.ts';
import {
  explainedByState,
  explainedByStorage,
  type HostService,
  isFailing,
  isUp,
  linesOf,
  mountedAt,
  servicesWith,
  unreadLog,
  variableOf,
} from '../shared/services.ts';
import { stateText, stoppedProcess } from '../shared/stopped-process.ts';
import { DATABASE_FAULTS, type DatabaseLine, databaseLine, isForeign, isReady } from './database-log.ts';
import * as kinds from './kinds.ts';
import { isConnected, SERVER_FAULTS } from './server-log.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A server that runs and does not log in says so again and again. */
const RECENT_MS = 10 * MINUTE_MS;
/** What starts together with its database fails a few times until that is up. */
const STARTING_MS = 2 * MINUTE_MS;

export const host = judgeHost({
  needs: ['units', 'dataServices'],
  wants: ['containers', 'containerLog', 'unitCommands', 'unitJournal', 'databasePasswords', 'engines'],
  evaluate(facts, context) {
    const servers = servicesWith(SERVICE_IMAGES.server, facts);
    const unchecked = uncheckedEngines(facts.engines, facts.units);
    if (servers.length === 0) {
      if (unchecked.length > 0)
        return {
          findings: [],
          lookedAt: {},
          notChecked: [`Immich may run in a container that is not checked: ${notCheckedText(unchecked)}`],
        };
      if (!maySeeNone(context.unread, 'containers', 'unit-commands', 'engines'))
        return { skip: 'no container with an immich-server image' };
    }
    const databases = servicesWith(SERVICE_IMAGES.postgres, facts);
    const pairs = servers.map((server) => pairOf(server, serviceOf(server, databases, DATABASE)));
    const judged = pairs.map((pair) => judgePair(pair, facts, context));
    return {
      ...together(judged.flat()),
      lookedAt: { immichDatabases: pairs.filter(({ database }) => database !== undefined).length },
    };
  },
});

type Known = Pick<Facts, 'units' | 'dataServices'> & {
  readonly [K in 'containerLog' | 'unitJournal' | 'databasePasswords']: Facts[K] | undefined;
};

interface Pair extends Omit<ServiceOf, 'service'> {
  readonly server: HostService;
  readonly database?: HostService;
}

const pairOf = (server: HostService, { service, ...rest }: ServiceOf): Pair => ({
  server,
  ...rest,
  ...(service === undefined ? {} : { database: service }),
});

/** What is known of the two, put in order. */
interface Seen extends Pair {
  readonly serverLines: Facts['containerLog'];
  readonly databaseLines: readonly DatabaseLine[];
  /** When the database was last ready. */
  readonly readyAt: number;
  readonly asked: DataService | undefined;
  readonly own: DataService | undefined;
  readonly facts: Known;
  readonly context: Context;
}

function judgePair(pair: Pair, facts: Known, context: Context): Judged[] {
  const { server, database, outside, open } = pair;
  const { containerLog, unitJournal, dataServices } = facts;
  const { windowStart } = context;
  const databaseLines =
    database === undefined ? [] : linesOf(database, containerLog, unitJournal, windowStart).map(databaseLine);
  const seen: Seen = {
    ...pair,
    serverLines: linesOf(server, containerLog, unitJournal, windowStart),
    databaseLines,
    readyAt: databaseLines.findLast(isReady)?.at ?? 0,
    asked: allWith(dataServices, 'container', database?.name ?? '').find(({ kind }) => kind === 'postgres'),
    own: allWith(dataServices, 'container', server.name).find(({ kind }) => kind === 'server'),
    facts,
    context,
  };
  const ofDatabase = database === undefined ? [] : faultsOfDatabase(seen, database);
  return [
    { notChecked: open },
    {
      notChecked:
        outside === undefined
          ? []
          : [
              `the database of ${server.name} (${outside}) is not in a container of this podman: its log is not read`,
            ],
    },
    ...ofDatabase,
    judgeServer(seen),
    ...(database === undefined || !databaseLines.some(isForeign)
      ? []
      : [
          {
            notChecked: [
              `what ${database.name} complains of: it does not log in English (lc_messages), and other languages are not understood`,
            ],
          },
        ]),
    { notChecked: [server, ...(database === undefined ? [] : [database])].flatMap(unreadLog) },
  ];
}

/** No start of the database heals it. */
const DAMAGED_PAGE =
  /^(?:invalid page in block|page verification failed|(?:missing|unexpected) chunk number)/;

/** What the database itself complains of, or does not answer. */
function faultsOfDatabase(seen: Seen, database: HostService): Judged[] {
  const { asked, databaseLines, readyAt, context } = seen;
  const answers = asked?.answer === 'answered';
  const silent = asked?.answer === 'silent' && isUp(database) ? [unanswered(seen, database, asked)] : [];
  const notAsked =
    isUp(database) && !answers && silent.length === 0
      ? [{ notChecked: [`whether ${database.name} answers: ${whyNot(asked)}`] }]
      : [];
  const after = databaseLines.filter(({ at, said }) => at > readyAt || DAMAGED_PAGE.test(said));
  const faults = DATABASE_FAULTS.flatMap(({ kind, atStart, found }): Judged[] => {
    const said = after.flatMap((line) => {
      const what = found(line);
      return what === undefined ? [] : [{ line, what }];
    });
    const last = said.at(-1);
    if (last === undefined || (atStart && answers)) return [];
    // Room was made since, or it would say so again.
    if (kind === kinds.cannotWrite && answers && context.now - last.line.at > HOUR_MS) return [];
    const isDown = !answers;
    return [
      {
        finding: kind.finding(aboutOf(seen, last.what), {
          subject: database.name,
          since: said[0]?.line.at ?? last.line.at,
          count: said.length,
          evidence: linesAsEvidence(
            database.name,
            said.map(({ line }) => line),
          ),
          affects: {
            what: database.name,
            state: isDown ? 'down' : 'degraded',
            cause: causeOf(kind, last.what),
          },
          ...(kind === kinds.cannotWrite || kind === kinds.damaged
            ? { explainedBy: explainedByStorage(folderOf(database)) }
            : {}),
        }),
      },
    ];
  });
  return [...silent, ...notAsked, ...faults];
}

const whyNot = (asked: DataService | undefined): string => {
  if (asked === undefined) return 'it was not asked';
  if (asked.answer === 'no-process') return 'no process of Postgres was found in it';
  return asked.answer === 'refused'
    ? `nothing answers at ${asked.address} in its network`
    : 'it could not be asked (nsenter, timeout and bash are needed)';
};

function unanswered(seen: Seen, database: HostService, asked: DataService): Judged {
  const stopped = stoppedProcess(database, asked);
  return {
    finding: kinds.noAnswer.finding(
      { ...aboutOf(seen, ''), stopped },
      {
        subject: database.name,
        evidence: [
          {
            source: `a connection to ${asked.address} in the network of ${database.name}`,
            observed: `no answer within 3 s; process ${asked.pid} is ${stateText(asked.state)}`,
            expected: 'an answer',
          },
        ],
        affects: {
          what: database.name,
          state: 'down',
          cause: stopped ? 'its process was stopped' : 'does not answer',
        },
        explainedBy: explainedByStorage(folderOf(database)),
      },
    ),
  };
}

/** What the server complains of, where that is so at present. */
function judgeServer(seen: Seen): Judged {
  const { server, database, serverLines, readyAt, own, asked } = seen;
  if (!isUp(server) && !isFailing(server))
    return { notChecked: [`${server.name} is not running, so its connection to the database is not known`] };
  const connectedAt = serverLines.findLast(isConnected)?.at ?? 0;
  const naming = {
    host: variableOf(server, 'DB_HOSTNAME'),
    port: variableOf(server, 'DB_PORT') ?? '5432',
    role: roleOf(server),
    database: databaseNameOf(server),
    redis: variableOf(server, 'REDIS_HOSTNAME') ?? 'redis',
  };
  const complaints = serverLines
    .filter(({ at }) => at > connectedAt)
    .flatMap((line) => {
      const fault = SERVER_FAULTS.find(({ found }) => found(line.text, naming) !== undefined);
      return fault === undefined || (fault.about === 'way' && line.at <= readyAt)
        ? []
        : [{ line, fault, what: fault.found(line.text, naming) ?? '' }];
    });
  const newest = complaints.at(-1);
  // The server was restarted by podman, and says the same in each of its runs: of the last one the most basic counts.
  const last = complaints.filter(({ line }) => newest !== undefined && newest.line.at - line.at < MINUTE_MS);
  const told = SERVER_FAULTS.flatMap((fault) => last.findLast((each) => each.fault === fault) ?? [])[0];
  if (database !== undefined && !isUp(database)) return { finding: withoutDatabase(seen, database) };
  if (told === undefined) return deniedByDatabase(seen) ?? notConnected(seen, naming.port);
  const same = complaints.filter(({ fault }) => fault === told.fault);
  const hasConnection = hasOwnNetwork(server) && (own?.connections[naming.port] ?? 0) > 0;
  const present = presenceOf(
    same.map(({ line }) => line.at),
    { ...seen, isOver: told.fault.about !== 'schema' && hasConnection, hasWorked: connectedAt > 0 },
  );
  if (present === 'over') return notConnected(seen, naming.port);
  if (present !== 'present')
    return { notChecked: [`whether ${server.name} can use its database: ${NOT_CLEAR[present]}`] };
  if (told.fault.kind === kinds.unreachable && asked?.answer === 'silent') return {};
  return { finding: complaintOf(seen, told, same) };
}

interface Complaint {
  readonly line: Facts['containerLog'][number];
  readonly fault: (typeof SERVER_FAULTS)[number];
  readonly what: string;
}

function complaintOf(seen: Seen, told: Complaint, same: readonly Complaint[]): FindingDraft {
  const { server, database, databaseLines } = seen;
  const about = aboutOf(seen, told.what);
  const isOfUser = told.fault.kind === kinds.wrongPassword;
  const denials = isOfUser ? denialsOf(databaseLines, told.what) : [];
  // It tells of the role in the line after that of the refusal.
  const last = denials.at(-1);
  const noRole = last?.severity === 'DETAIL' ? last : undefined;
  const passwords = passwordsOf(seen);
  const kind =
    noRole !== undefined
      ? kinds.noRole
      : isOfUser && passwords?.result === 'different'
        ? kinds.differentPasswords
        : told.fault.kind;
  return kind.finding(
    {
      ...about,
      ...(kind === kinds.noDatabase ? { name: told.what } : {}),
      ...(isOfUser || kind === kinds.noRole ? { role: told.what } : {}),
    },
    {
      subject: server.name,
      since: same[0]?.line.at ?? told.line.at,
      count: same.length,
      evidence: [
        ...linesAsEvidence(
          server.name,
          same.map(({ line }) => line),
        ),
        ...linesAsEvidence(database?.name ?? '', noRole === undefined ? denials : [noRole]).slice(-1),
        ...comparison(passwords, isOfUser),
      ],
      affects: { what: server.name, state: 'down', cause: causeOf(kind, told.what) },
      explainedBy: [
        ...(database === undefined || told.fault.about === 'login'
          ? []
          : [{ check: 'immich-database', subject: database.name }]),
        ...(told.fault.about === 'way' ? explainedByNetwork(server) : []),
      ],
    },
  );
}

const explainedByNetwork = ({ name, container }: HostService) =>
  [name, ...(container?.networks ?? []).map((network) => network.name)].map((subject) => ({
    check: 'container-network',
    subject,
  }));

/** Where the log of the server is not read, that of the database tells whom it turned away, though not who asked. */
function deniedByDatabase(seen: Seen): Judged | undefined {
  const { server, database, databaseLines, readyAt, own, context } = seen;
  if (database === undefined || unreadLog(server).length === 0) return undefined;
  const role = roleOf(server);
  const denials = denialsOf(
    databaseLines.filter(({ at }) => at > readyAt),
    role,
  );
  const last = denials.at(-1);
  const port = variableOf(server, 'DB_PORT') ?? '5432';
  if (last === undefined || (own?.connections[port] ?? 0) > 0 || context.now - last.at > RECENT_MS)
    return undefined;
  return {
    notChecked: [
      `whether ${server.name} can log in: ${database.name} refused the password of "${role}" ${denials.length} times, and which program asked is not known`,
    ],
  };
}

/** Lines in which a database refuses the password of a role. */
function denialsOf(lines: readonly DatabaseLine[], role: string): DatabaseLine[] {
  return lines.filter(
    ({ severity, said }) =>
      (severity === 'FATAL' && said.startsWith(`password authentication failed for user "${role}"`)) ||
      (severity === 'DETAIL' && said.includes(`Role "${role}" does not exist`)),
  );
}

function withoutDatabase(seen: Seen, database: HostService): FindingDraft {
  const { server } = seen;
  const { unit, container } = database;
  return kinds.databaseDown.finding(aboutOf(seen, ''), {
    subject: server.name,
    ...(unit?.changedAt === undefined ? {} : { since: unit.changedAt }),
    evidence: [
      unit === undefined
        ? {
            source: `podman inspect ${database.name}`,
            observed: container?.state ?? 'no container',
            expected: 'running',
          }
        : {
            source: `systemctl show ${unit.id}`,
            observed: `${unit.activeState} (${unit.subState})`,
            expected: 'active (running)',
          },
    ],
    affects: { what: server.name, state: 'down', cause: `${database.name} is not running` },
    explainedBy: [{ check: 'immich-database', subject: database.name }, ...explainedByState(database)],
  });
}

/** A server that uses its database keeps connections to it. */
function notConnected({ server, database, own, context: { now } }: Seen, port: string): Judged {
  const open = `whether ${server.name} can use its database`;
  if (!isUp(server))
    return { notChecked: [`${open}: it keeps failing, and does not say that its database is why`] };
  if (database === undefined || !hasOwnNetwork(server)) return {};
  if (own === undefined) return { notChecked: [`${open}: its connections were not read`] };
  if ((own.connections[port] ?? 0) > 0) return {};
  const startedAt = server.unit?.activeSince ?? Date.parse(server.container?.startedAt ?? '');
  const isNew = now - startedAt <= STARTING_MS;
  return {
    notChecked: [
      `${open}: it has no connection to port ${port}${isNew ? ' yet, as it was started a moment ago' : ''}`,
    ],
  };
}

const hasOwnNetwork = ({ container }: HostService) =>
  !/^(?:host$|container:|ns:)/.test(container?.networkMode ?? 'host');

const NOT_CLEAR = {
  starting: 'it failed a moment ago; check again in a minute',
  unclear: 'it failed, and has not said since that it works',
} as const;

/** Whether what was said at these times is so now. */
function presenceOf(
  times: readonly number[],
  {
    server,
    isOver,
    hasWorked,
    context: { now },
  }: Seen & { readonly isOver: boolean; readonly hasWorked: boolean },
): 'present' | 'over' | keyof typeof NOT_CLEAR {
  const [first = 0, newest = 0] = [times[0], times.at(-1)];
  if (isFailing(server)) return 'present';
  if (isOver && now - newest > MINUTE_MS / 2) return 'over';
  if (now - newest > RECENT_MS) return hasWorked ? 'over' : 'unclear';
  return newest - first >= MINUTE_MS || now - newest > STARTING_MS ? 'present' : 'starting';
}

function passwordsOf({ server, database, facts }: Seen): PasswordComparison | undefined {
  return facts.databasePasswords?.find(
    (pair) => pair.server === server.name && pair.database === database?.name,
  );
}

function comparison(passwords: PasswordComparison | undefined, isWanted: boolean) {
  if (!isWanted || passwords === undefined || passwords.result === 'unknown') return [];
  const from = (place: string) => (place === 'environment' ? 'its environment' : place);
  return [
    {
      source: `the passwords of ${passwords.server} and ${passwords.database}, compared on the host`,
      observed: `${from(passwords.serverFrom)} and ${from(passwords.databaseFrom)}: ${passwords.result}`,
      ...(passwords.result === 'different' ? { expected: 'the same' } : {}),
    },
  ];
}

const MOST_LINES = 3;

function linesAsEvidence(
  container: string,
  lines: readonly { readonly at: number; readonly text: string }[],
) {
  return lines.slice(-MOST_LINES).map(({ at, text }) => ({
    source: `podman logs ${container}`,
    observed: text.trim().slice(0, 300),
    at,
  }));
}

/** A few words for the line of what is down. */
function causeOf(kind: { readonly id: string; readonly name: string }, found: string): string {
  return (
    CAUSES[kind.id] ??
    `${kind.name
      .toLowerCase()
      .replace(/immich/g, 'Immich')
      .replace(/postgres/g, 'Postgres')}${found === '' ? '' : ` (${found})`}`
  );
}

const CAUSES: Readonly<Record<string, string>> = {
  'different-passwords': 'cannot log in to its database (the passwords differ)',
  'wrong-password': 'cannot log in to its database (wrong password)',
  'no-role': 'cannot log in to its database (no such role)',
  'no-database': 'its database does not exist',
  'name-not-resolved': 'cannot resolve the name of its database',
  unreachable: 'cannot connect to its database',
  'login-refused': 'is refused by its database',
  'wrong-owner': 'has no permission to use its data folder',
  'other-major-version': 'its data folder is from another version of Postgres',
  'extension-missing': 'an extension that Immich needs is missing',
  'extension-version': 'the version of the vector extension is not supported',
  'indexes-outdated': 'its vector indexes are outdated',
  'upgrade-path': 'skipped a version that has to run once',
  'migration-failed': 'the upgrade of its database failed',
  damaged: 'is damaged',
  'cannot-write': 'cannot write to its disk',
};

const PGDATA = '/var/lib/postgresql/data';
const roleOf = (server: HostService) => variableOf(server, 'DB_USERNAME') ?? 'postgres';
const databaseNameOf = (server: HostService) => variableOf(server, 'DB_DATABASE_NAME') ?? 'immich';
const folderOf = (database: HostService) => mountedAt(database, variableOf(database, 'PGDATA') ?? PGDATA);

function aboutOf(seen: Seen, found: string): kinds.Case {
  const { server, database, outside, asked, facts, context } = seen;
  const passwords = passwordsOf(seen);
  return {
    server: server.name,
    database: database?.name ?? outside ?? 'its database',
    role: roleOf(server),
    owner: (database && variableOf(database, 'POSTGRES_USER')) ?? 'postgres',
    name: databaseNameOf(server),
    found,
    secrets: { server: passwords?.serverFrom ?? '-', database: passwords?.databaseFrom ?? '-' },
    isCompared: passwords?.result === 'same',
    folder: database === undefined ? undefined : folderOf(database),
    units: facts.units,
    serverUnit: server.unit,
    databaseUnit: database?.unit,
    now: context.now,
    isNixos: context.nixos,
    pid: asked?.pid ?? 0,
    stopped: undefined,
  };
}
