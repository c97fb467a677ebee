import type { Facts } from '../../facts/host/index.ts';
import type { KernelOom, OomKill } from '../../facts/host/kernel-oom.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import { type ContainerUnit, isContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { optionPath } from '../../remedy/nix-text.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { isRefused, unitName } from '../../remedy/words.ts';
import { counted, mebibytes } from '../../text/amount.ts';
import type { FindingDraft } from '../define.ts';
import { allWith, firstWith } from './lookup.ts';
import { messagesOfRun, runStart } from './runs.ts';

/** The journal may tell of a start a little before its own first line. */
const SLACK_MS = 60_000;
/** systemd tells a start in whole seconds, and the journal may note a kill a little late. */
const NEAR_MS = 2000;

interface AttributedKill extends OomKill {
  readonly container: string;
  readonly unit: ContainerUnit | undefined;
  readonly present: boolean;
  /** There is neither a unit nor a container of that name any more. */
  readonly isGone: boolean;
  /** The unit, slice or group around the container whose limit was hit, where it is not the container's own. */
  readonly outer: string | undefined;
}

type Known = {
  readonly units: readonly ContainerUnit[];
  readonly kernelOom: KernelOom | undefined;
  readonly journal: Facts['journal'] | undefined;
  readonly containers: Facts['containers'] | undefined;
  readonly containerNames: Facts['containerNames'] | undefined;
  readonly unitJournal: readonly UnitMessage[] | undefined;
  readonly memoryGroups: Facts['memoryGroups'] | undefined;
};

export interface Attribution {
  /** Of containers of this host, by the id or the unit in the cgroup's path and never by the name of the process. */
  readonly ours: readonly AttributedKill[];
  /** Of this window, in groups of no container, or of one that root's podman certainly never had. */
  readonly foreign: readonly OomKill[];
  /** Of this window, in groups that may be those of a container of ours that is gone. */
  readonly unattributed: readonly OomKill[];
  /** Of this window, in groups of containers of another engine or another user, of which no name is read. */
  readonly elsewhere: readonly OomKill[];
  /** Of containers of this host, because the memory of the host itself was short. */
  readonly ofHost: readonly AttributedKill[];
}

export function attributeKills(facts: Known, windowStart: number): Attribution {
  const ours: AttributedKill[] = [];
  const foreign: OomKill[] = [];
  const unattributed: OomKill[] = [];
  const elsewhere: OomKill[] = [];
  const ofHost: AttributedKill[] = [];
  const namesAreWhole = knowsEveryName(facts, windowStart);
  for (const kill of facts.kernelOom?.kills ?? []) {
    const container = containerOf(kill, facts);
    if (kill.scope === 'host') {
      if (container !== undefined) ofHost.push(attributed(kill, container, facts, windowStart));
    } else if (container !== undefined) ours.push(attributed(kill, container, facts, windowStart));
    else if (kill.at < windowStart) continue;
    else if (isElsewhere(kill)) elsewhere.push(kill);
    // In a storm of kills the kernel leaves out the lines that name the group.
    else if (kill.cgroup === undefined && kill.containerId === undefined) unattributed.push(kill);
    else if (kill.containerId !== undefined && (!namesAreWhole || IN_MACHINES.test(groupOf(kill))))
      unattributed.push(kill);
    else foreign.push(kill);
  }
  return { ours, foreign, unattributed, elsewhere, ofHost };
}

/** The path that tells most of whose process it was. */
const groupOf = ({ cgroup = '', victim = cgroup }: OomKill) => victim;

/** The groups of a user's own processes: root's podman and the units of the system are never in there. */
const OF_A_USER = /(?:^|\/)user\.slice\//;

/**
 * Where systemd puts the containers of root's podman: never proven to be foreign. In the group of cgroupfs
 * (`libpod_parent`) are those of other stores too, such as those of machines that share this kernel.
 */
const IN_MACHINES = /^\/?machine\.slice\/(?:[^/]+\/)*libpod-/;

function containerOf(kill: OomKill, { units, containers, containerNames }: Known): string | undefined {
  const { containerId = '' } = kill;
  const known = firstWith(containers, 'id', containerId)?.name ?? containerNames?.get(containerId);
  if (known !== undefined || OF_A_USER.test(groupOf(kill))) return known;
  for (const id of groupOf(kill).split('/').reverse()) {
    const container = firstWith(units, 'id', id)?.container;
    if (container !== undefined) return container;
    if (isContainerUnit(id)) return /^(?:podman|docker)-(.+)\.service$/.exec(id)?.[1];
  }
  return undefined;
}

/** All engines name the group of a container by its id, and only root's podman is asked for names. */
function isElsewhere(kill: OomKill): boolean {
  const isOfAContainer = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/.test(groupOf(kill));
  return isOfAContainer && (kill.containerId === undefined || OF_A_USER.test(groupOf(kill)));
}

