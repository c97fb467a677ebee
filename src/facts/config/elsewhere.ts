import { isKnown } from '../../model/known.ts';
import type { Data } from '../../nix/data.ts';
import type { Reading } from '../../nix/reading.ts';
import type { HostReading } from './define.ts';
import { addressesIn } from './listener.ts';
import { statedText, statedTruth } from './stated.ts';
import { wholeText } from './text.ts';

/** Something that may listen, and of which nothing is judged here. */
export interface Elsewhere {
  /** In words: `the quadlet plex`. */
  readonly what: string;
  /** Addresses that are written in it. */
  readonly addresses: readonly string[];
}

const OF_HOME = [
  ['services', 'podman', 'containers'],
  ['virtualisation', 'quadlet', 'containers'],
];

/** What starts containers beside virtualisation.oci-containers, and containers that are systems of their own. */
export const startedElsewhere = (host: HostReading): Elsewhere[] => [
  ...below(host, ['virtualisation', 'quadlet', 'containers'], 'the quadlet', isStarted),
  ...below(
    host,
    ['virtualisation', 'arion', 'projects'],
    'the arion project',
    (reading) => !hasOtherServices(reading),
  ),
  ...host
    .attributes(['home-manager', 'users'])
    .items.flatMap((user) =>
      OF_HOME.flatMap((path) =>
        below(host, ['home-manager', 'users', user, ...path], `the container of ${user}`, isStarted),
      ),
    ),
  ...unreadElsewhere(host),
  ...below(host, ['docker-containers'], 'the docker container'),
  ...below(host, ['containers'], 'the container of NixOS', sharesNetwork),
];

/** Containers of images of which nothing is judged. */
export const unreadElsewhere = (host: HostReading): Elsewhere[] => [
  ...below(host, ['virtualisation', 'quadlet', 'pods'], 'the quadlet of the pod', isStarted),
  ...below(host, ['virtualisation', 'arion', 'projects'], 'the arion project', hasOtherServices),
  ...below(host, ['environment', 'etc'], 'the file of /etc', (reading) =>
    /(?:^|\/)containers\/systemd\/.*\.(?:container|pod|kube)$/.test(targetOf(reading)),
  ),
  ...(host.system === 'home' ? OF_HOME : []).flatMap((path) =>
    below(host, path, 'the container of this user', isStarted),
  ),
];

const below = (
  host: HostReading,
  path: readonly string[],
  what: string,
  isOn: (reading: Reading) => boolean = () => true,
) =>
  host.attributes(path).items.flatMap((name): Elsewhere[] => {
    const reading = host.reading([...path, name]);
    return isOn(reading)
      ? [{ what: `${what} ${name}`, addresses: addressesIn(textsIn(reading.value())) }]
      : [];
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
