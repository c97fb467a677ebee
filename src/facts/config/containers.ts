import { FactUnavailable } from '../../model/fact.ts';
import { ifKnown, type Known, type Several, several, type Unknown } from '../../model/known.ts';
import { PartialValue } from '../../model/probe.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { UNREAD_PART } from '../../nix/modules/configuration.ts';
import type { Reading } from '../../nix/reading.ts';
import { slipOf } from '../../text/nearest.ts';
import {
  defineSourceFact,
  type HostReading,
  mayBeMore,
  requireNixos,
  type SourceConfiguration,
} from './define.ts';
import { commandsAnywhere, type Elsewhere, namedElsewhere, unreadContainers } from './elsewhere.ts';
import { PODMAN_SINCE } from './oci-backend.ts';
import { oncePer } from './once-per.ts';
import { otherContainers } from './other-containers.ts';
import { type DeclaredService, declaredService } from './services.ts';
import {
  CUT_SHORT,
  listed,
  MOST_ITEMS,
  type Setting,
  settingsOf,
  statedText,
  statedTruth,
} from './stated.ts';
import { type Text, wholeText } from './text.ts';

const BACKEND = ['virtualisation', 'oci-containers', 'backend'];
const CONTAINERS = ['virtualisation', 'oci-containers', 'containers'];

/** How a module calls the options that a fix names. */
export interface ContainerWords {
  /** Of `podman run`. */
  readonly options: string;
  /** Environment files. */
  readonly files: string;
}

const OCI: ContainerWords = { options: 'extraOptions', files: 'environmentFiles' };

/** Whether NixOS itself makes it, and its unit. */
export const isOfNixos = ({ words }: DeclaredContainer): boolean => words === OCI;

export interface DeclaredContainer {
  readonly name: string;
  readonly words: ContainerWords;
  /** Its users are others on the host. */
  readonly isRootless?: true;
  readonly at: SourceLocation | undefined;
  /** Its unit, without `.service`. */
  readonly unit: string;
  readonly autoStart: Known<boolean>;
  readonly dependsOn: Several<Text>;
  /** Of these, what is no container, where all containers are known. */
  readonly absent: readonly Text[];
  /** What is set and is no option, where it looks like one. */
  readonly misspelled: readonly {
    readonly written: string;
    readonly meant: string;
    readonly at: SourceLocation | undefined;
  }[];
  readonly image: Known<Text>;
  readonly ports: Several<Text>;
  readonly volumes: Several<Text>;
  readonly environment: Several<Setting>;
  readonly environmentFiles: Several<Text>;
  readonly extraOptions: Several<Text>;
  readonly networks: Several<Text>;
  /** Those of podman itself, in front of `run`. */
  readonly preRunExtraOptions: Several<Text>;
  readonly devices: Several<Text>;
  readonly user: Known<Text>;
  readonly privileged: Known<boolean>;
  readonly cmd: Several<Text>;
  /** What the configuration adds to its unit. */
  readonly service: DeclaredService;
}

export const containers = defineSourceFact<readonly DeclaredContainer[]>({
  id: 'containers',
  reads: 'virtualisation.oci-containers.containers, quadlets, arion projects, services.podman of homes',
  options: [
    ...['serviceName', 'autoStart', 'dependsOn', 'image', 'ports', 'volumes', 'environment.*'],
    ...['environmentFiles', 'extraOptions', 'networks', 'devices', 'user', 'privileged', 'cmd'],
  ].map((key) => `${CONTAINERS.join('.')}.*.${key}`),
  read(configuration) {
    const { host } = configuration;
    if (host.system !== 'home') requireNixos(host);
    const { rest = unreadOthers(host) } = declaredContainers(configuration);
    const items = allContainers(configuration);
    const elsewhere = toldOf([
      ...unreadContainers(configuration, namesOf(items)),
      ...containerCommandsAnywhere(configuration),
    ]);
    if (elsewhere === undefined) requireNixos(host);
    const isTold = elsewhere !== undefined && rest?.reason.includes(UNREAD_PART) === true;
    // Beside what is known, one sentence for the part that was not read is enough: that of `visibility`.
    const reasons = [isTold ? undefined : rest?.reason, cutShort(items), elsewhere].filter(
      (reason) => reason !== undefined,
    );
    if (items.length === 0 && reasons.length === 0)
      throw new FactUnavailable('not-applicable', whyNone(host));
    return reasons.length === 0 ? items : new PartialValue(items, reasons.join('; '));
  },
});

function whyNone(host: HostReading): string {
  const isService = ifKnown(statedTruth(host.reading(['services', 'immich', 'enable']))) === true;
  return isService
    ? 'Immich is a service of NixOS here (services.immich), and no container is declared'
    : 'no container is declared (virtualisation.oci-containers)';
}

const OTHERS = [
  ['virtualisation', 'quadlet', 'containers'],
  ['virtualisation', 'arion', 'projects'],
];

/** Why other modules may make containers that could not be read. */
function unreadOthers(host: HostReading): Unknown | undefined {
  const [rest] = OTHERS.flatMap((path) => host.attributes(path).rest ?? []);
  return rest && { ...rest, reason: mayBeMore('containers', rest) };
}

/** In a sentence, containers that are declared otherwise. */
function toldOf(elsewhere: readonly Elsewhere[]): string | undefined {
  const names = namedElsewhere(elsewhere);
  return names && `there are containers that are not read: ${names}`;
}

