import { ifKnown, isKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Data } from '../../nix/data.ts';
import { UNREAD_PART } from '../../nix/modules/configuration.ts';
import type { Reading } from '../../nix/reading.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import { firstOf } from '../../text/amount.ts';
import { type ContainerCommand, containerCommands } from './commands.ts';
import type { HostReading, SourceConfiguration } from './define.ts';
import { addressesIn } from './listener.ts';
import { type OtherSystem, otherSystems } from './other-systems.ts';
import { declaredService, declaredUnit } from './services.ts';
import { listed, statedText, statedTruth } from './stated.ts';
import { contentOf, type Text, wholeText } from './text.ts';
import { writtenCommands } from './written-commands.ts';

/** Something that may listen, and of which nothing is judged here. */
export interface Elsewhere {
  /** In words: `the quadlet plex`. */
  readonly what: string;
  readonly at: SourceLocation | undefined;
  /** Addresses that are written in it. */
  readonly addresses: readonly string[];
}

const MOST_NAMED = 4;

/** The first of these, each with its place; undefined for none. */
export function namedElsewhere(all: readonly Elsewhere[]): string | undefined {
  if (all.length === 0) return undefined;
  const names = all.map(({ what, at }) => (at === undefined ? what : `${what} (${at.file}:${at.line})`));
  return firstOf(names, MOST_NAMED);
}

const OCI = ['virtualisation', 'oci-containers', 'containers'];
const OF_HOME = [
  ['services', 'podman', 'containers'],
  ['virtualisation', 'quadlet', 'containers'],
];

/** What starts containers beside virtualisation.oci-containers, and containers that are systems of their own. */
export const startedElsewhere = (configuration: SourceConfiguration): Elsewhere[] => {
  const { host } = configuration;
  return [
    ...asOptions(host, []),
    ...unreadOptions(configuration, []),
    ...below(host, ['containers'], 'the container of NixOS', sharesNetwork),
    // An address in them is told of as that of an option.
    ...otherSystems(host)
      .filter(({ isVariant }) => isVariant)
      .flatMap((system) => inSystem(configuration, system))
      .map((each) => ({ ...each, addresses: [] })),
  ];
};

/** Containers of images of which nothing is judged. */
export const unreadContainers = (
  configuration: SourceConfiguration,
  declared: ReadonlySet<string>,
): Elsewhere[] => [
  ...unreadOptions(configuration, []),
  ...madeByCommands(configuration, [], declared),
  ...otherSystems(configuration.host).flatMap((system) => inSystem(configuration, system)),
];

/** Commands that make containers, in options that are not known to run any. */
export const commandsAnywhere = (
  configuration: SourceConfiguration,
  declared: ReadonlySet<string>,
): readonly Elsewhere[] => {
  const others = otherSystems(configuration.host).map(({ path }) => path);
  const homes = [[], ...others].flatMap((base) => homesIn(configuration.host, base).map(([, home]) => home));
  return writtenCommands(configuration, declared, {
    systems: [[], ...others, ...homes],
    scripts: [[], ...others]
      .flatMap((base) => scriptsIn(configuration, base))
      .flatMap(({ commands }) => commands.map(({ content }) => content)),
  });
};

/** All containers of a system that is not the machine itself. */
function inSystem(configuration: SourceConfiguration, { what: system, path }: OtherSystem): Elsewhere[] {
  const { host } = configuration;
  const oci = [...path, ...OCI];
  const { items: names, rest } = host.attributes(oci);
  return [
    ...below(host, oci, 'the container'),
    // What was not read of it is told as that of the machine.
    ...(rest === undefined || rest.reason.includes(UNREAD_PART)
      ? []
      : [{ what: `whatever is in ${OCI.join('.')}`, at: rest.at, addresses: [] }]),
    ...asOptions(host, path),
    ...unreadOptions(configuration, path),
    ...madeByCommands(configuration, path, new Set(names)),
  ].map((each) => ({ ...each, what: `${each.what} of ${system}` }));
}

/** Containers of which hsdoctor knows the options, where they are those of the machine itself. */
const asOptions = (host: HostReading, base: readonly string[]): Elsewhere[] => [
  ...below(host, [...base, 'virtualisation', 'quadlet', 'containers'], 'the quadlet', isStarted),
  ...below(
    host,
    [...base, 'virtualisation', 'arion', 'projects'],
    'the arion project',
    (reading) => !hasOtherServices(reading),
  ),
  ...homesIn(host, base).flatMap(([user, home]) =>
    OF_HOME.flatMap((path) => below(host, [...home, ...path], `the container of ${user}`, isStarted)),
  ),
];

