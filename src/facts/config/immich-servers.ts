import { FactUnavailable } from '../../model/fact.ts';
import { ifKnown, isKnown, type Known, type Several, several } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Opaque } from '../../nix/data.ts';
import type { SourceFile, SourceTree } from '../../nix/source-tree.ts';
import { defineSourceFact, type HostReading } from './define.ts';
import { oncePer } from './once-per.ts';
import { setElsewhere } from './set-elsewhere.ts';
import { listed, statedText, statedTruth } from './stated.ts';
import { type Text, textOf, unknownIn, wholeText } from './text.ts';

/** Immich on one of the machines of the folder: what others reach it by, as far as its own settings go. */
export interface DeclaredImmich {
  /** The machine, and what it is there: `the container immich-server`. */
  readonly host: string;
  readonly hostNames: readonly string[];
  readonly what: string;
  readonly at: SourceLocation | undefined;
  readonly listens: Several<ListenAddress>;
  /** The firewall drops what does not come through Tailscale. */
  readonly behindFirewall: boolean;
}

export interface ListenAddress {
  /** Empty for every address; undefined where it is not known. */
  readonly address: string | undefined;
  readonly port: number | undefined;
  readonly written: string;
  readonly at: SourceLocation | undefined;
}

export interface DeclaredImmichServers {
  readonly servers: readonly DeclaredImmich[];
  /** What may answer in its place: `services.nginx of minipc`. */
  readonly fronts: readonly string[];
}

const CONTAINERS = ['virtualisation', 'oci-containers', 'containers'];
const SERVICE = ['services', 'immich'];
const FIREWALL = ['networking', 'firewall'];
const PROXIES = [
  'nginx',
  'caddy',
  'traefik',
  'haproxy',
  'httpd',
  'cloudflared',
  'frp',
  'rathole',
  'envoy',
  'h2o',
  'pomerium',
];
const ELSEWHERE = [
  ...['immich', ...PROXIES].map((name) => `services.${name}.enable`),
  `${CONTAINERS.join('.')}.*.image`,
];
const PROXY_IMAGE =
  /nginx|caddy|traefik|haproxy|swag|cloudflared|tailscale|proxy|zoraxy|envoy|gluetun|wireguard|socat|newt|pangolin/i;
/** Commands that make something else listen for it. Whatever is written in a file of the machine may run there. */
const FORWARDS =
  /\btailscale\b[^\n]*\b(?:serve|funnel)\b|\bserve\s+--(?:bg|http|https|tcp)\b|\bsocat\b|socket-proxyd|\bDNAT\b|\bssh\b[^\n]*\s-[A-Za-z]*[LR]\b|services\.tailscale\.serve\b|forwardPorts/;

export const immichServers = defineSourceFact<DeclaredImmichServers>({
  id: 'immich-servers',
  reads: 'the ports of the containers of Immich and services.immich, on all machines of the folder',
  options: [
    ...[
      'image',
      'ports',
      'extraOptions',
      'networks',
      'environment.IMMICH_HOST',
      'environment.IMMICH_PORT',
    ].map((key) => `${CONTAINERS.join('.')}.*.${key}`),
    ...['enable', 'host', 'port', 'openFirewall'].map((key) => `${SERVICE.join('.')}.${key}`),
    ...PROXIES.map((name) => `services.${name}.enable`),
    'networking.hostName',
    'networking.nftables.enable',
    ...[
      'enable',
      'allowedTCPPorts',
      'allowedTCPPortRanges',
      'trustedInterfaces',
      'extraCommands',
      'extraInputRules',
    ].map((key) => `${FIREWALL.join('.')}.${key}`),
    `${FIREWALL.join('.')}.interfaces.*.allowedTCPPorts`,
  ],
  read({ all, source }) {
    const machines = all.filter(({ system }) => system !== 'darwin' && system !== 'home');
    const servers = machines.flatMap(serversOf);
    const elsewhere = machines.flatMap(answersElsewhere);
    if (servers.length === 0 && !elsewhere.some((front) => /immich/i.test(front)))
      throw new FactUnavailable('not-applicable', 'no machine of this folder is known to run Immich');
    return {
      servers,
      fronts: [...machines.flatMap((host) => frontsOf(host, source.tree)), ...elsewhere],
    };
  },
});

/** Each machine asks for those of all. */
const serversOf = oncePer((host: HostReading) => [...containersOf(host), ...serviceOf(host)]);

/** In systems of a machine that are not judged: Immich itself, a proxy, any container. */
const answersElsewhere = oncePer((host: HostReading): readonly string[] =>
  setElsewhere(host, ELSEWHERE).map(({ what }) => `${what} of ${host.name}`),
);

function namesOf(host: HostReading): Pick<DeclaredImmich, 'host' | 'hostNames'> {
  const name = wholeText(statedText(host.reading(['networking', 'hostName'])));
  return { host: host.name, hostNames: [...new Set([host.name, name ?? host.name])] };
}