/** Those that are declared, and those in other clothes. */
export const allContainers = (configuration: SourceConfiguration): readonly DeclaredContainer[] => [
  ...declaredContainers(configuration).items,
  ...otherContainers(configuration),
];

const namesOf = (all: readonly DeclaredContainer[]) => new Set(all.map(({ name }) => name));

/** Commands of the machine that make containers which are not among these, wherever in its files they stand. */
export const containerCommandsAnywhere = oncePer((configuration: SourceConfiguration) =>
  commandsAnywhere(configuration, namesOf(allContainers(configuration))),
);

/** Several facts ask for the containers of a machine: they are read once. */
const read = new WeakMap<HostReading, Several<DeclaredContainer>>();

export function declaredContainers(configuration: SourceConfiguration): Several<DeclaredContainer> {
  const { host } = configuration;
  const known = read.get(host);
  if (known !== undefined) return known;
  const { items: names, rest } = host.attributes(CONTAINERS);
  const unitOf = unitsOfContainers(host);
  const units = new Set(names.length === 0 ? [] : host.attributes(['systemd', 'services']).items);
  const isThere = new Set(names);
  const absent = ({ dependsOn }: DeclaredContainer) =>
    dependsOn.items.filter((text) => {
      const name = wholeText(text);
      return name !== undefined && !isThere.has(name) && !units.has(unitOf(name));
    });
  const items = names.map((name) => {
    const declared = container(configuration, name, unitOf(name));
    return rest === undefined ? { ...declared, absent: absent(declared) } : declared;
  });
  const found = several(items, rest && mayBeMore('containers', rest));
  read.set(host, found);
  return found;
}

/** Not every check asks of each list whether it is whole. */
function cutShort(all: readonly DeclaredContainer[]): string | undefined {
  for (const { name, dependsOn, ports, volumes, environment, environmentFiles, ...others } of all) {
    const { extraOptions, networks, preRunExtraOptions, devices, cmd } = others;
    const lists = [dependsOn, ports, volumes, environment, environmentFiles];
    const more = [extraOptions, networks, preRunExtraOptions, devices, cmd];
    const cut = [...lists, ...more].find(({ rest }) => rest?.reason.includes(CUT_SHORT));
    if (cut?.rest !== undefined) return `not all of the container ${name} is read: ${cut.rest.reason}`;
  }
  return undefined;
}

const OPTIONS = [
  ...['image', 'imageFile', 'imageStream', 'login', 'cmd', 'labels', 'entrypoint', 'environment'],
  ...['environmentFiles', 'log-driver', 'ports', 'user', 'volumes', 'workdir', 'dependsOn', 'hostname'],
  ...['preRunExtraOptions', 'extraOptions', 'autoStart', 'serviceName', 'podman', 'pull', 'capabilities'],
  ...['devices', 'privileged', 'autoRemoveOnStop', 'networks'],
];

/** Only what looks like a known option: a later NixOS may have others. */
function misspelledIn(reading: Reading): DeclaredContainer['misspelled'] {
  return reading.below().items.flatMap((each) => {
    if (OPTIONS.includes(each.name) || each.isDeclaredHere()) return [];
    const meant = slipOf(each.name, OPTIONS);
    return meant === undefined ? [] : [{ written: each.name, meant, at: each.definitions()[0]?.at }];
  });
}

/** The unit of a container, without `.service`: where nothing tells that docker is the backend, that under podman. */
export const unitsOfContainers = oncePer((host: HostReading): ((name: string) => string) => {
  const backend = wholeText(statedText(host.reading(BACKEND)));
  if (backend !== undefined) return (name) => `${backend}-${name}`;
  const version = wholeText(statedText(host.reading(['system', 'stateVersion'])));
  if (Number(version) >= PODMAN_SINCE) return (name) => `podman-${name}`;
  const units = new Set(host.attributes(['systemd', 'services']).items);
  return (name) =>
    units.has(`docker-${name}`) && !units.has(`podman-${name}`) ? `docker-${name}` : `podman-${name}`;
});

function container(configuration: SourceConfiguration, name: string, usual: string): DeclaredContainer {
  const { host } = configuration;
  const reading = host.reading([...CONTAINERS, name]);
  const own = wholeText(statedText(reading.at('serviceName'))) ?? usual;
  return {
    name,
    words: OCI,
    at: reading.definitions()[0]?.at,
    unit: own,
    autoStart: statedTruth(reading.at('autoStart')),
    dependsOn: listed(reading.at('dependsOn'), MOST_ITEMS),
    absent: [],
    misspelled: misspelledIn(reading),
    image: statedText(reading.at('image')),
    ports: listed(reading.at('ports'), MOST_ITEMS),
    volumes: listed(reading.at('volumes'), MOST_ITEMS),
    environment: settingsOf(reading.at('environment'), MOST_ITEMS),
    environmentFiles: listed(reading.at('environmentFiles'), MOST_ITEMS),
    extraOptions: listed(reading.at('extraOptions'), MOST_ITEMS),
    networks: listed(reading.at('networks'), MOST_ITEMS),
    preRunExtraOptions: listed(reading.at('preRunExtraOptions'), MOST_ITEMS),
    devices: listed(reading.at('devices'), MOST_ITEMS),
    user: statedText(reading.at('user')),
    privileged: statedTruth(reading.at('privileged')),
    cmd: listed(reading.at('cmd'), MOST_ITEMS),
    service: declaredService(configuration, own),
  };
}
