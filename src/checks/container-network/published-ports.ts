import type { Addresses } from '../../facts/host/addresses.ts';
import type { Container } from '../../facts/host/containers.ts';
import type { PortForwarding } from '../../facts/host/port-forwarding.ts';
import { counted } from '../../text/amount.ts';
import type { Context, FindingDraft } from '../define.ts';
import * as kinds from './kinds.ts';

/** podman writes the rules, and tells its name server, just before it starts a container. */
const SETTLED_MS = 15_000;

/** How long after the first of them the last probe may look at a container. */
const COLLECTED_MS = 120_000;

/**
 * It was only just started, perhaps while the probes looked at this host; by a clock that was set back since, nothing is
 * said.
 */
export function isFresh({ startedAt }: Pick<Container, 'startedAt'>, now: number): boolean {
  const age = now - Date.parse(startedAt);
  return age >= -COLLECTED_MS && age < SETTLED_MS;
}

/** It was stopped, restarted or replaced between the look at the containers and the one at the rules. */
export function isReplaced({ id, pid }: Container, forwarding: PortForwarding | undefined): boolean {
  const { running } = forwarding ?? {};
  if (running === undefined || pid === undefined) return false;
  return !running.some((each) => each.id === id && each.pid === pid);
}

interface Port {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
}

export interface Publishing {
  readonly container: Container;
  readonly ports: readonly Port[];
}

interface JudgedPorts {
  readonly findings: readonly FindingDraft[];
  readonly notChecked: readonly string[];
  /** How many ports were looked for among the rules. */
  readonly lookedAt: number;
  readonly note?: string;
}

/** In a network of its own that podman connects with a bridge of the host. */
export const isBridged = ({ state, networkMode = '', networks = [] }: Container): boolean =>
  state === 'running' &&
  !/^(?:host|none|private|pasta|slirp4netns|container:|ns:)/.test(networkMode) &&
  // Of a network with IPv6 only, podman's inspect has no such address.
  (networkMode === 'bridge' ? networks.length > 0 : networks.some(({ address }) => address !== ''));

export const publishingContainers = (containers: readonly Container[]): Publishing[] =>
  containers
    .filter(isBridged)
    .flatMap((container) => {
      const ports = portsOf(container);
      return ports.length === 0 ? [] : [{ container, ports }];
    })
    .toSorted((a, b) => (a.container.name < b.container.name ? -1 : 1));

function portsOf({ ports }: Container): Port[] {
  return Object.entries(ports ?? {}).flatMap(([inside, places]) => {
    const protocol = inside.split('/')[1] ?? 'tcp';
    return (places ?? []).flatMap(({ HostIp, HostPort }) =>
      /^\d{1,5}$/.test(HostPort) ? [{ address: HostIp, port: Number(HostPort), protocol }] : [],
    );
  });
}

/** The published ports to which no rule leads, where it is sure that there is none. */
export function judgePorts(
  publishing: readonly Publishing[],
  forwarding: PortForwarding | undefined,
  addresses: Addresses | undefined,
  context: Context,
): JudgedPorts {
  const settled = publishing.filter(({ container }) => !isFresh(container, context.now));
  const all = settled.flatMap(({ ports }) => ports);
  if (forwarding === undefined || all.length === 0) return { findings: [], notChecked: [], lookedAt: 0 };
  if (forwarding.driver === 'none')
    return {
      findings: [],
      notChecked: [],
      lookedAt: 0,
      note: `${counted(all.length, 'published port')} not checked: podman makes no firewall rules here (firewall_driver none)`,
    };
  const lost = settled.flatMap(({ container, ports }) => {
    const closed = ports.filter((port) => !isForwarded(port, container, forwarding));
    return closed.length === 0 ? [] : [{ container, ports, closed }];
  });
  const cut = context.unread.find(({ probe }) => probe === 'port-forwarding');
  const unproven = cut?.reason ?? whyUnproven(forwarding);
  const judged = lost.map((each) => {
    const why = unproven ?? whyMoved(each, forwarding) ?? whyNotPodmans(each, addresses);
    return why === undefined
      ? { finding: lostFinding(each, forwarding) }
      : { notChecked: `whether ${placesOf(each.closed)} of ${each.container.name} is forwarded: ${why}` };
  });
  return {
    findings: oneCause(judged.flatMap(({ finding }) => finding ?? [])),
    notChecked: judged.flatMap(({ notChecked }) => notChecked ?? []),
    lookedAt: all.length,
  };
}

