import type { UnitCommands } from '../../probes/unit-commands.ts';

/** Whether an IPv4 address is one that Tailscale gives: in 100.64.0.0/10. The rest of 100.x is public. */
export function isTailnetAddress(address: string): boolean {
  const [first, second] = address.split('.').map(Number);
  return first === 100 && second !== undefined && second >= 64 && second <= 127;
}

/** The Tailscale addresses on which a unit publishes ports. */
export function tailnetAddresses(commands: UnitCommands | undefined): string[] {
  const published = (commands?.publishes ?? []).map((word) => word.split(':')[0] ?? '');
  return [...new Set(published.filter(isTailnetAddress))];
}

export const BIND_ERROR =
  /listen (?:tcp|udp)4? (\d+\.\d+\.\d+\.\d+):(\d+): bind: cannot assign requested address/;
