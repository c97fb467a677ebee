import {
  ifKnown,
  isKnown,
  type Known,
  known,
  type Several,
  several,
  UNSET,
  unknown,
} from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Data } from '../../nix/data.ts';
import type { DefinitionPlace, Reading } from '../../nix/reading.ts';
import { entryOf } from '../../text/entry.ts';
import { activatedUnits, isMadeHere } from './activated.ts';
import { listenersOfCommands, startedByCommands, usesHostNetwork } from './commands.ts';
import {
  containerCommandsAnywhere,
  containers,
  type DeclaredContainer,
  declaredContainers,
  unitsOfContainers,
} from './containers.ts';
import {
  defineSourceFact,
  type HostReading,
  mayBeMore,
  requireNixos,
  type SourceConfiguration,
} from './define.ts';
import { type Elsewhere, startedElsewhere } from './elsewhere.ts';
import {
  ADDRESS,
  addressesIn,
  FLAG,
  flagged,
  type Listener,
  notKnown,
  ofPort,
  publishedIn,
} from './listener.ts';
import { type DeclaredService, declaredService, declaredUnit } from './services.ts';
import { byOption, listed, settingOf, statedText, statedTruth } from './stated.ts';
import { contentOf, plainText, type Text, textOf } from './text.ts';
import { mayListen, type WrittenAddress, writtenAddresses } from './written-addresses.ts';

const CONTAINERS = ['virtualisation', 'oci-containers', 'containers'];
const SOCKETS = ['systemd', 'sockets'];
const SYSCTL = ['boot', 'kernel', 'sysctl'];
const TARGETS = ['systemd', 'targets'];
const TAILSCALE = ['services', 'tailscale'];
const DEEPEST = 8;
/** Sets deeper than that: more than any machine has. */
const MOST_DEEP = 5000;

export interface DeclaredTarget {
  /** With `.target`. */
  readonly name: string;
  readonly at: SourceLocation | undefined;
  /** It is ordered after all that it takes with it, too. */
  readonly after: Several<Text>;
}

export interface DeclaredListening {
  readonly listeners: readonly Listener[];
  readonly elsewhere: readonly Elsewhere[];
  /** Tailscale addresses in options of which it is not known whether they are listened on. */
  readonly written: readonly WrittenAddress[];
  readonly units: readonly DeclaredService[];
  /** Units without which another one does not start, with `.service`: it is not started again when their first start fails. */
  readonly required: ReadonlySet<string>;
  /** Units that others, or targets, take with them, by their full names. */
  readonly started: Several<string>;
  /** Services that are made here and started by nothing, with `.service`; and why something may. */
  readonly idle: Several<string>;
  /** Those that the configuration says more of than their names. */
  readonly targets: readonly DeclaredTarget[];
  /** `net.ipv4.ip_nonlocal_bind`, and that of IPv6. */
  readonly nonlocalBind: { readonly ipv4: Known<Text>; readonly ipv6: Known<Text> };
  readonly tailscale: {
    readonly enable: Known<boolean>;
    readonly interfaceName: Known<Text>;
    readonly daemonFlags: Several<Text>;
    /** NixOS makes tailscaled-autoconnect.service, of `authKeyFile`. */
    readonly logsIn: Known<boolean>;
  };
  /** A `tailscale-wait.nix` of this tree. */
  readonly waitFile: string | undefined;
}