const isOfIPv6 = ({ address }: Port) => address.includes(':');

function isForwarded(port: Port, { networks = [] }: Container, { rules }: PortForwarding): boolean {
  return rules.some(
    ({ protocol, first, last, isIPv6, to }) =>
      protocol === port.protocol &&
      first <= port.port &&
      port.port <= last &&
      isIPv6 === isOfIPv6(port) &&
      // Of IPv6 only the port is compared: podman's inspect is not asked for those addresses.
      (to === undefined || isIPv6 || networks.some(({ address }) => address === to)),
  );
}

/** Why rules may be there that were not seen: podman's network program says which tables it writes them to. */
function whyUnproven({ driver = 'iptables', nft, iptables }: PortForwarding): string | undefined {
  if (driver === 'nftables') return unreadText('nft', nft);
  if (driver === 'iptables')
    return (
      unreadText('iptables-save', iptables) ?? (nft === 'not installed' ? undefined : unreadText('nft', nft))
    );
  return `podman's firewall driver is ${driver}, whose rules are not checked`;
}

function unreadText(program: string, table: PortForwarding['nft']): string | undefined {
  if (table === 'read') return undefined;
  return typeof table === 'string' ? `${program} is ${table}` : `${program} failed: ${table.failed}`;
}

const whyMoved = ({ container }: Lost, forwarding: PortForwarding) =>
  isReplaced(container, forwarding)
    ? 'it was stopped or replaced while the rules were read; check again in a minute'
    : undefined;

function whyNotPodmans(
  { container: { networks = [] }, closed }: Lost,
  addresses: Addresses | undefined,
): string | undefined {
  if (closed.every(isOfIPv6)) return 'its network may have no IPv6';
  const gateways = networks.flatMap(({ gateway }) => (gateway === '' ? [] : [gateway]));
  if (addresses === undefined || gateways.some((gateway) => hasAddress(addresses, gateway))) return undefined;
  return `no interface of this host has the address of its gateway (${gateways.join(', ') || 'none'})`;
}

const hasAddress = ({ assigned }: Addresses, wanted: string) =>
  assigned.some(({ address }) => address === wanted);

const placesOf = (ports: readonly Port[]) => ports.map(placeOf).join(', ');

function placeOf({ address, port, protocol }: Port): string {
  const host =
    address === '' || address === '0.0.0.0' ? '' : `${address.includes(':') ? `[${address}]` : address}:`;
  return `${host}${port}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

interface Lost {
  readonly container: Container;
  readonly ports: readonly Port[];
  readonly closed: readonly Port[];
}

function lostFinding(
  { container, ports, closed }: Lost,
  { driver, firewalls }: PortForwarding,
): FindingDraft {
  const started = Date.parse(container.startedAt);
  const firewall = firewalls.find(
    ({ activeState, activeSince = 0 }) => activeState === 'active' && activeSince > started,
  );
  const present = firewall ?? firewalls.find(({ activeState }) => activeState === 'active');
  const since = firewall?.activeSince;
  return kinds.rulesGone.finding(
    { container: container.name, ports: closed.map(placeOf), firewall: present?.unit },
    {
      subject: container.name,
      ...(since === undefined ? {} : { since }),
      evidence: [
        {
          source: driver === 'nftables' ? 'nft list ruleset' : 'iptables-save',
          observed: `no rule forwards ${placesOf(closed)}`,
          expected: `a rule that forwards it to ${container.networks?.map(({ address }) => address).join(', ')}`,
        },
        ...(firewall === undefined || since === undefined
          ? []
          : [
              {
                source: `systemctl show ${firewall.unit}`,
                observed: 'started after the container was',
                at: since,
              },
            ]),
      ],
      affects: {
        what: container.name,
        state: closed.length === ports.length ? 'down' : 'degraded',
        cause: 'its published ports are not forwarded',
      },
    },
  );
}

/** One flush of the firewall takes the rules of all: the others are its consequences. */
function oneCause([first, ...others]: readonly FindingDraft[]): FindingDraft[] {
  return first === undefined
    ? []
    : [
        first,
        ...others.map((finding) => ({
          ...finding,
          explainedBy: [{ check: 'container-network', subject: first.subject }],
        })),
      ];
}
