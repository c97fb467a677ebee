import type { DeclaredContainer } from '../../facts/config/containers.ts';
import { type DeclaredFirewall, firewall as firewallFact } from '../../facts/config/firewall.ts';
import { wholeText } from '../../facts/config/text.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { runOptions } from '../shared/run-options.ts';
import { placeIn } from '../shared/steps.ts';
import * as kinds from './kinds.ts';

/** Networks that podman has of itself, or that are none of its own. */
const NOT_OWN = /^(?:podman|bridge|host|none|private|pasta|slirp4netns|container|ns)$/;

export const source = judgeSource({
  needs: ['containers', 'firewall'],
  elsewhere: { settings: firewallFact.options },
  evaluate({ containers, firewall }, { folder }) {
    const members = Map.groupBy(
      containers.flatMap((container) => networksOf(container).map((network) => ({ network, container }))),
      ({ network }) => network,
    );
    if (members.size === 0) return { skip: 'no container is declared on a network of its own' };
    const pairs = [...members].flatMap(([network, all]) =>
      pairsOf(
        network,
        all.map(({ container }) => container),
      ),
    );
    const blocked = blocks(firewall);
    return {
      findings: [
        ...(blocked === true ? pairs.map((pair) => notOpened(pair, folder)) : []),
        ...containers.flatMap((container) => takesDns(container, [...members.keys()], folder)),
      ],
      notChecked:
        typeof blocked === 'string' && pairs.length > 0
          ? [`whether containers may ask the name server of their network: ${blocked}`]
          : [],
      lookedAt: { containerNetworks: members.size },
    };
  },
});

function networksOf({ networks, extraOptions }: DeclaredContainer): string[] {
  const written = [...networks.items, ...runOptions(extraOptions).values('network', 'net')];
  const names = written.flatMap((text) => wholeText(text)?.split(/[:,]/)[0] ?? []);
  return [...new Set(names)].filter((name) => name !== '' && !NOT_OWN.test(name));
}

interface Pair {
  readonly network: string;
  readonly asking: DeclaredContainer;
  readonly named: DeclaredContainer;
  readonly where: NonNullable<ReturnType<typeof naming>>;
}

/** Of each container the first other one on the network that its environment names. */
function pairsOf(network: string, members: readonly DeclaredContainer[]): Pair[] {
  return members.flatMap((asking) => {
    for (const named of members) {
      const where = named === asking ? undefined : naming(asking, named.name);
      if (where !== undefined) return [{ network, asking, named, where }];
    }
    return [];
  });
}

/** A setting whose value is that host, alone or in an address: `redis://immich-redis:6379`. */
function naming({ environment }: DeclaredContainer, name: string) {
  const isNamed = (text: string) => text.split(/:\/\/|[/@:,;\s]/).includes(name);
  return environment.items.find(({ items }) => items.some(({ text }) => isNamed(text)));
}

/** Whether the firewall drops what containers ask; a text where that is not known. */
function blocks({ nftables, enable, open }: DeclaredFirewall): boolean | string {
  if (enable.state === 'known' && !enable.value) return false;
  // podman's own rules open the port in the tables of iptables (netavark 1.8 and newer).
  if (nftables.state === 'unset' || (nftables.state === 'known' && !nftables.value)) return false;
  if (open.items.some((each) => mayBeBridge(each.interface))) return false;
  if (nftables.state === 'unknown') return nftables.reason;
  if (enable.state === 'unknown') return enable.reason;
  return open.rest === undefined ? true : open.rest.reason;
}

/** A bridge may be called anything but what others are; the first is that of the default network. */
const mayBeBridge = (name: string) => !/^(?:lo|podman0|tailscale\d*|wg\d*|eth\d+|en\w+|wl\w+)$/.test(name);

const notOpened = ({ network, asking, named, where }: Pair, folder: string): FindingDraft =>
  kinds.dnsNotOpened.finding(
    { file: placeIn(folder, where.at)?.file, network, asking: asking.name, named: named.name },
    {
      subject: `${asking.name} on ${network}`,
      evidence: [
        evidenceAt(
          where.at,
          `${where.key} of ${asking.name} is ${where.items.map(({ text }) => text).join(' ')}`,
          'networking.firewall.interfaces."podman*".allowedUDPPorts = [ 53 ]',
        ),
      ],
    },
  );

function takesDns(
  { name, ports }: DeclaredContainer,
  networks: readonly string[],
  folder: string,
): FindingDraft[] {
  const port = ports.items.find((text) =>
    /^(?:0\.0\.0\.0:|\[::\]:)?53:\d+\/udp$/.test(wholeText(text) ?? ''),
  );
  if (port === undefined) return [];
  return [
    kinds.dnsPortPublished.finding(
      { container: name, port: port.text, networks, folder, at: port.at },
      {
        subject: name,
        evidence: [evidenceAt(port.at, `${name} publishes ${port.text}`, 'ADDRESS:53:53/udp')],
      },
    ),
  ];
}