export const listening = defineSourceFact<DeclaredListening>({
  id: 'listening',
  reads: 'the ports and listen addresses of containers, services and sockets',
  options: [
    ...containers.options,
    ...['listenStreams', 'listenDatagrams', 'socketConfig.*', 'after'].map(
      (key) => `${SOCKETS.join('.')}.*.${key}`,
    ),
    `${CONTAINERS.join('.')}.*.networks`,
    'services.openssh.listenAddresses',
    'services.nginx.virtualHosts.*.listen',
    'services.nginx.virtualHosts.*.listenAddresses',
    'services.nginx.defaultListenAddresses',
    'services.caddy.globalConfig',
    'services.caddy.virtualHosts.*.listenAddresses',
    'services.tailscale.enable',
    'services.tailscale.interfaceName',
    'services.tailscale.extraDaemonFlags',
    'services.tailscale.authKeyFile',
    ...['after', 'description', 'wants', 'requires', 'bindsTo', 'wantedBy', 'requiredBy'].map(
      (key) => `${TARGETS.join('.')}.*.${key}`,
    ),
    'boot.kernel.sysctl',
  ],
  read(configuration) {
    const { host, source } = configuration;
    requireNixos(host);
    const units = host
      .attributes(['systemd', 'services'])
      .items.map((name) => declaredService(configuration, name));
    const hasNetBird = host.attributes(['services', 'netbird']).items.length > 0;
    const services = serviceListeners(configuration, units);
    const onHostNetwork = hostNetwork(configuration);
    const listeners = [
      ...containerListeners(configuration),
      ...onHostNetwork.listeners,
      ...services.items,
      ...units.flatMap(listenersOfCommands),
      ...socketListeners(configuration),
    ];
    const started = startedUnits(configuration, units);
    const targets = host.attributes(TARGETS).items.flatMap((name) => declaredTarget(host, name) ?? []);
    const written = writtenAddresses(configuration, listeners);
    const value: DeclaredListening = {
      listeners,
      written,
      elsewhere: [
        ...onHostNetwork.elsewhere,
        ...units.flatMap(startedByCommands),
        ...startedElsewhere(configuration),
        ...otherCommands(configuration, written),
      ],
      units: withContainers(configuration, units),
      required: requiredUnits(configuration, units),
      started,
      idle: idleUnits(configuration, units, started),
      targets,
      nonlocalBind: {
        ipv4: statedText(host.reading([...SYSCTL, 'net.ipv4.ip_nonlocal_bind'])),
        ipv6: statedText(host.reading([...SYSCTL, 'net.ipv6.ip_nonlocal_bind'])),
      },
      tailscale: {
        // NetBird gives addresses of the same range.
        enable: hasNetBird ? UNSET : statedTruth(host.reading([...TAILSCALE, 'enable'])),
        daemonFlags: listed(host.reading([...TAILSCALE, 'extraDaemonFlags'])),
        interfaceName: statedText(host.reading([...TAILSCALE, 'interfaceName'])),
        logsIn: isSet(host.reading([...TAILSCALE, 'authKeyFile'])),
      },
      waitFile: source.tree.nixFiles().find((path) => /(?:^|\/)tailscale-wait\.nix$/.test(path)),
    };
    const rest = [services, ...[CONTAINERS, ['services'], SOCKETS].map((path) => host.attributes(path))]
      .map((place) => place.rest)
      .find((each) => each !== undefined);
    return rest === undefined ? value : new PartialValue(value, mayBeMore('listen addresses', rest));
  },
});

/** An address that is told of as that of an option is told of once. */
function otherCommands(
  configuration: SourceConfiguration,
  written: readonly WrittenAddress[],
): readonly Elsewhere[] {
  const told = new Set(written.map(({ address }) => address));
  return containerCommandsAnywhere(configuration).map((each) => ({
    ...each,
    addresses: each.addresses.filter((address) => !told.has(address)),
  }));
}

function requiredUnits(
  configuration: SourceConfiguration,
  units: readonly DeclaredService[],
): ReadonlySet<string> {
  const unitOf = unitsOfContainers(configuration.host);
  return new Set([
    ...units.flatMap(({ order }) =>
      [...order.requires.items, ...order.bindsTo.items].map(({ text }) => text),
    ),
    ...units.flatMap(({ name, order }) => (order.requiredBy.items.length > 0 ? [`${name}.service`] : [])),
    ...declaredContainers(configuration).items.flatMap(({ dependsOn }) =>
      dependsOn.items.map(({ text }) => `${unitOf(text)}.service`),
    ),
  ]);
}

function startedUnits(
  configuration: SourceConfiguration,
  units: readonly DeclaredService[],
): Several<string> {
  const { host } = configuration;
  const on = units.filter(({ enable }) => ifKnown(enable) !== false);
  const targets = host
    .attributes(TARGETS)
    .items.map((name) => ({ name, at: host.reading([...TARGETS, name]) }));
  const isInstalled = (...lists: readonly Several<Text>[]) => lists.some(({ items }) => items.length > 0);
  const taken = [
    ...on.flatMap(({ order }) => [order.wants, order.requires, order.bindsTo]),
    ...targets.flatMap(({ at }) => ['wants', 'requires', 'bindsTo'].map((key) => listed(at.at(key)))),
  ];
  return several(
    [
      ...taken.flatMap(({ items }) => items.map(({ text }) => text)),
      ...on.flatMap(({ name, order }) =>
        isInstalled(order.wantedBy, order.requiredBy) ? [`${name}.service`] : [],
      ),
      ...targets.flatMap(({ name, at }) =>
        isInstalled(listed(at.at('wantedBy')), listed(at.at('requiredBy'))) ? [`${name}.target`] : [],
      ),
      ...declaredContainers(configuration).items.flatMap(({ unit, autoStart }) =>
        ifKnown(autoStart) === false ? [] : [`${unit}.service`],
      ),
    ],
    [...taken, ...on.flatMap(({ order }) => [order.wantedBy, order.requiredBy])].find(
      ({ rest }) => rest !== undefined,
    )?.rest,
  );
}