const unreadOptions = (
  { host, source: { tree } }: SourceConfiguration,
  base: readonly string[],
): Elsewhere[] => [
  ...below(host, [...base, 'virtualisation', 'quadlet', 'pods'], 'the quadlet of the pod', isStarted),
  ...below(host, [...base, 'virtualisation', 'arion', 'projects'], 'the arion project', hasOtherServices),
  ...filesIn(host, [...base, 'environment', 'etc'], '/etc', tree),
  ...tmpfilesOf(host, base),
  ...orchestrators(host, base),
  ...below(host, [...base, 'docker-containers'], 'the docker container'),
  ...['k3s', 'rke2'].flatMap((name) =>
    ['manifests', 'autoDeployCharts'].flatMap((key) =>
      below(host, [...base, 'services', name, key], `services.${name}.${key}`),
    ),
  ),
  ...homesIn(host, base).flatMap(([user, home]) =>
    FILES_OF_HOME.flatMap((path) => filesIn(host, [...home, ...path], user, tree)),
  ),
  ...(host.system === 'home' ? OF_HOME : []).flatMap((path) =>
    below(host, [...base, ...path], 'the container of this user', isStarted),
  ),
];

/** Files and folders that are put in the place where podman or compose looks for them. */
const filesIn = (host: HostReading, path: readonly string[], whose: string, tree: SourceTree) => [
  ...below(host, path, `the file of ${whose}`, (reading) => isContainerFile(targetOf(reading))),
  ...below(
    host,
    path,
    `the folder of ${whose}`,
    (reading) => isQuadletFolder(targetOf(reading)) && mayHaveQuadlets(reading, tree),
  ),
];

const FILES_OF_HOME = [
  ['home', 'file'],
  ['xdg', 'configFile'],
];

/** Of a quadlet, or of docker compose. */
const isContainerFile = (path: string) =>
  /(?:^|\/)containers\/systemd\/.*\.(?:container|pod|kube)$|(?:^|\/)(?:docker-)?compose\.ya?ml$/.test(path);

const QUADLET = /\.(?:container|pod|kube)$/;
const isQuadletFolder = (path: string) => /(?:^|\/)containers\/systemd(?:\/users(?:\/\d+)?)?\/?$/.test(path);

/** Unless it is a folder of these files that has none. */
function mayHaveQuadlets(reading: Reading, tree: SourceTree): boolean {
  const source = reading.at('source');
  const data = source.value();
  const path = data !== null && typeof data === 'object' && 'path' in data ? data.path : undefined;
  const names = path === undefined ? undefined : tree.folder(path)?.keys();
  return (
    source.definitions().length > 0 && (names === undefined || [...names].some((name) => QUADLET.test(name)))
  );
}

/** Rules of systemd-tmpfiles that put a quadlet in its place, or a folder of them. */
function tmpfilesOf(host: HostReading, base: readonly string[]): Elsewhere[] {
  const tmpfiles = [...base, 'systemd', 'tmpfiles'];
  const rules = listed(host.reading([...tmpfiles, 'rules'])).items.flatMap(({ text, at }): Elsewhere[] => {
    const [type = '', path = ''] = text.trim().split(/\s+/);
    return isPlaced(type, path) ? [{ what: `the file of systemd-tmpfiles ${path}`, at, addresses: [] }] : [];
  });
  const files = host
    .attributes([...tmpfiles, 'settings'])
    .items.flatMap((file) =>
      below(
        host,
        [...tmpfiles, 'settings', file],
        'the file of systemd-tmpfiles',
        ({ name: path, path: option }) => host.attributes(option).items.some((type) => isPlaced(type, path)),
      ),
    );
  return [...rules, ...files];
}

