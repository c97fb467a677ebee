import type { Facts } from '../../facts/host/index.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { isTailnetAddress, published } from '../shared/tailnet.ts';

const SETTLED_MS = 60_000;

export interface SilentPort {
  readonly unit: string;
  readonly address: string;
  readonly port: number;
}

/**
 * Ports on Tailscale addresses on which nothing listens. podman opens the ports that it publishes only where its
 * port reservation is on (the default): an open port of another container shows that it is.
 */
export function silentPorts(
  {
    units,
    unitCommands,
  }: { readonly units: Facts['units']; readonly unitCommands: Facts['unitCommands'] | undefined },
  listeners: Facts['listeners'] | undefined,
  now: number,
): readonly SilentPort[] {
  if (listeners === undefined) return [];
  const ports = units
    .filter(
      ({ engine, activeState, activeSince }) =>
        engine === 'podman' && activeState === 'active' && now - (activeSince ?? now) > SETTLED_MS,
    )
    .flatMap(({ id }) => {
      const commands = firstWith(unitCommands, 'unit', id);
      if (!commands?.runs.includes('podman')) return [];
      return published(commands).flatMap(({ address, port, protocol }) =>
        port === undefined || protocol !== 'tcp' ? [] : [{ unit: id, address, port }],
      );
    });
  const open = (address: string, port: number) =>
    allWith(listeners, 'port', port).some((listener) =>
      [address, '0.0.0.0', '*', '::'].includes(listener.address),
    );
  if (!ports.some(({ address, port }) => allWith(listeners, 'port', port).some((l) => l.address === address)))
    return [];
  return ports.filter(({ address, port }) => isTailnetAddress(address) && !open(address, port));
}