function idleUnits(
  configuration: SourceConfiguration,
  units: readonly DeclaredService[],
  started: Several<string>,
): Several<string> {
  const activated = activatedUnits(configuration, units);
  const all = new Set([...started.items, ...activated.items]);
  return several(
    units
      .filter((unit) => !all.has(`${unit.name}.service`) && isMadeHere(configuration, unit))
      .map(({ name }) => `${name}.service`),
    started.rest ?? activated.rest,
  );
}

function declaredTarget(host: HostReading, name: string): DeclaredTarget | undefined {
  const target = host.reading([...TARGETS, name]);
  const [first] = target.definitions();
  const lists = ['after', 'wants', 'requires', 'bindsTo'].map((key) => listed(target.at(key)));
  const items = lists.flatMap((list) => list.items);
  const rest = lists.find((list) => list.rest !== undefined)?.rest;
  const isDescribed = target.at('description').definitions().length > 0;
  return isDescribed || items.length > 0 || rest !== undefined
    ? { name: `${name}.target`, at: first?.at, after: several(items, rest) }
    : undefined;
}

/** Whether an option is set, whatever to. */
function isSet(reading: Reading): Known<boolean> {
  const option = reading.option();
  if (option.state === 'unset') return known(false);
  if (isKnown(option)) return known(option.value !== null, option.at);
  return reading.definitions().some(({ holds }) => ifKnown(holds) === true) ? known(true, option.at) : option;
}

/** What all listeners of a container have in common; undefined for one that nothing starts. */
function startOf(configuration: SourceConfiguration, container: DeclaredContainer) {
  const { host } = configuration;
  const { name, unit, autoStart } = container;
  if (ifKnown(autoStart) === false) return undefined;
  return {
    kind: 'container' as const,
    name,
    unit: `${unit}.service`,
    units: [orderedByNixos(configuration, container)],
    isFree: false,
    ...(autoStart.state === 'unknown' ? doubtOf(host.reading([...CONTAINERS, name, 'autoStart'])) : {}),
  };
}

function containerListeners(configuration: SourceConfiguration): Listener[] {
  const { host } = configuration;
  return declaredContainers(configuration).items.flatMap((container): Listener[] => {
    const { name, ports, extraOptions } = container;
    const common = startOf(configuration, container);
    if (common === undefined) return [];
    const reading = host.reading([...CONTAINERS, name]);
    const listeners = (option: string, texts: readonly Text[]): Listener[] => {
      const placed = texts.length === 0 ? undefined : placedAt(reading.at(option).definitions());
      return texts.map((text) => ({ ...common, option, ...ofPort(text), at: text.at, ...placed?.(text.at) }));
    };
    return [
      ...listeners('ports', ports.items),
      ...listeners('extraOptions', publishedIn(extraOptions.items)),
      ...Object.entries({ ports, extraOptions }).flatMap(([option, { rest }]) =>
        rest === undefined ? [] : [{ ...common, option, ...notKnown(rest.reason), at: common.units[0]?.at }],
      ),
    ];
  });
}

/** Variables with the address of the program itself; the others may as well have that of another machine. */
const OWN_ADDRESS = /listen|bind/i;