function containersOf(host: HostReading): readonly DeclaredImmich[] {
  return host.attributes(CONTAINERS).items.flatMap((name) => {
    const at = (...keys: string[]) => [...CONTAINERS, name, ...keys];
    const called = ifKnown(statedText(host.reading(at('image'))))?.text ?? '';
    const isServer = /(?:^|\/)immich-server(?:[:@]|$)|(?:imagegenius|linuxserver)\/immich/.test(called);
    // An image that is not known at all is told by its name.
    const isLikely = !/[\w-]\/[\w-]|^[\w.-]+$/.test(called) && /immich[-_]?server/.test(name);
    if (!isServer && !isLikely) return [];
    const options = listed(host.reading(at('extraOptions')));
    const networks = listed(host.reading(at('networks')));
    const words = options.items.map(({ text }) => text);
    const network = [
      ...words.flatMap((word, index) => {
        const match = /^--net(?:work)?(?:=(.*))?$/.exec(word);
        return match === null ? [] : [match[1] ?? words[index + 1] ?? ''];
      }),
      ...networks.items.map(({ text }) => text),
    ];
    const ports = listed(host.reading(at('ports')));
    const published = [
      ...ports.items,
      ...options.items.flatMap((item, index) => {
        if (/^(?:-p|--publish)$/.test(item.text)) return options.items[index + 1] ?? [];
        return /^(?:-p|--publish)=/.test(item.text) ? [without(item, /^(?:-p|--publish)=/)] : [];
      }),
    ];
    const [hidden] = [
      ...words.filter((word) => /^(?:--publish-all|-P|--pod\b.*)$/.test(word)),
      ...network.filter((word) => /^(?:container|pod|ns):|\$\{/.test(word)),
      ...(ports.items.length === 0 && host.definitions(at('pod')).length > 0 ? ['it is in a pod'] : []),
    ];
    const own = network.includes('host') ? ownAddress(host, at, called) : [];
    const wanted = ownPort(host, at, called);
    return [
      {
        ...namesOf(host),
        what: `the container ${name}`,
        at: host.definitions(at())[0]?.at,
        listens: several([...own, ...publishedBy(published, wanted)], ports.rest ?? options.rest ?? hidden),
        behindFirewall: false,
      },
    ];
  });
}

type At = (...keys: string[]) => readonly string[];

function without({ parts, at }: Text, pattern: RegExp): Text {
  const [first = '', ...rest] = parts;
  const cut = typeof first === 'string' ? first.replace(pattern, '') : first;
  const text = [cut, ...rest]
    .map((part) => (typeof part === 'string' ? part : `\${${part.name ?? '…'}}`))
    .join('');
  return { text, parts: [cut, ...rest], at };
}

const PORTS = { now: '2283', before118: '3001', ofOthers: '8080' };

/** The ports in the container that may be the one of the server: it is 2283, and was 3001 before 1.118. */
export function portsOfImage(image: string): readonly string[] {
  const { now, before118, ofOthers } = PORTS;
  if (!/(?:^|\/)immich-server(?=[:@]|$)/.test(image)) return [now, before118, ofOthers];
  const [, tag] = /immich-server:([\w.-]+)$/.exec(image) ?? [];
  if (tag === 'release' || tag === 'latest') return [now];
  const [, major, minor] = /^v?(\d+)(?:\.(\d+))?/.exec(tag ?? '') ?? [];
  if (major === undefined) return [now, before118];
  const isNow = Number(major) > 1 || minor === undefined || Number(minor) >= 118;
  return [isNow ? now : before118];
}

function ownPort(host: HostReading, at: At, image: string): readonly string[] | undefined {
  const port = statedText(host.reading(at('environment', 'IMMICH_PORT')));
  if (port.state === 'unset') return portsOfImage(image);
  const known = wholeText(port);
  return known === undefined ? undefined : [known];
}

function ownAddress(host: HostReading, at: At, image: string): readonly ListenAddress[] {
  const address = statedText(host.reading(at('environment', 'IMMICH_HOST')));
  const [port] = ownPort(host, at, image) ?? [];
  const known = address.state === 'unset' ? '' : wholeText(address);
  const written = `${known === '' ? 'every address' : known}:${port ?? 'a port that is not known'}`;
  return [
    {
      address: known === undefined ? undefined : spelled(known),
      port: port === undefined ? undefined : Number(port),
      written,
      at: address.state === 'known' ? address.at : host.definitions(at())[0]?.at,
    },
  ];
}

/** `127.0.0.1:2283:2283/tcp`, `[::1]:80:80`, `2283:2283`, with parts that are not known. */
function publishedBy(
  ports: readonly Text[],
  wanted: readonly string[] | undefined,
): readonly ListenAddress[] {
  const read = ports.flatMap((text) => {
    const known = text.parts.map((part: string | Opaque) => (typeof part === 'string' ? part : '?')).join('');
    if (/\/(?:udp|sctp)$/.test(known)) return [];
    const match = /^(?:(\[[^\]]*\]|[^:[\]]*):)??(?:([^:[\]]*):)?([^:[\]]*)$/.exec(
      known.replace(/\/\w+$/, ''),
    );
    const [, address = '', outside, inside = ''] = match ?? [];
    const hasAddress = match !== null && !address.includes('?');
    return [
      {
        address: hasAddress ? spelled(address) : undefined,
        port: outside !== undefined && /^\d+$/.test(outside) ? Number(outside) : undefined,
        written: text.text,
        at: text.at,
        inside,
      },
    ];
  });
  const own = read.filter(({ inside }) => wanted?.includes(inside) ?? true);
  // What leads to another port in the container may be answered by something else in it.
  return own.length > 0 ? own : read.map((each) => ({ ...each, port: undefined }));
}

