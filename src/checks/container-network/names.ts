import type { Addresses } from '../../facts/host/addresses.ts';
import type { ContainerLookup, ContainerLookups } from '../../facts/host/container-lookups.ts';
import type { Container } from '../../facts/host/containers.ts';
import type { PortForwarding } from '../../facts/host/port-forwarding.ts';
import type { Context, FindingDraft } from '../define.ts';
import { answerText, failsToAnswer } from '../shared/dns-answer.ts';
import { firstWith } from '../shared/lookup.ts';
import * as kinds from './kinds.ts';
import { isFresh, isReplaced } from './published-ports.ts';

const AARDVARK = 'aardvark-dns';
const EVERYWHERE = ['0.0.0.0', '*', '::'];

interface Known {
  readonly containers: readonly Container[];
  readonly addresses: Addresses | undefined;
  readonly lookups: ContainerLookups;
}

/** What the name server of each network says of the containers that are in it. */
export function judgeNames(
  {
    containers,
    containerLookups: lookups,
    portForwarding,
    addresses,
  }: {
    readonly containers: readonly Container[];
    readonly containerLookups: ContainerLookups | undefined;
    readonly portForwarding: PortForwarding | undefined;
    readonly addresses: Addresses | undefined;
  },
  context: Context,
): {
  readonly findings: readonly FindingDraft[];
  readonly notChecked: readonly string[];
  readonly lookedAt: number;
} {
  if (lookups === undefined) return { findings: [], notChecked: [], lookedAt: 0 };
  const asked = lookups.asked.filter(({ about, container }) => {
    const known = firstWith(containers, 'name', container);
    return (
      about === 'own' &&
      known !== undefined &&
      !isFresh(known, context.now) &&
      !isReplaced(known, portForwarding)
    );
  });
  const judged = [...Map.groupBy(asked, ({ server }) => server)].map(([address, all]) =>
    judgeNetwork(address, all, { containers, addresses, lookups }),
  );
  return {
    findings: judged.flatMap(({ finding }) => finding ?? []),
    notChecked: judged.flatMap(({ notChecked }) => notChecked ?? []),
    lookedAt: judged.length,
  };
}

function judgeNetwork(
  address: string,
  all: readonly ContainerLookup[],
  known: Known,
): { readonly finding?: FindingDraft; readonly notChecked?: string } {
  const [failed] = all.filter(({ answer }) => failsToAnswer(answer));
  if (failed === undefined) return {};
  const { container, answer } = failed;
  const network = firstWith(known.lookups.aardvark, 'address', address)?.network ?? address;
  const answered = all.find((each) => !failsToAnswer(each.answer));
  if (typeof answer === 'string' && answered !== undefined)
    return {
      notChecked: `whether ${container} can resolve names: ${address} ${answerText(answer)}, but answered ${answered.container}`,
    };
  if (answer === 'unreachable')
    return { notChecked: `whether ${container} can resolve names: no route from it to ${address}` };
  const evidence = [
    {
      source: `name server ${address}, from the network of ${container}`,
      observed: `asked for ${failed.name}, ${answerText(answer)}`,
      expected: `the address of ${container}`,
    },
    ...listening(address, known.lookups),
  ];
  const seen = {
    subject: answered === undefined ? network : container,
    evidence,
    affects: {
      what: answered === undefined ? `network ${network}` : container,
      state: 'degraded' as const,
      cause: 'container names do not resolve',
    },
  };
  return { finding: networkFinding(failed, { network, address }, known, seen) };
}

type Seen = Parameters<typeof kinds.dnsDown.finding>[1];

function networkFinding(
  { container, answer }: ContainerLookup,
  { network, address }: { readonly network: string; readonly address: string },
  { containers, addresses, lookups }: Known,
  seen: Seen,
): FindingDraft {
  if (typeof answer === 'object') {
    const publisher = containers.find(publishesDns)?.name;
    return kinds.nameUnknown.finding(
      { network, address, container, does: answerText(answer), publisher },
      seen,
    );
  }
  const own = lookups.listeners.find((each) => each.program === AARDVARK && each.address === address);
  if (own !== undefined && own.waiting === 0 && answer === 'silent') {
    const bridge = addresses?.assigned.find((each) => each.address === address)?.interface;
    return kinds.dnsBlocked.finding({ network, address, bridge }, seen);
  }
  const other = lookups.listeners.find(
    (each) => each.program !== AARDVARK && [address, ...EVERYWHERE].includes(each.address),
  );
  if (own === undefined && other !== undefined && other.program !== '-')
    return kinds.dnsPortTaken.finding({ network, address, by: other.program, listens: other.address }, seen);
  return kinds.dnsDown.finding({ network, address, hangs: own !== undefined }, seen);
}

function listening(address: string, { listeners }: ContainerLookups) {
  const there = listeners.filter((each) => [address, ...EVERYWHERE].includes(each.address));
  return [
    {
      source: 'ss -lunp',
      observed:
        there.length === 0
          ? `nothing listens on ${address}:53`
          : there.map((each) => `${each.program} listens on ${each.address}:53`).join(', '),
    },
  ];
}

/** On all addresses of the host: then the rules of podman lead the questions of the containers to it, too. */
const publishesDns = ({ state, ports }: Container) =>
  state === 'running' &&
  (ports?.['53/udp'] ?? []).some(
    ({ HostIp, HostPort }) => HostPort === '53' && ['', ...EVERYWHERE].includes(HostIp),
  );
