import { isIPv6 } from 'node:net';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { firstWith } from './lookup.ts';

/**
 * Whether an address is one that Tailscale gives: in 100.64.0.0/10 or fd7a:115c:a1e0::/48. The rest of 100.x is
 * public.
 */
export function isTailnetAddress(address: string): boolean {
  if (/^fd7a:115c:a1e0:/i.test(address)) return true;
  const match = /^100\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(address);
  return match !== null && Number(match[1]) >= 64 && Number(match[1]) <= 127;
}

/** An IPv6 address as the kernel and Tailscale spell it. */
function spelled(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

interface Published {
  readonly address: string;
  /** On the host; of a range the first. */
  readonly port?: number;
  /** The last of a range. */
  readonly last?: number;
  readonly protocol: string;
}

/** Words of `--publish` that name an address. */
export function published(commands: UnitCommands | undefined): Published[] {
  return (commands?.publishes ?? []).flatMap((word) => {
    const match = /^(?:\[([0-9a-f:.]+)\]|([\d.]+)):(\d+)?(?:-(\d+))?:[\d-]+(?:\/(\w+))?$/i.exec(word);
    if (match === null) return [];
    const [, six, four, port, last, protocol = 'tcp'] = match;
    return [
      {
        address: six === undefined ? (four ?? '') : spelled(six),
        protocol,
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(last === undefined ? {} : { last: Number(last) }),
      },
    ];
  });
}

/** In a sentence, the units of which no port was read, or one whose address only their start tells: `${ADDRESS}:2283:2283`. */
export function unreadPorts(
  units: readonly ContainerUnit[],
  unitCommands: readonly UnitCommands[] | undefined,
): string[] {
  if (unitCommands === undefined) return [];
  return units.flatMap(({ id }) => {
    const commands = firstWith(unitCommands, 'unit', id);
    if (commands === undefined) return [`what ${id} runs was not read`];
    const unread = commands.publishes.find((word) => /[$`]/.test(word));
    return unread === undefined
      ? []
      : [`a variable says where ${id} publishes its ports, and it was not read (${unread})`];
  });
}

/** The Tailscale addresses on which a unit publishes ports. */
export function tailnetAddresses(commands: UnitCommands | undefined): string[] {
  return [...new Set(published(commands).map(({ address }) => address))].filter(isTailnetAddress);
}

export const BIND_ERROR =
  /listen (?:tcp|udp)[46]? \[?([0-9a-f.:]+?)\]?:(\d+): bind: cannot assign requested address/i;

/** Whether it is something that Tailscale says about DNS. */
export const isAboutDns = (text: string): boolean => /\bDNS\b|resolv\.conf|upstream resolver/i.test(text);
