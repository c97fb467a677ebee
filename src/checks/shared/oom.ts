import type { Facts } from '../../probes/index.ts';
import type { KernelOom, OomKill } from '../../probes/kernel-oom.ts';
import type { UnitMessage } from '../../probes/unit-journal.ts';
import type { ContainerUnit } from '../../probes/units.ts';
import { runStart } from './runs.ts';

export interface AttributedKill extends OomKill {
  readonly container: string;
  readonly unit: ContainerUnit | undefined;
  readonly present: boolean;
}

type Known = {
  readonly units: readonly ContainerUnit[];
  readonly kernelOom: KernelOom;
  readonly containers: Facts['containers'] | undefined;
  readonly containerNames: Facts['containerNames'] | undefined;
  readonly unitJournal: readonly UnitMessage[] | undefined;
};

/**
 * The kills that can be attributed to a container of this host, by the id or the unit in the cgroup's path and never
 * by the name of the process. Kills in cgroups that nobody knows are left out: they may be another store's.
 */
export function attributedKills(facts: Known, windowStart: number): AttributedKill[] {
  return facts.kernelOom.kills.flatMap((kill) => {
    const container =
      facts.containers?.find(({ id }) => id === kill.containerId)?.name ??
      facts.containerNames?.get(kill.containerId ?? '') ??
      /(?:podman|docker)-([^/]+?)\.service/.exec(kill.cgroup ?? '')?.[1];
    if (container === undefined) return [];
    const unit = facts.units.find((candidate) => candidate.container === container);
    const since = unit === undefined ? windowStart : runStart(unit, facts.unitJournal, windowStart);
    return [{ ...kill, container, unit, present: kill.at >= since }];
  });
}

/** In a sentence, where the kernel's log does not reach back as far as it would have to. */
export function unseenKills(kernelOom: KernelOom, neededSince: number): string[] {
  // A log without a single line is an incomplete fact, which says so itself.
  if (kernelOom.since === undefined || kernelOom.since <= neededSince + 60_000) return [];
  return [`the kernel log reaches back only to ${new Date(kernelOom.since).toISOString()}`];
}

export function inMebibytes(bytes: number | undefined): string {
  return bytes === undefined ? 'unknown' : `${Math.round(bytes / 1_048_576)} MiB`;
}

/** From when on kills matter: the earliest present run of a container. */
export function earliestRun(facts: Pick<Known, 'units' | 'unitJournal'>, windowStart: number): number {
  const starts = facts.units.map((unit) => runStart(unit, facts.unitJournal, windowStart));
  return starts.length === 0 ? windowStart : Math.min(...starts);
}