/** A link, a copy or a file; `d` only makes a folder. */
const isPlaced = (type: string, path: string) =>
  /^[LCfw]/.test(type) &&
  (isQuadletFolder(path) || (/\/containers\/systemd\//.test(path) && QUADLET.test(path)));

/** What runs containers that others tell it to. */
function orchestrators(host: HostReading, base: readonly string[]): Elsewhere[] {
  const nomad = host.reading([...base, 'services', 'nomad', 'enable']);
  const roles = host.reading([...base, 'services', 'kubernetes', 'roles']);
  return [
    ...(ifKnown(statedTruth(nomad)) === true ? [{ what: 'services.nomad', reading: nomad }] : []),
    ...(listed(roles).items.length > 0 ? [{ what: 'services.kubernetes', reading: roles }] : []),
  ].map(({ what, reading }) => ({
    what: `whatever ${what} runs`,
    at: reading.definitions()[0]?.at,
    addresses: [],
  }));
}

const homesIn = (host: HostReading, base: readonly string[]) =>
  host
    .attributes([...base, 'home-manager', 'users'])
    .items.map((user) => [user, [...base, 'home-manager', 'users', user]] as const);

/** Containers that units and scripts make by commands: `podman run`, `docker compose up`. */
function madeByCommands(
  configuration: SourceConfiguration,
  base: readonly string[],
  declared: ReadonlySet<string>,
): Elsewhere[] {
  return scriptsIn(configuration, base).flatMap(({ where, commands, isOff }) =>
    isOff === true
      ? []
      : containerCommands(commands, declared).map(({ command, at }) => ({
          what: `${command} in ${where}`,
          at,
          addresses: [],
        })),
  );
}

const scriptsIn = (configuration: SourceConfiguration, base: readonly string[]): readonly Script[] => [
  ...unitsIn(configuration, base),
  ...userUnitsIn(configuration, base),
  ...activationIn(configuration, base),
];

interface Script {
  /** In words: `immich.service`. */
  readonly where: string;
  readonly commands: readonly ContainerCommand[];
  readonly isOff?: boolean;
}

function unitsIn(configuration: SourceConfiguration, base: readonly string[]): Script[] {
  const { host } = configuration;
  return [
    ['systemd', 'services'],
    ['systemd', 'user', 'services'],
  ].flatMap((path) => {
    const isOwn = base.length === 0 && path.length === 2;
    return host.attributes([...base, ...path]).items.flatMap((name) => {
      const unit = isOwn
        ? declaredService(configuration, name)
        : declaredUnit(configuration, [...base, ...path, name], 'serviceConfig');
      const commands = [...unit.startsWith.items, ...unit.runs, ...unit.startsAfter.items];
      return [
        {
          where: `${name}.service`,
          commands: commands.map(({ text, content }) => ({ at: text.at, content })),
          isOff: ifKnown(unit.enable) === false,
        },
      ];
    });
  });
}

/** As home-manager writes them: `Service.ExecStart`. */
function userUnitsIn({ host, source }: SourceConfiguration, base: readonly string[]): Script[] {
  const homes = homesIn(host, base).map(([, home]) => home);
  return [...homes, ...(host.system === 'home' ? [base] : [])].flatMap((home) => {
    const path = [...home, 'systemd', 'user', 'services'];
    return host.attributes(path).items.map((name) => {
      const service = host.reading([...path, name, 'Service']);
      const texts = ['ExecStartPre', 'ExecStart'].flatMap((key) => listed(service.at(key)).items);
      return { where: `${name}.service`, commands: texts.map((text) => commandOf(text, source)) };
    });
  });
}

function activationIn({ host, source }: SourceConfiguration, base: readonly string[]): Script[] {
  const path = [...base, 'system', 'activationScripts'];
  return host.attributes(path).items.map((name) => {
    const reading = host.reading([...path, name]);
    const texts = [...listed(reading).items, ...listed(reading.at('text')).items];
    return {
      where: `system.activationScripts.${name}`,
      commands: texts.map((text) => commandOf(text, source)),
    };
  });
}

const commandOf = (text: Text, { tree }: SourceConfiguration['source']): ContainerCommand => ({
  at: text.at,
  content: contentOf(text, tree),
});

const below = (
  host: HostReading,
  path: readonly string[],
  what: string,
  isOn: (reading: Reading) => boolean = () => true,
) =>
  host.attributes(path).items.flatMap((name): Elsewhere[] => {
    const reading = host.reading([...path, name]);
    if (!isOn(reading)) return [];
    const at = reading.definitions()[0]?.at;
    return [{ what: `${what} ${name}`, at, addresses: addressesIn(textsIn(reading.value())) }];
  });

/** Than those that are written beside it. */
function hasOtherServices(project: Reading): boolean {
  const settings = project.at('settings');
  const { items, rest } = settings.at('services').below();
  return settings.at('imports').definitions().length > 0 || items.length === 0 || rest !== undefined;
}

const targetOf = (reading: Reading) => wholeText(statedText(reading.at('target'))) ?? reading.name;

/** Unless it says that nothing starts it. */
function isStarted(reading: Reading): boolean {
  const autoStart = statedTruth(reading.at('autoStart'));
  return !isKnown(autoStart) || autoStart.value;
}

/** It is started by hand, and has the network of the machine, unless it says otherwise. */
function sharesNetwork(reading: Reading): boolean {
  const isPrivate = statedTruth(reading.at('privateNetwork'));
  return (
    reading.at('autoStart').definitions().length > 0 &&
    isStarted(reading) &&
    !(isKnown(isPrivate) && isPrivate.value)
  );
}

/** All texts in it. */
function textsIn(data: Data): string {
  if (typeof data === 'string') return data;
  if (data === null || typeof data !== 'object') return '';
  if (!('kind' in data)) return data.map(textsIn).join('\n');
  if (data.kind === 'text') return data.parts.map((part) => (typeof part === 'string' ? part : ' ')).join('');
  if (data.kind === 'set') return [...data.attributes.values()].map(textsIn).join('\n');
  return data.kind === 'unknown' ? data.arguments.map(textsIn).join('\n') : '';
}
