import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';

export interface Addresses {
  /** Addresses of all interfaces, without their prefix length. */
  readonly assigned: readonly { readonly interface: string; readonly address: string }[];
  /** `net.ipv4.ip_nonlocal_bind`, and that of IPv6: a program may bind to an address that is not there yet. */
  readonly nonlocalBind: { readonly ipv4: boolean; readonly ipv6: boolean };
}

export const addresses = defineProbe<Addresses>({
  id: 'addresses',
  reads: 'ip address, net.ipv4.ip_nonlocal_bind, net.ipv6.ip_nonlocal_bind',
  // No `tools`: on a host without `ip` nobody knows its addresses, which is not the same as having none.
  script: `read -r nonlocal </proc/sys/net/ipv4/ip_nonlocal_bind && echo "nonlocal $nonlocal"
if [ -r /proc/sys/net/ipv6/ip_nonlocal_bind ]; then read -r nonlocal </proc/sys/net/ipv6/ip_nonlocal_bind && echo "nonlocal6 $nonlocal"; fi
ip -o address show`,
  parse(raw) {
    if (raw.exitCode !== 0)
      throw new FactUnavailable('failed', `ip exited with ${raw.exitCode}: ${raw.stderr.trim()}`);
    const assigned = lines(raw.stdout).flatMap((line) => {
      const match = /^\d+: ([^\s@]+)(?:@\S+)?\s+inet6? ([0-9a-f.:]+)/.exec(line);
      return match === null ? [] : [{ interface: match[1] ?? '', address: match[2] ?? '' }];
    });
    // The loopback interface has one on every machine.
    if (assigned.length === 0) throw new Error('ip shows no address');
    return {
      assigned,
      nonlocalBind: {
        ipv4: /^nonlocal 1$/m.test(raw.stdout),
        ipv6: /^nonlocal6 1$/m.test(raw.stdout),
      },
    };
  },
});
