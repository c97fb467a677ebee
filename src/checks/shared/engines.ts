import type { Facts } from '../../facts/host/index.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Unread } from '../define.ts';
import { isTailnetAddress } from './tailnet.ts';

/** Containers that are known to be there and of which nothing is read. */
export interface UncheckedContainers {
  /** `docker containers (3)`. */
  readonly what: string;
  /** The command that shows them. */
  readonly see: string;
}

export function uncheckedEngines(
  engines: Facts['engines'] | undefined,
  units: readonly ContainerUnit[],
): UncheckedContainers[] {
  if (engines === undefined) return [];
  const { docker, rootless } = engines;
  const told = new Set(units.map(({ user }) => user));
  const others = rootless.filter(({ user }) => !told.has(user));
  const ofDocker = { see: 'sudo docker ps -a' };
  return [
    ...(docker === 'no answer'
      ? [{ ...ofDocker, what: 'docker containers (docker runs but does not answer)' }]
      : docker > units.filter(({ engine }) => engine === 'docker').length
        ? [{ ...ofDocker, what: `docker containers (${docker})` }]
        : []),
    ...others.map(({ user, count }) => ({
      what: `containers of the user ${user} (${count})`,
      see: `podman ps -a logged in as ${user}`,
    })),
  ];
}

export const notCheckedText = (unchecked: readonly UncheckedContainers[]): string =>
  `hsdoctor does not check ${unchecked.map(({ what }) => what).join(', ')}: see ${unchecked.map(({ see }) => see).join(', and ')}`;

/** The same as what was not checked: nothing where all was. */
export const notCheckedOf = (unchecked: readonly UncheckedContainers[]): string[] =>
  unchecked.length === 0 ? [] : [notCheckedText(unchecked)];

/** In a sentence, what may publish ports on a Tailscale address of this host and is not looked at. */
export function mayPublish(
  engines: Facts['engines'] | undefined,
  { units, addresses }: Pick<Facts, 'units' | 'addresses'>,
): string[] {
  const unchecked = uncheckedEngines(engines, units);
  const own = addresses.assigned.map(({ address }) => address).find(isTailnetAddress);
  if (unchecked.length === 0 || own === undefined) return [];
  return [
    `whether ${unchecked.map(({ what }) => what).join(' or ')} publish ports on ${own} is not known: see ${unchecked.map(({ see }) => see).join(', and ')}`,
  ];
}

/** Who could not look cannot say that there is no container; what is not installed has none. */
export const maySeeNone = (unread: readonly Unread[], ...probes: readonly string[]): boolean =>
  unread.some(
    ({ probe, outcome }) => probes.includes(probe) && !['not-installed', 'not-applicable'].includes(outcome),
  );
