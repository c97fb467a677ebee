import type { Facts } from '../../facts/host/index.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { counted } from '../../text/amount.ts';
import { allWith, firstWith } from '../shared/lookup.ts';
import { isTailnetAddress, published } from '../shared/tailnet.ts';

const SETTLED_MS = 60_000;
/** Of a longer range only so many are looked at: it is published as one, and podman opens all of it or nothing. */
const MOST_OF_A_RANGE = 100;

export interface SilentPort {
  readonly unit: string;
  readonly address: string;
  readonly port: number;
}

/** What was seen of the TCP ports on Tailscale addresses that active units publish. */
export interface PublishedPorts {
  /** On which nothing listens, although podman opens what it publishes. */
  readonly silent: readonly SilentPort[];
  /** How many were compared with what listens, a range as one. */
  readonly lookedAt: number;
  /** In sentences, those on which nothing listens, and nobody can tell whether that is right. */
  readonly notChecked: readonly string[];
  /** What was left out. */
  readonly note: string | undefined;
}

interface Port {
  readonly unit: ContainerUnit;
  readonly isPodmans: boolean;
  readonly address: string;
  readonly port: number | undefined;
  readonly last: number | undefined;
  readonly protocol: string;
}

/**
 * podman opens the ports that it publishes only where its port reservation is on (the default): an open port of any
 * container shows that it is.
 */
export function publishedPorts(
  {
    units,
    unitCommands,
  }: { readonly units: Facts['units']; readonly unitCommands: Facts['unitCommands'] | undefined },
  listeners: Facts['listeners'] | undefined,
  now: number,
): PublishedPorts {
  const all = units
    .filter(({ activeState }) => activeState === 'active')
    .flatMap((unit) => portsOf(unit, unitCommands));
  const ofTailnet = all.filter(({ address }) => isTailnetAddress(address));
  const ports = ofTailnet.filter(isNamed);
  const leftOut = ofTailnet.length - ports.length;
  const note =
    leftOut === 0
      ? undefined
      : `${counted(leftOut, 'published port')} not checked, which ${leftOut === 1 ? 'is' : 'are'} UDP or chosen at each start`;
  if (listeners === undefined) return { silent: [], lookedAt: 0, notChecked: [], note };
  const opens = all.some(
    ({ isPodmans, address, port }) =>
      isPodmans && allWith(listeners, 'port', port ?? 0).some((listener) => listener.address === address),
  );
  const quiet = ports.flatMap(({ unit, isPodmans, address, ...range }) => {
    const port = numbersOf(range).find((number) => !isOpen(listeners, address, number));
    return port === undefined ? [] : [{ unit, isPodmans, address, port }];
  });
  const isProven = ({ unit, isPodmans }: (typeof quiet)[number]) =>
    isPodmans && opens && now - (unit.activeSince ?? now) > SETTLED_MS;
  return {
    silent: quiet.filter(isProven).map(({ unit, address, port }) => ({ unit: unit.id, address, port })),
    lookedAt: ports.length,
    notChecked: quiet
      .filter((each) => !isProven(each))
      .map(
        ({ unit, isPodmans, address, port }) =>
          `nothing listens on ${address}:${port}, which ${unit.id} publishes, and ${whyUnproven(isPodmans, opens)}`,
      ),
    note,
  };
}

function whyUnproven(isPodmans: boolean, opens: boolean): string {
  if (!isPodmans) return 'docker may still forward it';
  return opens
    ? 'it was only just started'
    : 'no other port shows whether podman opens published ports (enable_port_reservation)';
}

function portsOf(unit: ContainerUnit, unitCommands: Facts['unitCommands'] | undefined): Port[] {
  const commands = firstWith(unitCommands, 'unit', unit.id);
  if (commands === undefined || commands.runs.length === 0) return [];
  const isPodmans = unit.engine === 'podman' && commands.runs.includes('podman');
  return published(commands).map(({ address, port, last, protocol }) => ({
    unit,
    isPodmans,
    address,
    port,
    last,
    protocol,
  }));
}

/** One of TCP, with a number: what listens for others is not read. */
const isNamed = (port: Port): port is Port & { readonly port: number } =>
  port.protocol === 'tcp' && port.port !== undefined;

const numbersOf = ({ port, last = port }: { readonly port: number; readonly last: number | undefined }) =>
  Array.from({ length: Math.max(1, Math.min(last - port + 1, MOST_OF_A_RANGE)) }, (_, index) => port + index);

/** What listens on all addresses of IPv4 does not on those of IPv6; the other way round it may. */
function isOpen(listeners: Facts['listeners'], address: string, port: number): boolean {
  const everywhere = address.includes(':') ? ['*', '::'] : ['*', '::', '0.0.0.0'];
  return allWith(listeners, 'port', port).some(
    (listener) => listener.address === address || everywhere.includes(listener.address),
  );
}
