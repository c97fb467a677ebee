import { type Known, type Several, several } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { defineSourceFact, type HostReading, requireNixos } from './define.ts';
import { listed, statedText, statedTruth } from './stated.ts';
import { wholeText } from './text.ts';

const FIREWALL = ['networking', 'firewall'];
const INTERFACES = [...FIREWALL, 'interfaces'];
const NFTABLES = ['networking', 'nftables', 'enable'];

/** What the firewall of NixOS lets in, as far as it matters to the name server of a container network. */
export interface DeclaredFirewall {
  /** Else it is made by iptables. */
  readonly nftables: Known<boolean>;
  readonly enable: Known<boolean>;
  /** Interfaces whose UDP port 53 is open; empty for all of them. */
  readonly open: Several<{ readonly interface: string; readonly at: SourceLocation | undefined }>;
}

export const firewall = defineSourceFact<DeclaredFirewall>({
  id: 'firewall',
  reads: 'networking.nftables.enable, networking.firewall: where UDP port 53 is open',
  options: [
    NFTABLES.join('.'),
    ...['enable', 'trustedInterfaces', 'allowedUDPPorts', 'allowedUDPPortRanges', 'extraInputRules'].map(
      (key) => [...FIREWALL, key].join('.'),
    ),
    ...['allowedUDPPorts', 'allowedUDPPortRanges'].map((key) => `${INTERFACES.join('.')}.*.${key}`),
  ],
  read({ host }) {
    requireNixos(host);
    return {
      nftables: statedTruth(host.reading(NFTABLES)),
      enable: statedTruth(host.reading([...FIREWALL, 'enable'])),
      open: openInterfaces(host),
    };
  },
});

function openInterfaces(host: HostReading): DeclaredFirewall['open'] {
  const trusted = listed(host.reading([...FIREWALL, 'trustedInterfaces']));
  const { items: names, rest: others } = host.attributes(INTERFACES);
  const all = [
    { name: '', ...portsAt(host, FIREWALL) },
    ...names.map((name) => ({ name, ...portsAt(host, [...INTERFACES, name]) })),
  ];
  const rules = statedText(host.reading([...FIREWALL, 'extraInputRules']));
  const ownRules =
    rules.state === 'unknown' || (rules.state === 'known' && wholeText(rules.value)?.trim() !== '')
      ? 'networking.firewall.extraInputRules may open it'
      : undefined;
  return several(
    [
      ...trusted.items.flatMap((text) => {
        const name = wholeText(text);
        return name === undefined ? [] : [{ interface: name, at: text.at }];
      }),
      ...all.flatMap(({ name, isOpen, at }) => (isOpen ? [{ interface: name, at }] : [])),
    ],
    trusted.rest ?? others ?? all.find(({ rest }) => rest !== undefined)?.rest ?? ownRules,
  );
}

/** Whether 53 is among these ports; ranges are not looked into. */
function portsAt(host: HostReading, path: readonly string[]) {
  const { items, rest } = host.reading([...path, 'allowedUDPPorts']).items();
  const found = items.find(({ value }) => value === 53);
  const ranges = host.reading([...path, 'allowedUDPPortRanges']).items();
  const unclear = items.find(({ value }) => typeof value !== 'number');
  return {
    isOpen: found !== undefined,
    at: found?.at,
    rest:
      rest ??
      (unclear === undefined
        ? undefined
        : { reason: 'one of the open UDP ports is not known', at: unclear.at }) ??
      (ranges.items.length + (ranges.rest === undefined ? 0 : 1) > 0
        ? { reason: 'a range of UDP ports is open, and ranges are not looked into' }
        : undefined),
  };
}
