import type { Facts } from '../../facts/host/index.ts';
import type { KernelOom, OomKill } from '../../facts/host/kernel-oom.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { FindingDraft } from '../define.ts';
import { firstWith } from './lookup.ts';
import { runStart } from './runs.ts';

/** The journal may tell of a start a little before its own first line. */
const SLACK_MS = 60_000;
/** systemd tells a start in whole seconds, and the journal may note a kill a little late. */
const NEAR_MS = 2000;

interface AttributedKill extends OomKill {
  readonly container: string;
  readonly unit: ContainerUnit | undefined;
  readonly present: boolean;
}

type Known = {
  readonly units: readonly ContainerUnit[];
  readonly kernelOom: KernelOom | undefined;
  readonly journal: Facts['journal'] | undefined;
  readonly containers: Facts['containers'] | undefined;
  readonly containerNames: Facts['containerNames'] | undefined;
  readonly unitJournal: readonly UnitMessage[] | undefined;
};

export interface Attribution {
  /** Of containers of this host, by the id or the unit in the cgroup's path and never by the name of the process. */
  readonly ours: readonly AttributedKill[];
  /** Of this window, in groups that certainly belong to no container of this host. */
  readonly foreign: readonly OomKill[];
  /** Of this window, in groups that may be those of a container of ours that is gone. */
  readonly unattributed: readonly OomKill[];
}

export function attributeKills(facts: Known, windowStart: number): Attribution {
  const ours: AttributedKill[] = [];
  const foreign: OomKill[] = [];
  const unattributed: OomKill[] = [];
  const namesAreWhole = knowsEveryName(facts, windowStart);
  for (const kill of facts.kernelOom?.kills ?? []) {
    if (kill.scope === 'host') continue;
    const container =
      firstWith(facts.containers, 'id', kill.containerId ?? '')?.name ??
      facts.containerNames?.get(kill.containerId ?? '') ??
      /(?:podman|docker)-([^/]+?)\.service/.exec(kill.cgroup ?? '')?.[1];
    if (container !== undefined) {
      const current = firstWith(facts.containers, 'name', container);
      const unit =
        firstWith(facts.units, 'id', current?.unit ?? '') ?? firstWith(facts.units, 'container', container);
      const since = unit === undefined ? windowStart : runStart(unit, facts.unitJournal, windowStart);
      // So near to the start the clock cannot tell the container of before from the present one; its id can.
      const replaced =
        unit?.restarts === 0 &&
        unit.activeState === 'active' &&
        kill.at < since + NEAR_MS &&
        current !== undefined &&
        kill.containerId !== undefined &&
        kill.containerId !== current.id;
      ours.push({ ...kill, container, unit, present: kill.at >= since && !replaced });
    } else if (kill.at >= windowStart) {
      const ofAContainer = kill.cgroup === undefined || /libpod|docker|conmon/.test(kill.cgroup);
      const notPodmans =
        kill.containerId === undefined && firstWith(facts.units, 'engine', 'docker') !== undefined;
      // In a storm of kills the kernel leaves out the lines that name the group.
      const groupUnknown = kill.cgroup === undefined && kill.containerId === undefined;
      (groupUnknown || (ofAContainer && (notPodmans || !namesAreWhole)) ? unattributed : foreign).push(kill);
    }
  }
  return { ours, foreign, unattributed };
}

/**
 * Whether the journal has podman's events, so that an id without a name is another store's. It has, where it names
 * every container that was started since the window began; without such a container nothing is proven.
 */
function knowsEveryName({ containers, containerNames }: Known, windowStart: number): boolean {
  const started = (containers ?? []).filter(({ startedAt }) => Date.parse(startedAt) >= windowStart);
  return started.length > 0 && started.every(({ id }) => containerNames?.has(id));
}

/** In sentences, which kills the kernel's log cannot show. */
export function unseenKills(facts: Known, { unattributed }: Attribution, windowStart: number): string[] {
  const neededSince = earliestRun(facts, windowStart);
  const hidden = unattributed.filter(({ at }) => at >= neededSince).length;
  return [
    ...(facts.kernelOom === undefined || reachesBack(facts, neededSince)
      ? []
      : [
          `the kernel log does not reach back to ${new Date(neededSince).toISOString()}, the start of the oldest run that is checked`,
        ]),
    ...(hidden === 0
      ? []
      : [
          `${hidden === 1 ? 'a process was' : `${hidden} processes were`} killed for memory in the memory group of an unknown container`,
        ]),
  ];
}

/** Whether every kill since then is in the kernel log that was read. */
export function reachesBack({ kernelOom, journal }: Known, neededSince: number): boolean {
  if (kernelOom?.since === undefined) return false;
  return Math.min(kernelOom.since, journal?.since ?? Number.POSITIVE_INFINITY) <= neededSince + SLACK_MS;
}

/** The last of these kills, the group that the kernel named only once: it is long, and the same for all. */
export function killEvidence(kills: readonly OomKill[]): FindingDraft['evidence'] {
  return kills.slice(-3).map((kill, index) => ({
    source: 'kernel log',
    observed: `${kill.process} (pid ${kill.pid}) killed, limit ${inMebibytes(kill.limitBytes)}${index === 0 && kill.cgroup !== undefined ? `, in ${kill.cgroup}` : ''}`,
    at: kill.at,
  }));
}

export function inMebibytes(bytes: number | undefined): string {
  return bytes === undefined ? 'unknown' : `${Math.round(bytes / 1_048_576)} MiB`;
}

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
export function countedKills(
  facts: Known & { readonly memoryGroups: Facts['memoryGroups'] | undefined },
  { ours }: Attribution,
  windowStart: number,
): CountedKills[] {
  return (facts.containers ?? []).flatMap(({ id, name, memory, startedAt }) => {
    const group = firstWith(facts.memoryGroups, 'containerId', id);
    const since = Date.parse(startedAt);
    if (group === undefined || group.kills === 0 || group.limitHits === 0 || memory === 0) return [];
    if (!(since >= windowStart) || firstWith(ours, 'containerId', id) !== undefined) return [];
    return [{ container: name, kills: group.kills, limitBytes: memory, startedAt: since }];
  });
}