function attributed(
  kill: OomKill,
  container: string,
  { units, containers, unitJournal }: Known,
  windowStart: number,
): AttributedKill {
  const current = firstWith(containers, 'name', container);
  const unit = firstWith(units, 'id', current?.unit ?? '') ?? firstWith(units, 'container', container);
  const since = unit === undefined ? windowStart : runStart(unit, unitJournal, windowStart);
  // So near to the start the clock cannot tell the container of before from the present one; its id can.
  const replaced =
    unit?.restarts === 0 &&
    unit.activeState === 'active' &&
    kill.at < since + NEAR_MS &&
    current !== undefined &&
    kill.containerId !== undefined &&
    kill.containerId !== current.id;
  return {
    ...kill,
    container,
    unit,
    present: kill.at >= since && !replaced,
    isGone: unit === undefined && containers !== undefined && current === undefined,
    outer: outerLimit(kill),
  };
}

/** A limit in the group of the container itself has the container's id in its path; what is around it has not. */
function outerLimit({ cgroup, containerId }: OomKill): string | undefined {
  if (cgroup === undefined || (containerId !== undefined && cgroup.includes(containerId))) return undefined;
  const name = cgroup.split('/').at(-1) ?? '';
  return /.\.(?:slice|service|scope)$/.test(name) ? name : `the memory group ${cgroup}`;
}

/** What fixes a limit that is not the container's own: more for the container would change nothing. */
export function raiseOuterLimit(outer: string, limitBytes: number | undefined): Step[] {
  const above = limitBytes === undefined ? '' : ` above ${inMebibytes(limitBytes)}`;
  const lessToDo = "or give what runs in it less to do. The container's own --memory was not reached.";
  if (/libpod_pod_/.test(outer))
    return [byHand(`Raise the memory limit of its pod (--memory of podman pod create)${above}, ${lessToDo}`)];
  if (outer.includes(' '))
    return [byHand(`Find what sets the limit of ${outer}, and raise it${above}, ${lessToDo}`)];
  return [
    run(['systemctl', 'show', '--property=MemoryMax,FragmentPath,DropInPaths', '--', unitName(outer)], {
      why: 'Show its limit, and which files set it.',
    }),
    byHand(`Raise MemoryMax of ${outer}${above} where it is set${inNixos(outer)}, ${lessToDo}`),
  ];
}

/** The option of NixOS that sets it. */
function inNixos(outer: string): string {
  const [, name = '', type = ''] = /^(.+)\.(slice|service)$/.exec(outer) ?? [];
  if (type === '') return '';
  const option = optionPath('systemd', `${type}s`, name, `${type}Config`, 'MemoryMax');
  return isRefused(option) ? '' : ` (in NixOS: ${option})`;
}

/**
 * Whether the journal has podman's events, so that an id without a name is another store's. It has, where it names
 * every container that was started since the window began; without such a container nothing is proven.
 */
function knowsEveryName({ containers, containerNames }: Known, windowStart: number): boolean {
  const started = (containers ?? []).filter(({ startedAt }) => Date.parse(startedAt) >= windowStart);
  return started.length > 0 && started.every(({ id }) => containerNames?.has(id));
}

/** In sentences, which kills the kernel's log cannot show, and which are of nobody that is known. */
export function uncheckedKills(
  facts: Known,
  { unattributed, elsewhere }: Attribution,
  windowStart: number,
): string[] {
  const neededSince = earliestRun(facts, windowStart);
  return [
    ...(facts.kernelOom === undefined || reachesBack(facts, neededSince)
      ? []
      : [
          `the kernel log does not reach back to ${new Date(neededSince).toISOString()}, the start of the oldest run that is checked`,
        ]),
    ...nameless(
      unattributed.filter(({ at }) => at >= neededSince),
      'an unknown container',
    ),
    ...countedElsewhere(facts, windowStart),
    // No unit tells when their present run began.
    ...nameless(elsewhere, "a container of another engine or user than root's podman"),
  ];
}

/** Killed at another limit than its own, or in a group without one: of that only the log tells. */
function countedElsewhere(
  { containers, memoryGroups, kernelOom }: Known,
  windowStart: number,
): readonly string[] {
  const kills = (kernelOom?.kills ?? []).filter(({ at }) => at >= windowStart);
  return (containers ?? []).flatMap(({ id, name, memory, oomKilled, startedAt }) => {
    const group = firstWith(memoryGroups, 'containerId', id);
    if (!(Date.parse(startedAt) >= windowStart)) return [];
    if (kills.some((kill) => kill.scope === 'host' || kill.containerId === id)) return [];
    if (group === undefined || group.kills === 0)
      return oomKilled
        ? [
            `podman says that memory ran out in ${name} (OOMKilled), and the kernel log has no line about that`,
          ]
        : [];
    if (group.limitHits > 0 && memory > 0) return [];
    return [
      `the memory group of ${name} counts ${counted(group.kills, 'process')} killed for memory, and the kernel log has no line about that`,
    ];
  });
}