const spelled = (address: string) => {
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  return ['0.0.0.0', '::', '*'].includes(bare) ? '' : bare;
};

function serviceOf(host: HostReading): readonly DeclaredImmich[] {
  const enable = statedTruth(host.reading([...SERVICE, 'enable']));
  if (!isKnown(enable) || !enable.value) return [];
  const address = statedText(host.reading([...SERVICE, 'host']));
  const port = statedText(host.reading([...SERVICE, 'port']));
  const known = address.state === 'unset' ? 'localhost' : wholeText(address);
  const number = port.state === 'unset' ? '2283' : wholeText(port);
  return [
    {
      ...namesOf(host),
      what: 'services.immich',
      at: enable.at,
      listens: several([
        {
          address: known === undefined ? undefined : spelled(known),
          port: number === undefined ? undefined : Number(number),
          written:
            address.state === 'unset'
              ? 'services.immich.host is localhost by default'
              : `services.immich.host = "${ifKnown(address)?.text ?? '…'}", port ${number ?? '…'}`,
          at:
            (isKnown(address) ? address.at : undefined) ?? (isKnown(port) ? port.at : undefined) ?? enable.at,
        },
      ]),
      behindFirewall: number !== undefined && isClosed(host, Number(number)),
    },
  ];
}

/** Whether it is set to this, or nobody knows to what. */
const mayBe = (it: Known<boolean>, value: boolean) => it.state === 'unknown' || ifKnown(it) === value;

/** Whether nothing opens a port, for certain. */
function isClosed(host: HostReading, port: number): boolean {
  const open = statedTruth(host.reading([...SERVICE, 'openFirewall']));
  const enable = statedTruth(host.reading([...FIREWALL, 'enable']));
  if (mayBe(open, true) || mayBe(enable, false)) return false;
  const lists = [
    [...FIREWALL, 'allowedTCPPorts'],
    ...host
      .attributes([...FIREWALL, 'interfaces'])
      .items.map((name) => [...FIREWALL, 'interfaces', name, 'allowedTCPPorts']),
  ].map((path) => listed(host.reading(path)));
  if (
    lists.some(
      ({ items, rest }) =>
        rest !== undefined ||
        items.some((text) => unknownIn(text) !== undefined || Number(text.text) === port),
    )
  )
    return false;
  return ['allowedTCPPortRanges', 'trustedInterfaces', 'extraCommands', 'extraInputRules', 'interfaces']
    .filter((key) => key !== 'interfaces' || host.attributes([...FIREWALL, key]).rest !== undefined)
    .every((key) => host.option([...FIREWALL, key]).state === 'unset');
}

/** What on a machine may take requests in place of Immich and hand them on. */
function frontsOf(host: HostReading, tree: SourceTree): readonly string[] {
  const files = host.files.filter((path) => {
    const file = tree.file(path);
    return typeof file !== 'string' && forwards(file);
  });
  return [...declaredFronts(host), ...files.map((path) => `what ${path} builds`)];
}

const forwards = oncePer(({ text }: SourceFile) => FORWARDS.test(text.replaceAll(/^\s*#.*$/gm, '')));

const declaredFronts = oncePer((host: HostReading) => {
  const proxies = PROXIES.filter((name) => {
    return mayBe(statedTruth(host.reading(['services', name, 'enable'])), true);
  }).map((name) => `services.${name} of ${host.name}`);
  const containers = host.attributes(CONTAINERS).items.flatMap((name) => {
    const image = host.option([...CONTAINERS, name, 'image']);
    const text = isKnown(image) ? textOf(image.value, undefined)?.text : JSON.stringify(image);
    return PROXY_IMAGE.test(`${name} ${text ?? ''}`) ? [`the container ${name} of ${host.name}`] : [];
  });
  return [...proxies, ...containers];
});
