import type { LogLine } from '../../facts/host/container-log.ts';
import { type DataService, SERVICE_IMAGES } from '../../facts/host/data-services.ts';
import type { Facts } from '../../facts/host/index.ts';
import { type Context, type FindingDraft, type Judged, judgeHost, together } from '../define.ts';
import { maySeeNone, notCheckedText, uncheckedEngines } from '../shared/engines.ts';
import { allWith } from '../shared/lookup.ts';
import { isBelow } from '../shared/mounts.ts';
import { REDIS, serviceOf } from '../shared/service-of.ts';
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
import * as kinds from './kinds.ts';

const RECENT_MS = 600_000;
const JUST_NOW_MS = 20_000;

export const host = judgeHost({
  needs: ['units', 'dataServices'],
  wants: ['containers', 'containerLog', 'unitCommands', 'unitJournal', 'engines'],
  evaluate(facts, context) {
    const all = servicesWith(SERVICE_IMAGES.redis, facts);
    const servers = servicesWith(SERVICE_IMAGES.server, facts);
    const unchecked = uncheckedEngines(facts.engines, facts.units);
    if (all.length + servers.length === 0) {
      if (unchecked.length > 0)
        return {
          findings: [],
          lookedAt: {},
          notChecked: [`a Redis may run in a container that is not checked: ${notCheckedText(unchecked)}`],
        };
      if (!maySeeNone(context.unread, 'containers', 'unit-commands', 'engines'))
        return { skip: 'no container with an image of Redis or Valkey' };
    }
    const judged = all.map((redis) => judgeRedis(redis, servers, facts, context));
    const elsewhere = servers.flatMap((server) => {
      const where = whereUnseen(server, all);
      return where === undefined ? [] : [judgeUnseen(server, where, facts, context)];
    });
    return {
      ...together([...judged.flat(), ...elsewhere]),
      lookedAt: { redisServers: all.length },
    };
  },
});

type Known = Pick<Facts, 'units' | 'dataServices'> & {
  readonly [K in 'containers' | 'containerLog' | 'unitJournal']: Facts[K] | undefined;
};

function judgeRedis(
  redis: HostService,
  servers: readonly HostService[],
  facts: Known,
  context: Context,
): Judged[] {
  const { name, unit } = redis;
  const about: kinds.OnHost = {
    name,
    unit,
    isImmichs: isImmichs(redis, servers),
    units: facts.units,
    now: context.now,
  };
  const log = linesOf(redis, facts.containerLog, facts.unitJournal, context.windowStart);
  const asked = allWith(facts.dataServices, 'container', name).find(({ kind }) => kind === 'redis');
  if (!isUp(redis)) {
    const isNeeded = about.isImmichs && servers.some((server) => isUp(server) || isFailing(server));
    return [ofDown(redis, about, log, isNeeded)];
  }
  if (asked?.answer === 'silent') return [{ finding: silentFinding(redis, about, asked) }];
  return [
    asked?.answer === 'answered' ? {} : { notChecked: `whether ${name} answers: ${whyNot(asked)}` },
    ofSaving(redis, about, asked, log, facts.containers),
  ];
}

const whyNot = (asked: DataService | undefined): string => {
  if (asked === undefined) return 'it was not asked';
  if (asked.answer === 'no-process') return 'no process of Redis was found in it';
  return asked.answer === 'refused'
    ? `nothing accepts connections without TLS at ${asked.address}`
    : 'it could not be asked over a port (it has only a socket, or nsenter, timeout or bash is missing)';
};

function isImmichs({ name, container }: HostService, servers: readonly HostService[]): boolean {
  if (/immich/i.test(name)) return servers.length > 0;
  const networks = new Set((container?.networks ?? []).map((network) => network.name));
  return servers.some((server) => {
    const named = variableOf(server, 'REDIS_HOSTNAME');
    if (named !== undefined) return named === name;
    // Its default is a name of the network.
    return (
      name === 'redis' && (server.container?.networks ?? []).some((network) => networks.has(network.name))
    );
  });
}