/** Containers that are in the network of the host: where they listen, their command or environment may tell. */
function hostNetwork(configuration: SourceConfiguration): {
  readonly listeners: readonly Listener[];
  readonly elsewhere: readonly Elsewhere[];
} {
  const listeners: Listener[] = [];
  const elsewhere: Elsewhere[] = [];
  for (const container of declaredContainers(configuration).items) {
    const { name, extraOptions, cmd, environment } = container;
    const networks = listed(configuration.host.reading([...CONTAINERS, name, 'networks'])).items;
    const common = startOf(configuration, container);
    const options = extraOptions.items.map(({ text }) => text).join(' ');
    if (common === undefined || !(networks.some(({ text }) => text === 'host') || usesHostNetwork(options)))
      continue;
    const command = cmd.items.map(({ text }) => text).join(' ');
    const own = environment.items.filter(({ key }) => OWN_ADDRESS.test(key));
    const others = environment.items.filter(({ key }) => !OWN_ADDRESS.test(key));
    const told = [
      ...flagged(command).map((written) => ({ written, at: cmd.items[0]?.at })),
      ...own.flatMap(({ items }) => items.map(({ text, at }) => ({ written: text, at }))),
    ].flatMap(({ written, at }) =>
      addressesIn(written).map((address) => ({ written, at, address: known(address) })),
    );
    for (const each of told) listeners.push({ ...common, option: 'cmd, environment', ...each });
    if (told.length === 0)
      elsewhere.push({
        what: `${common.unit}, which is in the network of the host`,
        at: container.at,
        addresses: [
          ...mayListen([], command),
          ...others.flatMap(({ key, items }) => items.flatMap(({ text }) => mayListen([key], text))),
        ],
      });
  }
  return { listeners, elsewhere };
}

/** Each container is asked for by what it publishes, by its network and among the units. */
const ordered = new WeakMap<DeclaredContainer, DeclaredService>();

function orderedByNixos(configuration: SourceConfiguration, container: DeclaredContainer): DeclaredService {
  const known = ordered.get(container) ?? orderOf(configuration, container);
  ordered.set(container, known);
  return known;
}

/** NixOS makes `dependsOn` an order and a requirement; what has to be pulled waits for the network. */
function orderOf(
  { host }: SourceConfiguration,
  { name, service, dependsOn }: DeclaredContainer,
): DeclaredService {
  const unitOf = unitsOfContainers(host);
  const needed = dependsOn.items.map((text) => ({ ...text, text: `${unitOf(text.text)}.service` }));
  const isPulled = ['imageFile', 'imageStream'].every(
    (key) => host.reading([...CONTAINERS, name, key]).definitions().length === 0,
  );
  const network = isPulled ? [plainText('network-online.target')] : [];
  const { order } = service;
  const extended = (list: Several<Text>, more: readonly Text[]) => ({
    ...list,
    items: [...list.items, ...more],
  });
  return {
    ...service,
    order: {
      ...order,
      after: extended(order.after, [...needed, ...network]),
      requires: extended(order.requires, needed),
      wants: extended(order.wants, network),
    },
  };
}

/** With the units of all containers, ordered as NixOS orders them. */
function withContainers(
  configuration: SourceConfiguration,
  units: readonly DeclaredService[],
): readonly DeclaredService[] {
  const of = declaredContainers(configuration).items.map((each) => orderedByNixos(configuration, each));
  const names = new Set(of.map(({ name }) => name));
  return [...units.filter(({ name }) => !names.has(name)), ...of];
}

