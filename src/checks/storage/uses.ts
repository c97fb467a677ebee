import type { DataPath } from '../../facts/host/data-paths.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { firstOf } from '../../text/amount.ts';
import { allWith, firstWith } from '../shared/lookup.ts';

/** A container, or a unit whose container is gone, that uses a path of the host. */
export interface Use {
  readonly path: string;
  /** With all links followed, as far as that was read. */
  readonly real: string;
  readonly seen: DataPath | undefined;
  readonly container: string;
  readonly unit: ContainerUnit | undefined;
  /** What a unit that is down mounts counts as writable: its command does not tell it here. */
  readonly writable: boolean;
  /** Where it is in the container; undefined where only the unit is known. */
  readonly destination: string | undefined;
  /** The container runs. */
  readonly isRunning: boolean;
}

export interface Known {
  readonly containers: Facts['containers'] | undefined;
  readonly units: readonly ContainerUnit[] | undefined;
  readonly unitCommands: readonly UnitCommands[] | undefined;
  readonly dataPaths: readonly DataPath[] | undefined;
}

/** Of the kernel, not of a disk. */
const NO_DATA = /^\/(?:proc|sys|dev)(?:\/|$)/;

/** Everything of the host that containers mount, and that those would whose units are down. */
export function usesOf({ containers = [], units = [], unitCommands = [], dataPaths }: Known): Use[] {
  const use = (path: string, rest: Omit<Use, 'path' | 'real' | 'seen'>): Use[] => {
    if (NO_DATA.test(path) || !path.startsWith('/')) return [];
    const seen = firstWith(dataPaths, 'path', path);
    return [{ path, real: seen?.real ?? path, seen, ...rest }];
  };
  const ofContainers = containers.flatMap(({ name, state, unit = '', mounts = [] }) =>
    mounts.flatMap(({ type, source, destination, writable }) =>
      type === 'bind' || type === 'volume'
        ? use(source, {
            container: firstWith(units, 'id', unit)?.container ?? name,
            unit: firstWith(units, 'id', unit),
            writable,
            destination,
            isRunning: state === 'running',
          })
        : [],
    ),
  );
  const present = new Set(ofContainers.map(({ container }) => container));
  const ofUnits = unitCommands.flatMap(({ unit: id, files, environmentFiles }) => {
    const unit = firstWith(units, 'id', id);
    if (unit === undefined || !shouldRun(unit) || present.has(unit.container)) return [];
    if (allWith(containers, 'name', unit.container).length > 0) return [];
    return files
      .filter((file) => !environmentFiles.includes(file))
      .flatMap((file) =>
        use(file, {
          container: unit.container,
          unit,
          writable: true,
          destination: undefined,
          isRunning: false,
        }),
      );
  });
  return [...ofContainers, ...ofUnits];
}

/** What somebody stopped, or never starts, needs nothing. */
const shouldRun = ({ activeState, loadState, wanted }: ContainerUnit) =>
  loadState === 'loaded' && (activeState !== 'inactive' || wanted);

/** Names of the containers, each once, in their order. */
export const containersOf = (uses: readonly Use[]): string[] => [
  ...new Set(uses.map(({ container }) => container)),
];

const MOST_NAMED = 3;

/** ` (used by immich-server, immich-postgres)`, where there are any. */
export function usedBy(containers: readonly string[]): string {
  if (containers.length === 0) return '';
  return firstOf(containers, MOST_NAMED);
}

/** What people notice of it: at the first container that uses it. */
export function affected(containers: readonly string[], cause: string) {
  const [what] = containers;
  return what === undefined ? {} : { affects: { what, state: 'degraded' as const, cause } };
}