const AT_START =
  /(Fatal error loading the DB|Wrong signature trying to load DB|Can't handle RDB format version \d+|(?:Bad file format|Unexpected end of file) reading the append[- ]only file|Unrecoverable error|Internal error in RDB reading[^>]{0,80}-> .{1,80}|Terminating server after rdb file reading failure|(?:Can't open|Can't open or create) (?:the )?append-only .*(?:Permission denied|Read-only file system|No space left on device))/;

function ofDown(redis: HostService, about: kinds.OnHost, log: readonly LogLine[], isNeeded: boolean): Judged {
  const { name, unit, container } = redis;
  const readyAt = log.findLast(({ text }) => isReady(text))?.at ?? 0;
  const reasons = log.filter(({ at, text }) => at >= readyAt && AT_START.test(text));
  // The line before the last one says why.
  const reason = reasons.find(({ text }) => !/Fatal error loading/.test(text)) ?? reasons[0];
  const seen = {
    subject: name,
    ...(unit?.changedAt === undefined ? {} : { since: unit.changedAt }),
    affects: { what: name, state: 'down' as const, cause: 'is not running' },
  };
  if (reason !== undefined) {
    const folder = mountedAt(redis, '/data');
    const detail = { ...about, why: causeIn(reason.text), folder, user: undefined, group: undefined };
    const isOfFolder = /append-only .*: /.test(reason.text);
    return {
      finding: (isOfFolder ? kinds.cannotSave : kinds.cannotLoad).finding(detail, {
        ...seen,
        count: reasons.length,
        evidence: asEvidence(name, reasons),
        explainedBy: isOfFolder ? explainedByStorage(folder) : [],
      }),
    };
  }
  if (!isFailing(redis) && !isNeeded) return { notChecked: [`whether ${name} can save: it is not running`] };
  return {
    finding: kinds.down.finding(about, {
      ...seen,
      // That of its container explains this one, and is explained by what else is told of this Redis.
      subject: unit?.id ?? name,
      evidence: [
        unit === undefined
          ? {
              source: `podman inspect ${name}`,
              observed: container?.state ?? 'no container',
              expected: 'running',
            }
          : {
              source: container === undefined ? `systemctl show ${unit.id}` : `podman inspect ${name}`,
              observed: container?.state ?? `${unit.activeState} (${unit.subState})`,
              expected: container === undefined ? 'active (running)' : 'running',
            },
      ],
      explainedBy: explainedByState(redis),
    }),
  };
}

function silentFinding(redis: HostService, about: kinds.OnHost, asked: DataService): FindingDraft {
  const { state, pid, address } = asked;
  const stopped = stoppedProcess(redis, asked);
  return kinds.noAnswer.finding(
    { ...about, stopped },
    {
      subject: about.name,
      evidence: [
        {
          source: `PING to ${address} in the network of ${about.name}`,
          observed: `no answer within 3 s; process ${pid} is ${stateText(state)}`,
          expected: 'PONG',
        },
      ],
      affects: {
        what: about.name,
        state: 'down',
        cause: stopped ? 'its process was stopped' : 'does not answer',
      },
    },
  );
}

/** What its own words say of its last save. */
const isReady = (text: string) => /[Rr]eady to accept connections/.test(text);
const hasSaved = (text: string) => /Background saving terminated with success|\* DB saved on disk/.test(text);
const hasFailed = (text: string) =>
  /Background saving error|opening the (?:temp )?RDB file|Write error saving DB|writing to the (?:AOF|append only) file|append-only .*: (?:Permission denied|No space left on device|Read-only file system)/.test(
    text,
  );

function ofSaving(
  redis: HostService,
  about: kinds.OnHost,
  asked: DataService | undefined,
  log: readonly LogLine[],
  containers: Known['containers'],
): Judged {
  const { name } = redis;
  const { errors = [], values = {} } = asked ?? {};
  const misconf = errors.find((error) => error.startsWith('MISCONF'));
  const over = log.findLastIndex(({ text }) => hasSaved(text) || isReady(text));
  const failures = log.slice(over + 1).filter(({ text }) => hasFailed(text));
  const bad = STATES.filter((state) => values[state] !== undefined && values[state] !== 'ok');
  const { aof_enabled: appends, save } = values;
  const isTold = values.rdb_last_bgsave_status !== undefined;
  // Nobody asked it to save: what it once tried to is nobody's loss.
  if (isTold && save === '' && appends === '0' && misconf === undefined) return {};
  const isFaulty = misconf !== undefined || bad.length > 0;
  const newest = log[over];
  // The log is read a moment after the question.
  if (
    isFaulty &&
    failures.length === 0 &&
    newest !== undefined &&
    hasSaved(newest.text) &&
    about.now - newest.at < JUST_NOW_MS
  )
    return {
      notChecked: `whether ${name} can save: it has just saved, after a failure; check again in a minute`,
    };
  if (isFaulty)
    return {
      finding: unsaved(redis, about, asked, containers, failures, {
        said: misconf ?? bad.map((state) => `${state}:${values[state]}`).join(', '),
        refuses: misconf !== undefined,
      }),
    };
  if (errors.some((error) => error.startsWith('LOADING')))
    return { notChecked: `whether ${name} can save: it is loading its data` };
  const busy = errors.find((error) => /^(?:MASTERDOWN|BUSY)\b/.test(error));
  if (busy !== undefined) return { notChecked: `whether ${name} can be used: it answers "${busy}"` };
  if (isTold) return ofFolder(redis, about, asked, containers);
  if (failures.length > 0 && log.length > 0)
    return { finding: unsaved(redis, about, asked, containers, failures, undefined) };
  if (log.some(({ text }) => hasSaved(text))) return {};
  const wants = errors.some((error) => /^(?:NOAUTH|NOPERM|WRONGPASS)/.test(error));
  const unread = unreadLog(redis);
  const why = wants ? 'it requires a password' : 'its answer does not say so';
  return {
    notChecked: `whether ${name} can save: ${why}, and ${unread[0] ?? 'its log has no line about a save'}`,
  };
}

const STATES = ['rdb_last_bgsave_status', 'aof_last_write_status', 'aof_last_bgrewrite_status'] as const;

function unsaved(
  redis: HostService,
  about: kinds.OnHost,
  asked: DataService | undefined,
  containers: Known['containers'],
  failures: readonly LogLine[],
  told: { readonly said: string; readonly refuses: boolean } | undefined,
): FindingDraft {
  const folder = folderOf(redis, asked);
  const said = [...failures.map(({ text }) => text), told?.said ?? ''];
  const why =
    said.map(reasonIn).find((reason) => reason !== '') ?? (isBarred(asked) ? 'permission denied' : '');
  return kinds.cannotSave.finding(
    {
      ...about,
      why,
      folder,
      ...ownerToBe(redis, asked, containers),
    },
    {
      subject: about.name,
      // What goes on in spite of it loses only what is in memory.
      status: told?.refuses === false ? 'warn' : 'fail',
      ...(failures[0] === undefined ? {} : { since: failures[0].at, count: failures.length }),
      evidence: [
        ...(told === undefined
          ? []
          : [
              {
                source: `an answer of ${about.name} at ${asked?.address}`,
                observed: told.said,
                expected: 'PONG, and rdb_last_bgsave_status:ok',
              },
            ]),
        ...asEvidence(about.name, failures),
      ],
      affects: {
        what: about.name,
        state: 'degraded',
        cause: `cannot save${why === '' ? '' : ` (${why})`}`,
      },
      explainedBy: /permission/i.test(why)
        ? [{ check: 'storage', subject: folder ?? '', status: 'fail' }]
        : explainedByStorage(folder),
    },
  );
}

/** It has saved so far, or did not need to; in a folder that it may not write to it cannot the next time. */
function ofFolder(
  redis: HostService,
  about: kinds.OnHost,
  asked: DataService | undefined,
  containers: Known['containers'],
): Judged {
  const { folder, user } = asked ?? {};
  if (folder === undefined)
    return { notChecked: `whether ${about.name} can save the next time: its data folder was not read` };
  if (!isBarred(asked)) return {};
  return {
    finding: kinds.folderNotWritable.finding(
      {
        ...about,
        why: '',
        folder: folderOf(redis, asked),
        ...ownerToBe(redis, asked, containers),
        owner: String(folder.user),
      },
      {
        subject: about.name,
        evidence: [
          {
            source: `stat ${asked?.values.dir ?? '/data'} in ${about.name}`,
            observed: `owner ${folder.user}:${folder.group}, mode ${folder.mode.toString(8)}; Redis runs as user ${user}`,
            expected: 'a folder that Redis may write to',
          },
        ],
      },
    ),
  };
}

/** The mode of its folder keeps it from writing there; root may do so all the same. */
function isBarred(asked: DataService | undefined): boolean {
  const { folder, user, groups = [] } = asked ?? {};
  if (folder === undefined || user === undefined || user === 0) return false;
  const bit = folder.user === user ? 0o300 : groups.includes(folder.group) ? 0o030 : 0o003;
  return (folder.mode & bit) !== bit;
}

const OWNER_MAY_WRITE = 0o300;
/** Folders that programs of the host, a user or a whole disk need as they are. */
const OF_OTHERS =
  /^\/(?:[^/]*|(?:home|mnt|var|run|root)\/[^/]+|(?:boot|dev|etc|media|nix|proc|run\/media|sys|usr)\/.*)$/;

/**
 * To whom its folder is given: only where that is what was looked at, it helps, and nobody else uses the folder. Below
 * the mount, the container may have set a link that leads to another folder of the host.
 */
function ownerToBe(
  { name, container }: HostService,
  asked: DataService | undefined,
  containers: Known['containers'],
): Pick<kinds.CannotSave, 'user' | 'group'> {
  const mount = container?.mounts?.find(({ destination }) => destination === asked?.values.dir);
  const mayBeGiven =
    isBarred(asked) &&
    ((asked?.folder?.mode ?? 0) & OWNER_MAY_WRITE) === OWNER_MAY_WRITE &&
    mount?.writable === true &&
    !OF_OTHERS.test(mount.source) &&
    containers?.every(
      (other) => other.name === name || !other.mounts?.some(({ source }) => isBelow(source, mount.source)),
    );
  return mayBeGiven === true
    ? { user: asked?.user, group: asked?.groups?.[0] }
    : { user: undefined, group: undefined };
}

const folderOf = (redis: HostService, asked: DataService | undefined) =>
  mountedAt(redis, asked?.values.dir ?? '/data');

function reasonIn(text: string): string {
  return (
    /(Permission denied|No space left on device|Read-only file system|Input\/output error)/
      .exec(text)?.[1]
      ?.toLowerCase() ?? ''
  );
}

function causeIn(text: string): string {
  const reason = reasonIn(text);
  if (reason !== '') return reason;
  const said = AT_START.exec(text)?.[1] ?? text;
  return said.charAt(0).toLowerCase() + said.slice(1);
}

const asEvidence = (name: string, lines: readonly LogLine[]) =>
  lines.slice(-3).map(({ at, text }) => ({
    source: `podman logs ${name}`,
    observed: text.trim().slice(0, 300),
    at,
  }));

interface Unseen {
  readonly name: string;
  readonly why: string;
}

/** Where the Redis of a server is, where it is none of those that were looked at. */
function whereUnseen(server: HostService, all: readonly HostService[]): Unseen | undefined {
  const socket = variableOf(server, 'REDIS_SOCKET');
  if (socket !== undefined) return { name: socket, why: 'it is reached by a socket' };
  const { service, outside, open } = serviceOf(server, all, REDIS);
  const name = variableOf(server, 'REDIS_HOSTNAME') ?? 'redis';
  if (outside !== undefined) return { name: outside, why: 'it is not in a container of this podman' };
  if (server.container?.secretEnv?.includes(REDIS.url) === true)
    return { name, why: `${REDIS.url} tells where it is, which may hold a password and is not read` };
  // It is one of those that were all looked at.
  return service === undefined && open !== undefined && all.length === 0
    ? { name, why: 'it is not in a container of this podman' }
    : undefined;
}

/** What the server says of it is all there is. */
function judgeUnseen(
  server: HostService,
  { name, why }: Unseen,
  facts: Known,
  { windowStart, now }: Context,
): Judged {
  const refusals = linesOf(server, facts.containerLog, facts.unitJournal, windowStart).filter(
    ({ at, text }) => /MISCONF /.test(text) && now - at < RECENT_MS,
  );
  const [first] = refusals;
  if (first === undefined)
    return {
      notChecked: `whether the Redis of ${server.name} (${name}) answers and can save: ${why}`,
    };
  return {
    finding: kinds.cannotSave.finding(
      {
        name,
        isImmichs: true,
        unit: undefined,
        units: facts.units,
        now,
        why: 'MISCONF',
        folder: undefined,
        user: undefined,
        group: undefined,
      },
      {
        subject: name,
        since: first.at,
        count: refusals.length,
        evidence: asEvidence(server.name, refusals),
        affects: { what: server.name, state: 'degraded', cause: 'its Redis cannot save' },
      },
    ),
  };
}