function nameless(kills: readonly OomKill[], whose: string): string[] {
  const last = kills.at(-1);
  if (last === undefined) return [];
  const killed = kills.length === 1 ? 'a process was' : `${kills.length} processes were`;
  const group = groupOf(last);
  return [
    `${killed} killed for memory in the memory group of ${whose}${group === '' ? '' : `${kills.length === 1 ? '' : ', the last'} (${group})`}`,
  ];
}

/** Whether every kill since then is in the kernel log that was read. */
export function reachesBack({ kernelOom, journal }: Known, neededSince: number): boolean {
  if (kernelOom?.since === undefined) return false;
  return Math.min(kernelOom.since, journal?.since ?? Number.POSITIVE_INFINITY) <= neededSince + SLACK_MS;
}

/** A unit of which systemd says that something in it was killed for memory, and by whom, where no kill of it is known. */
export interface UnitKill {
  readonly container: string;
  readonly unit: ContainerUnit;
  readonly killer: 'kernel' | 'systemd-oomd';
  readonly at: number | undefined;
  readonly times: number;
  readonly evidence: FindingDraft['evidence'];
}

const BY_KERNEL = /killed by the OOM killer/;
const BY_DAEMON = /systemd-oomd killed (?:some|\d+) process/;

export function unitKills(facts: Known, { ours, ofHost }: Attribution, windowStart: number): UnitKill[] {
  return facts.units.flatMap((unit): UnitKill[] => {
    const { id, container, result, activeState, changedAt } = unit;
    const isKnown = [ours, ofHost].some((all) =>
      allWith(all, 'container', container).some(({ present }) => present),
    );
    if (isKnown) return [];
    const told = messagesOfRun(unit, facts.unitJournal, windowStart).filter(
      ({ from, text }) => from === 'systemd' && (BY_KERNEL.test(text) || BY_DAEMON.test(text)),
    );
    const isResult = result === 'oom-kill' && activeState !== 'active';
    const last = told.at(-1);
    if (last === undefined && !isResult) return [];
    return [
      {
        container,
        unit,
        killer: BY_DAEMON.test(last?.text ?? '') ? 'systemd-oomd' : 'kernel',
        at: told[0]?.at ?? changedAt,
        times: Math.max(1, told.length),
        evidence: [
          ...told
            .slice(-3)
            .map(({ text, at }) => ({ source: `journalctl --unit=${id}`, observed: text, at })),
          ...(isResult
            ? [{ source: `systemctl show ${id}`, observed: 'Result=oom-kill', expected: 'Result=success' }]
            : []),
        ],
      },
    ];
  });
}

/** What killed, in words. */
export const KILLERS: Readonly<Record<OomKill['killer'], string>> = {
  kernel: "the kernel's OOM killer",
  'systemd-oomd': 'systemd-oomd',
  earlyoom: 'earlyoom',
};

/** The last of these kills, the group that the kernel named only once: it is long, and the same for all. */
export function killEvidence(kills: readonly OomKill[]): FindingDraft['evidence'] {
  return kills.slice(-3).map((kill, index) => ({
    source: 'kernel log',
    observed: `${kill.process} (pid ${kill.pid}) killed, limit ${inMebibytes(kill.limitBytes)}${index === 0 && kill.cgroup !== undefined ? `, in ${kill.cgroup}` : ''}`,
    at: kill.at,
  }));
}

export function inMebibytes(bytes: number | undefined): string {
  return bytes === undefined ? 'unknown' : mebibytes(bytes);
}

/** ` of 2048 MiB`, where the kernel told it. */
export const ofSize = (bytes: number | undefined) => (bytes === undefined ? '' : ` of ${inMebibytes(bytes)}`);

/** `once`, `5 times`. */
export const inTimes = (count: number) => (count === 1 ? 'once' : `${count} times`);

/** From when on kills matter: the earliest present run of a container. */
export function earliestRun(facts: Pick<Known, 'units' | 'unitJournal'>, windowStart: number): number {
  const starts = facts.units.map((unit) => runStart(unit, facts.unitJournal, windowStart));
  return starts.length === 0 ? windowStart : starts.reduce((a, b) => Math.min(a, b));
}

export interface CountedKills {
  readonly container: string;
  readonly kills: number;
  readonly limitBytes: number;
  readonly startedAt: number;
}

/**
 * Running containers of which the kernel has counted kills at their own limit, while its log tells of none: it could
 * not be read, or has lost the lines. The counts have no times: only those of a container that was started within
 * the window are of the window.
 */
export function countedKills(facts: Known, { ours }: Attribution, windowStart: number): CountedKills[] {
  return (facts.containers ?? []).flatMap(({ id, name, memory, startedAt }) => {
    const group = firstWith(facts.memoryGroups, 'containerId', id);
    const since = Date.parse(startedAt);
    if (group === undefined || group.kills === 0 || group.limitHits === 0 || memory === 0) return [];
    if (!(since >= windowStart) || firstWith(ours, 'containerId', id) !== undefined) return [];
    return [{ container: name, kills: group.kills, limitBytes: memory, startedAt: since }];
  });
}
