import { known, type Several, several, UNSET } from '../../model/known.ts';
import type { Reading } from '../../nix/reading.ts';
import type { ContainerWords, DeclaredContainer } from './containers.ts';
import type { HostReading, SourceConfiguration } from './define.ts';
import { declaredService } from './services.ts';
import { listed, MOST_ITEMS, settingsOf, statedText, statedTruth } from './stated.ts';
import { plainText, type Text, unknownIn, wholeText } from './text.ts';

/** What a module that makes units of containers calls the options of virtualisation.oci-containers. */
interface Names extends ContainerWords {
  readonly ports: string;
  readonly environment: string;
  readonly networks: string;
  readonly devices: string;
  readonly cmd: string;
}

const QUADLET: Names = {
  options: 'podmanArgs',
  files: 'environmentFiles',
  ports: 'publishPorts',
  environment: 'environments',
  networks: 'networks',
  devices: 'devices',
  cmd: 'exec',
};

const HOME: Names = {
  options: 'extraPodmanArgs',
  files: 'environmentFile',
  ports: 'ports',
  environment: 'environment',
  networks: 'network',
  devices: 'devices',
  cmd: 'exec',
};

const ARION: Names = {
  options: 'command-line options',
  files: 'env_file',
  ports: 'ports',
  environment: 'environment',
  networks: 'network_mode',
  devices: 'devices',
  cmd: 'command',
};

/** Keys of a quadlet that podman knows as options of `run`. */
const AS_OPTIONS: Readonly<Record<string, string>> = {
  healthCmd: 'health-cmd',
  healthStartPeriod: 'health-start-period',
  healthStartupCmd: 'health-startup-cmd',
  healthOnFailure: 'health-on-failure',
  memory: 'memory',
};

/** Containers of images that other modules than virtualisation.oci-containers make of plain options. */
export const otherContainers = (configuration: SourceConfiguration): readonly DeclaredContainer[] => {
  const { host } = configuration;
  if (host.system === 'home' || host.system === 'darwin') return [];
  return [
    ...readingsOf(host, ['virtualisation', 'quadlet', 'containers']).map((reading) =>
      quadlet(configuration, reading),
    ),
    ...readingsOf(host, ['home-manager', 'users']).flatMap(({ path }) => [
      ...readingsOf(host, [...path, 'services', 'podman', 'containers']).map((reading) =>
        rootless(container(configuration, reading, reading, HOME, `podman-${reading.name}`)),
      ),
      ...readingsOf(host, [...path, 'virtualisation', 'quadlet', 'containers']).map((reading) =>
        rootless(quadlet(configuration, reading)),
      ),
    ]),
    ...readingsOf(host, ['virtualisation', 'arion', 'projects']).flatMap((project) =>
      arion(configuration, project),
    ),
  ];
};

const readingsOf = (host: HostReading, path: readonly string[]): readonly Reading[] =>
  host.attributes(path).items.map((name) => host.reading([...path, name]));

function quadlet(configuration: SourceConfiguration, reading: Reading): DeclaredContainer {
  const settings = reading.at('containerConfig');
  const made = container(configuration, reading, settings, QUADLET, reading.name);
  const given = Object.entries(AS_OPTIONS).flatMap(([key, option]) => {
    const value = statedText(settings.at(key));
    return value.state === 'known' ? [asOption(option, value.value)] : [];
  });
  const { extraOptions } = made;
  return { ...made, extraOptions: { ...extraOptions, items: [...extraOptions.items, ...given] } };
}

/** Its networks are not those of the host. */
const rootless = (made: DeclaredContainer): DeclaredContainer => ({
  ...made,
  isRootless: true,
  networks: several<Text>([]),
});

function arion(configuration: SourceConfiguration, project: Reading): readonly DeclaredContainer[] {
  const services = readingsOf(configuration.host, [...project.path, 'settings', 'services']);
  const names = new Set(services.map(({ name }) => name));
  const isKnown = configuration.host.attributes([...project.path, 'settings', 'services']).rest === undefined;
  return services.map((reading) => {
    const settings = reading.at('service');
    const made = container(configuration, reading, settings, ARION, `arion-${project.name}`);
    const dependsOn = listed(settings.at('depends_on'), MOST_ITEMS);
    const absent = dependsOn.items.filter((text) => {
      const name = wholeText(text);
      return isKnown && name !== undefined && !names.has(name);
    });
    return { ...made, dependsOn, absent };
  });
}

const asOption = (option: string, { text, parts, at }: Text): Text => ({
  text: `--${option}=${text}`,
  parts: [`--${option}=`, ...parts],
  at,
});

/** In the file of a quadlet, words stand in one line. */
function apart({ items, rest }: Several<Text>): Several<Text> {
  const words = items.flatMap((text) =>
    unknownIn(text) === undefined && !/["'\\]/.test(text.text)
      ? text.text
          .split(/\s+/)
          .filter(Boolean)
          .map((word) => plainText(word, text.at))
      : [text],
  );
  return several(words, rest);
}

function container(
  configuration: SourceConfiguration,
  reading: Reading,
  settings: Reading,
  names: Names,
  unit: string,
): DeclaredContainer {
  const autoStart = statedTruth(reading.at('autoStart'));
  return {
    name: reading.name,
    at: reading.definitions()[0]?.at,
    unit,
    words: names,
    autoStart: autoStart.state === 'unset' ? known(true) : autoStart,
    dependsOn: several<Text>([]),
    absent: [],
    misspelled: [],
    image: statedText(settings.at('image')),
    ports: listed(settings.at(names.ports), MOST_ITEMS),
    volumes: listed(settings.at('volumes'), MOST_ITEMS),
    environment: settingsOf(settings.at(names.environment), MOST_ITEMS),
    environmentFiles: listed(settings.at(names.files), MOST_ITEMS),
    extraOptions: names === ARION ? several<Text>([]) : apart(listed(settings.at(names.options), MOST_ITEMS)),
    networks: listed(settings.at(names.networks), MOST_ITEMS),
    preRunExtraOptions: several<Text>([]),
    devices: listed(settings.at(names.devices), MOST_ITEMS),
    user: statedText(settings.at('user')),
    privileged: names === ARION ? statedTruth(settings.at('privileged')) : UNSET,
    cmd: listed(settings.at(names.cmd), MOST_ITEMS),
    service: declaredService(configuration, unit),
  };
}
