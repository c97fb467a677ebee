import type { Container } from '../../facts/host/containers.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Explanation } from '../define.ts';
import { allWith, firstWith } from './lookup.ts';
import { runStart } from './runs.ts';

/** A container that runs a program of that kind, or the unit that should. */
export interface HostService {
  readonly name: string;
  /** Undefined while podman has none. */
  readonly container: Container | undefined;
  readonly unit: ContainerUnit | undefined;
}

interface Facts {
  readonly units: readonly ContainerUnit[];
  readonly unitCommands: readonly UnitCommands[] | undefined;
  readonly containers: readonly Container[] | undefined;
}

/** Those whose image has such a name. */
export function servicesWith(image: string, { units, unitCommands, containers = [] }: Facts): HostService[] {
  const isNamed = new RegExp(image);
  const made = containers
    .filter((container) => isNamed.test(container.image))
    .map((container) => ({
      name: container.name,
      container,
      unit: firstWith(units, 'id', container.unit ?? '') ?? firstWith(units, 'container', container.name),
    }));
  const missing = units.filter(
    ({ id, loadState }) =>
      // One that systemd refuses should run as well; one that is masked or gone should not.
      !['masked', 'not-found'].includes(loadState) &&
      isNamed.test(firstWith(unitCommands, 'unit', id)?.image ?? '') &&
      !made.some(({ unit }) => unit?.id === id),
  );
  return [...made, ...missing.map((unit) => ({ name: unit.container, container: undefined, unit }))];
}

export function isUp({ container, unit }: HostService): boolean {
  if (container !== undefined) return container.state === 'running';
  return unit !== undefined && ['active', 'reloading', 'refreshing'].includes(unit.activeState);
}

/** It fails again and again, or gave up: not one that somebody stopped. */
export const isFailing = ({ unit, container }: HostService): boolean =>
  unit === undefined
    ? container !== undefined && ['exited', 'stopped'].includes(container.state) && container.exitCode !== 0
    : unit.activeState === 'failed' || unit.subState.startsWith('auto-restart') || unit.restarts >= 2;

/** What a container said, or a part of it. */
interface Logged {
  readonly container: string;
  readonly at: number;
}

/** What its programs said in its present run; systemd's own restarts belong to the same one. */
export function linesOf<T extends Logged>(
  { name, unit }: HostService,
  log: readonly T[] | undefined,
  journal: readonly UnitMessage[] | undefined,
  windowStart: number,
): T[] {
  const since = unit === undefined ? windowStart : runStart(unit, journal, windowStart);
  return allLines(name, log).filter(({ at }) => at >= since);
}

/** A quadlet gives its container another name than its unit has. */
export const allLines = <T extends Logged>(name: string, log: readonly T[] | undefined): T[] =>
  [name, `systemd-${name}`].flatMap((container) => allWith(log, 'container', container as T['container']));

/** In a sentence, why its log tells nothing, where that is so. */
export function unreadLog({ name, container, unit }: HostService): string[] {
  if (unit !== undefined && unit.user !== '')
    return [`${name} belongs to ${unit.user}, whose containers podman does not list for root`];
  if (unit?.engine === 'docker') return [`${name} runs under docker, whose logs are not read`];
  if (container === undefined || container.logDriver === 'journald') return [];
  return [
    container.logDriver === undefined
      ? `the log of ${name} was not read: its log driver is not known`
      : `the log of ${name} was not read: its log driver is ${container.logDriver}, and only journald's is read`,
  ];
}

/** What other checks say of it that explains why it does not run. */
export const explainedByState = ({ name, unit }: HostService): Explanation[] => [
  ...(unit === undefined ? [] : [{ check: 'container-state', subject: unit.id }]),
  { check: 'container-state', subject: name },
];

/** The value that its environment gives a variable; undefined where it is not there, or the container is not. */
export function variableOf({ container }: HostService, name: string): string | undefined {
  return container?.env?.find((each) => each.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** The folder of the host that is mounted there, or around it. */
export function mountedAt({ container }: HostService, path: string): string | undefined {
  const around = (container?.mounts ?? []).filter(
    ({ destination }) => path === destination || path.startsWith(`${destination}/`),
  );
  return around.toSorted((a, b) => b.destination.length - a.destination.length)[0]?.source;
}

/** Findings of the disk that a folder lies on, the nearest first. */
export function explainedByStorage(path: string | undefined): Explanation[] {
  if (path === undefined || !path.startsWith('/')) return [];
  const parts = path.split('/').filter((part) => part !== '');
  return Array.from({ length: parts.length + 1 }, (_, index) => ({
    check: 'storage',
    subject: `/${parts.slice(0, parts.length - index).join('/')}`,
    status: 'fail' as const,
  }));
}
