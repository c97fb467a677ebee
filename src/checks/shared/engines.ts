import type { Facts } from '../../facts/host/index.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { counted } from '../../text/amount.ts';
import type { Unread } from '../define.ts';

/** In sentences, containers that are known to be there and of which nothing is read. */
export function uncheckedEngines(
  engines: Facts['engines'] | undefined,
  units: readonly ContainerUnit[],
): string[] {
  if (engines === undefined) return [];
  const { docker, rootless } = engines;
  const told = new Set(units.map(({ user }) => user));
  const others = rootless.filter(({ user }) => !told.has(user));
  return [
    ...(docker === 'no answer'
      ? ['docker is installed but does not answer: its containers were not checked']
      : docker > units.filter(({ engine }) => engine === 'docker').length
        ? [`${notCheckedOf(docker, 'docker container')}: see docker ps`]
        : []),
    ...others.map(
      ({ user, count }) =>
        `${notCheckedOf(count, `rootless container`, ` of ${user}`)}: see podman ps as ${user}`,
    ),
  ];
}

const notCheckedOf = (count: number, what: string, whose = '') =>
  `${counted(count, what)}${whose} ${count === 1 ? 'is' : 'are'} not checked`;

/** Who could not look cannot say that there is no container; what is not installed has none. */
export const maySeeNone = (unread: readonly Unread[], ...probes: readonly string[]): boolean =>
  unread.some(
    ({ probe, outcome }) => probes.includes(probe) && !['not-installed', 'not-applicable'].includes(outcome),
  );