/** What an option is called that takes the address to listen on. */
const LISTENS = /listen|Listen|(?:^|[^a-z])bind(?:$|[^a-z])|[a-z]Bind/;
const NO_ADDRESS = /pass|file|secret|token|dn$|user|port|socket|group|timeout|backlog|enable/i;
/** Options that do so under another name. */
const ADDRESSES = [
  /^(?:adguardhome|atuin|audiobookshelf|immich|ollama|open-webui)\.host$/,
  /^(?:paperless|photoprism)\.address$/,
  /^syncthing\.guiAddress$/,
  /^navidrome\.settings\.Address$/,
  /^(?:gitea|forgejo|grafana)\.settings\.server\.http_addr$/i,
  /^vaultwarden\.config\.(?:ROCKET_ADDRESS|rocketAddress)$/,
  /^home-assistant\.config\.http\.server_host$/,
  /^uptime-kuma\.settings\.(?:UPTIME_KUMA_)?HOST$/,
  /^unbound\.settings\.server\.interface$/,
  /^blocky\.settings\.ports\.\w+$/,
];
/** Lines of the settings files of servers. */
const DIRECTIVE =
  /(?:^|[\s;{])(?:listen|bind|default_bind|ListenAddress|listen[-_]address(?:es)?|bind[-_]address)[\s:=]+([^;\n{}]+)/g;

type Found = Pick<Listener, 'written' | 'address' | 'at' | 'optionAt'>;

/** What is known of an option from those that it stands in. */
interface Above {
  readonly depth: number;
  /** Below `services`. */
  readonly option: string;
  readonly doubt: Pick<Listener, 'doubt'>;
  /** Something switches it on: services are off by default. */
  readonly isOn: boolean;
  /** By the names that lead to it. */
  readonly listens: boolean;
}

/** Walks all that the configuration itself sets below `services`. */
function serviceListeners(
  configuration: SourceConfiguration,
  units: readonly DeclaredService[],
): Several<Listener> {
  const { host } = configuration;
  const found: Listener[] = [];
  let leftDeep = MOST_DEEP;
  const visit = (reading: Reading, above: Above): void => {
    const { items: readings, rest } = reading.below();
    const isSwitched = rest !== undefined || readings.some(({ name }) => name === 'enable');
    const enable = isSwitched ? reading.at('enable') : undefined;
    if (ifKnown(enable?.option()) === false) return;
    if (readings.length > 0 && above.depth < DEEPEST) {
      const doubt = enable === undefined ? above.doubt : { ...doubtOf(enable), ...above.doubt };
      const depth = above.depth + 1;
      for (const each of readings)
        visit(each, {
          depth,
          doubt,
          isOn: above.isOn || ifKnown(enable?.option()) === true,
          option: `${above.option}.${each.name}`,
          listens: above.listens || LISTENS.test(each.name),
        });
      return;
    }
    if (readings.length > 0 && leftDeep-- <= 0) return;
    const addresses = addressesOf(configuration, reading, above);
    if (addresses.length === 0) return;
    const { path } = reading;
    const unit = unitOf(host, path);
    const [stem = ''] = unit.split('.');
    // Each exporter has a unit of its own.
    const isExporter = path[1] === 'prometheus' && path[2] === 'exporters';
    const mine = units.filter(({ name }) =>
      (isExporter ? [stem] : [stem, path[1]]).some((own) => name === own || name.startsWith(`${own}-`)),
    );
    const doubt: Pick<Listener, 'doubt'> =
      above.isOn || above.doubt.doubt !== undefined
        ? above.doubt
        : {
            doubt: unknown(
              `a module of NixOS may set services.${path[1]}.enable, which the files do not set`,
            ),
          };
    const common = {
      kind: unit.endsWith('.socket') ? ('socket' as const) : ('service' as const),
      name: path[1] ?? '',
      unit,
      units: mine.some(({ name }) => name === stem) ? mine : [...mine, declaredService(configuration, stem)],
      option: path.join('.'),
      isFree: false,
      ...doubt,
    };
    for (const address of addresses) found.push({ ...common, ...address });
  };
  for (const each of host.reading(['services']).below().items)
    if (each.name !== 'tailscale')
      visit(each, { depth: 2, doubt: {}, isOn: false, option: each.name, listens: false });
  found.sort(byOption);
  return several(found, leftDeep < 0 ? 'the options below services are nested too deeply' : undefined);
}

/** Of a switch that is set here, and nobody knows to what. */
function doubtOf(reading: Reading): Pick<Listener, 'doubt'> {
  const option = reading.definitions().length === 0 ? undefined : statedTruth(reading);
  return option?.state === 'unknown' ? { doubt: option } : {};
}

function addressesOf({ source }: SourceConfiguration, reading: Reading, above: Above): Found[] {
  const value = reading.value();
  // Most are switches, numbers and names: no more has to be known of them.
  if (typeof value === 'boolean' || typeof value === 'number') return [];
  if (typeof value === 'string' && !/\d\.\d|fd7a:|\$\{/i.test(value)) return [];
  const { name: key } = reading;
  const listens = above.listens || ADDRESSES.some((pattern) => pattern.test(above.option));
  const isAddress = listens && !NO_ADDRESS.test(key);
  const hasDirectives = (text: string) => /\s/.test(text) || /config|flags|args/i.test(key);
  const of = (texts: readonly Text[]): Found[] =>
    texts.flatMap((text): Found[] => {
      const content = isAddress ? text.text : contentOf(text, source.tree);
      const values = isAddress ? [content] : hasDirectives(content) ? directives(content) : [];
      const told = values.flatMap((value) =>
        [...value.matchAll(ADDRESS)].map(([address]) => ({
          written: value.trim(),
          address: known(address),
          at: text.at,
        })),
      );
      const open = values.find((value) => /^\W*\$\{(?![^}]*port)/i.test(value));
      return told.length === 0 && open !== undefined ? [{ ...notKnown(open.trim()), at: text.at }] : told;
    });
  // Nor of a text that names no address: where it stands takes longer to tell.
  if (typeof value === 'string' && of(textsIn(value, undefined)).length === 0) return [];
  const { items, rest } = reading.items();
  const written = items.flatMap(({ value, at }) => of(textsIn(value, at)));
  const placed = written.length === 0 ? undefined : placedAt(reading.definitions());
  const found = written.map((each) => ({ ...each, ...placed?.(each.at) }));
  if (rest === undefined) return found;
  // The file of its settings, where that is made here: `configFile = pkgs.writeText "Caddyfile" "..."`.
  const option = reading.option();
  const made = option.state === 'unknown' ? textOf(option, option.at) : undefined;
  if (!isAddress) return made === undefined ? found : [...found, ...of([made])];
  return [...found, { ...notKnown(`${reading.path.join('.')}: ${rest.reason}`), at: made?.at }];
}

/** The place of an item where it is written within its option; that of the option where it has a name elsewhere. */
function placedAt(
  definitions: readonly DefinitionPlace[],
): (at: SourceLocation | undefined) => Pick<Listener, 'at' | 'optionAt'> {
  const places = definitions.flatMap(({ at, holds }) =>
    at === undefined || ifKnown(holds) === false ? [] : [at],
  );
  return (at) => {
    const optionAt = places.findLast(({ file, line }) => at?.file === file && line <= at.line);
    return optionAt === undefined ? { at: places[0] ?? at } : { at, optionAt };
  };
}

function directives(text: string): string[] {
  const said = text.replace(/^\s*(?:#|\/\/).*$/gm, '');
  return [...said.matchAll(DIRECTIVE), ...said.matchAll(FLAG)].flatMap(([, value]) => value ?? []);
}

/** The texts of a value; of a set, as in the `listen` of nginx, those that are called an address. */
function textsIn(value: Data, at: SourceLocation | undefined): Text[] {
  const text = textOf(value, at);
  if (text !== undefined) return [text];
  if (value === null || typeof value !== 'object') return [];
  if (!('kind' in value)) return value.flatMap((item) => textsIn(item, at));
  if (value.kind !== 'set') return [];
  return [...value.attributes].flatMap(([name, inner]) =>
    /^(?:addr|address|host|ip|listen|bind)/i.test(name) ? textsIn(inner, at) : [],
  );
}

const UNITS: Readonly<Record<string, string>> = {
  openssh: 'sshd',
  immich: 'immich-server',
  paperless: 'paperless-web',
};

function unitOf(host: HostReading, [, service = '', group, name]: readonly string[]): string {
  if (service === 'openssh') {
    if (ifKnown(statedTruth(host.reading(['services', 'openssh', 'startWhenNeeded']))) === true)
      return 'sshd.socket';
  }
  if (service === 'redis' && group === 'servers')
    return name === '' ? 'redis.service' : `redis-${name}.service`;
  if (service === 'prometheus' && group === 'exporters') return `prometheus-${name}-exporter.service`;
  return `${entryOf(UNITS, service) ?? service}.service`;
}

function socketListeners(configuration: SourceConfiguration): Listener[] {
  const { host } = configuration;
  return host.attributes(SOCKETS).items.flatMap((name) => {
    const path = [...SOCKETS, name];
    const unit = declaredUnit(configuration, path, 'socketConfig');
    const settings = unit.serviceConfig;
    const streams = ['ListenStream', 'ListenDatagram'].flatMap(
      (key) => settingOf(settings, key)?.items ?? [],
    );
    const lists = ['listenStreams', 'listenDatagrams'].map((key) => listed(host.reading([...path, key])));
    const items = [...lists.flatMap((list) => list.items), ...streams];
    const isFree =
      settingOf(settings, 'FreeBind')?.items.some(({ text }) => /^(?:true|yes|1|on)$/.test(text)) === true;
    return items.flatMap((text) => {
      const [address] = text.text.match(ADDRESS) ?? [];
      const isOpen = /^\W*\$\{(?![^}]*port)/i.test(text.text) && /:\d+$/.test(text.text);
      if (address === undefined && !isOpen) return [];
      return [
        {
          kind: 'socket' as const,
          name,
          unit: `${name}.socket`,
          option: `systemd.sockets.${name}`,
          ...(address === undefined ? notKnown(text.text) : { written: text.text, address: known(address) }),
          at: text.at,
          units: [unit],
          isFree,
        },
      ];
    });
  });
}
