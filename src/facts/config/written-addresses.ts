import { ifKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { writtenTexts } from '../../nix/bindings.ts';
import type { Data, Opaque } from '../../nix/data.ts';
import type { Reading } from '../../nix/reading.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import type { HostReading, SourceConfiguration } from './define.ts';
import { leadsElsewhere, listensNowhere } from './harmless-addresses.ts';
import type { Listener } from './listener.ts';
import { byOption } from './stated.ts';

/** An address of the range of Tailscale that stands in an option, and may be listened on. */
export interface WrittenAddress {
  readonly address: string;
  readonly option: string;
  readonly at: SourceLocation | undefined;
}

/** The resolver of Tailscale, which every machine has. */
const RESOLVER = /^(?:100\.100\.100\.100|fd7a:115c:a1e0::53)$/i;
const ADDRESS =
  /(?<![\w.:])(100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])(?:\.\d{1,3}){2}(?![\w]|\.\d)|fd7a:115c:a1e0:[0-9a-f:]+)(\/\d+)?/gi;
/** The interface of Tailscale, of which the name is no address, where something binds to it. */
const INTERFACE = /(?<![\w.-])tailscale0(?![\w.-])/g;
const BINDS = /^(?:bind|listen)(?![a-z])|^interface$/i;
const BINDS_BEFORE = /(?:^|[\s;{])(?:(?:bind|listen)[\w-]*|interface)[\s:=]+(?:\S+\s+)*$/i;
const NETWORK = /(?:\.0|:)\/\d+$/;
const DEEPEST = 24;
/** Options that are looked at: more than any machine has. */
const MOST = 200_000;
/** What stands further in front of an address tells nothing of it. */
const LONGEST_BEFORE = 200;
const LONGEST_FILE = 1024 * 1024;
const ROOTS =
  /^(?:services|systemd|virtualisation|environment|containers|specialisation|home-manager|docker-containers|xdg)$/;

/** Addresses in options that are in force, or may be, of which nothing tells that they are not listened on. */
export function writtenAddresses(
  configuration: SourceConfiguration,
  listeners: readonly Listener[],
): readonly WrittenAddress[] {
  const { host, source } = configuration;
  const found = new Map<string, WrittenAddress>();
  const judged = new Set(listeners.flatMap(judgedOf));
  const seen = new Set<string>();
  const open = new Set<string>();
  let left = MOST;
  const add = (
    path: readonly string[],
    { names, before, address }: Mention,
    at: SourceLocation | undefined,
  ) => {
    const own = ofItsMachine(path);
    const within = [...own, ...names];
    seen.add(placeKey(at));
    const isHarmless =
      judged.has(`${own.slice(0, 2).join('.')} ${address}`) ||
      judged.has(`${own.slice(0, 3).join('.')} ${address}`) ||
      (address === 'tailscale0' && !bindsTo(host, path, within, before)) ||
      listensNowhere(within) ||
      leadsElsewhere(within, before) ||
      isDeclaredHere(host, path);
    const option = path.join('.');
    if (!isHarmless) found.set(`${address} ${option}`, { address, option, at });
  };
  const visit = (reading: Reading): void => {
    const { path } = reading;
    if (left-- <= 0 || isJudgedElsewhere(path)) return;
    const { items: below, rest } = reading.below();
    if (rest !== undefined) open.add(keyOf(path));
    const isOff =
      below.some(({ name }) => name === 'enable') && ifKnown(reading.at('enable').option()) === false;
    if (isOff) return;
    if (below.length > 0 && path.length < DEEPEST) for (const each of below) visit(each);
    else
      for (const { value, at } of valuesOf(reading, source.tree))
        for (const each of mentions(value, [], source.tree))
          add(path, each, at ?? reading.definitions()[0]?.at);
  };
  for (const each of host.reading([]).below().items) visit(each);
  // What is not known may be any of what is written there.
  for (const { path, mention, at } of open.size === 0 ? [] : literals(configuration)) {
    const isOpen = path.some((_, index) => open.has(keyOf(path.slice(0, index + 1))));
    if (isOpen && !seen.has(placeKey(at)) && !isJudgedElsewhere(path)) add(path, mention, at);
  }
  return [...found.values()].sort(byOption);
}

/** Of dnsmasq only where it says so: else it listens everywhere, and answers where it may. */
function bindsTo(
  host: HostReading,
  path: readonly string[],
  within: readonly string[],
  before: string,
): boolean {
  const [root, service] = within;
  const last = within.at(-1) ?? '';
  if (service === 'samba' && last === 'interfaces') return true;
  if (!BINDS.test(last) && !BINDS_BEFORE.test(before)) return false;
  if (root !== 'services' || service !== 'dnsmasq') return true;
  const dnsmasq = host.reading(path.slice(0, path.indexOf('dnsmasq') + 1));
  const strict = ifKnown(dnsmasq.at('settings').at('bind-interfaces').option());
  const lines = ifKnown(dnsmasq.at('extraConfig').option());
  return strict === true || (typeof lines === 'string' && /^\s*bind-interfaces\s*$/m.test(lines));
}

interface Mention {
  readonly address: string;
  /** Within the value of the option. */
  readonly names: readonly string[];
  /** What stands on its line in front of it. */
  readonly before: string;
}

/** Most values have none, and where they stand takes longer to tell. */
function valuesOf(reading: Reading, tree: SourceTree) {
  if (mentions(reading.value(), [], tree).length === 0) return [];
  const { items, rest } = reading.items();
  const option = rest === undefined ? undefined : reading.option();
  return option?.state === 'unknown' ? [{ value: option, at: option.at }] : items;
}

function mentions(data: Data, names: readonly string[], tree: SourceTree): readonly Mention[] {
  if (typeof data === 'string') return mentionsIn(data, names);
  if (data === null || typeof data !== 'object') return [];
  if (!('kind' in data)) return data.flatMap((item) => mentions(item, names, tree));
  switch (data.kind) {
    case 'set':
      return [...data.attributes].flatMap(([name, value]) => mentions(value, [...names, name], tree));
    case 'path':
      return mentionsInFile(data.path, names, tree);
    case 'text': {
      const text = data.parts.map((part) => (typeof part === 'string' ? part : (part.text ?? '$'))).join('');
      const parts = data.parts.filter((part): part is Opaque => typeof part !== 'string');
      return [...mentionsIn(text, names), ...parts.flatMap((part) => mentions(part, names, tree))];
    }
    case 'unknown':
      return [
        ...(data.path === undefined ? [] : mentionsInFile(data.path, names, tree)),
        ...data.arguments.flatMap((argument) => mentions(argument, names, tree)),
      ];
    default:
      return [];
  }
}

const mentionsIn = (text: string, names: readonly string[]): readonly Mention[] => [
  ...addressesOf(text, names),
  ...interfacesOf(text, names),
];

/** @param names of the option, or within it */
function interfacesOf(text: string, names: readonly string[]): readonly Mention[] {
  if (!text.includes('tailscale0')) return [];
  return text.split('\n').flatMap((line) =>
    /^\s*(?:#|\/\/|;)/.test(line)
      ? []
      : [...line.matchAll(INTERFACE)].map(({ 0: address, index }) => ({
          address,
          names,
          before: line.slice(Math.max(0, index - LONGEST_BEFORE), index),
        })),
  );
}

function addressesOf(text: string, names: readonly string[]): readonly Mention[] {
  if (!/100\.\d|fd7a:/i.test(text)) return [];
  const said = text.replace(/^\s*(?:#|\/\/|;).*$/gm, (comment) => ' '.repeat(comment.length));
  const found = new Map<string, Mention>();
  for (const { 0: whole, 1: address = '', index } of said.matchAll(ADDRESS)) {
    if (RESOLVER.test(address) || NETWORK.test(whole)) continue;
    const [before = ''] = said
      .slice(Math.max(0, index - LONGEST_BEFORE), index)
      .split('\n')
      .slice(-1);
    found.set(`${address} ${before}`, { address, names, before });
  }
  return [...found.values()];
}

/** Addresses in a text that may be listened on, as far as it and its name tell. */
export const mayListen = (names: readonly string[], text: string): readonly string[] =>
  addressesOf(text, names).flatMap(({ address, before }) => (leadsElsewhere(names, before) ? [] : [address]));

function mentionsInFile(path: string, names: readonly string[], tree: SourceTree): readonly Mention[] {
  if (path.startsWith('/') || /\.(?:nix|age|png|jpe?g|gz|zip)$/.test(path) || tree.kind(path) !== 'file')
    return [];
  const file = tree.text(path);
  return 'text' in file && file.text.length < LONGEST_FILE ? mentionsIn(file.text, names) : [];
}

const keyOf = (path: readonly string[]) => path.join('\0');

const placeKey = (at: SourceLocation | undefined) => `${at?.file}:${at?.line}`;

/** Texts that the files write for an option of the machine, in force or not. */
function literals({ host, source }: SourceConfiguration) {
  return host.files.flatMap((name) => {
    const file = source.tree.file(name);
    if (typeof file === 'string' || file.text.match(ADDRESS) === null) return [];
    return writtenTexts(file).flatMap(({ path, text, at }) => {
      const start = path.findIndex((each) => ROOTS.test(each));
      if (start < 0 || path[start - 1] === 'options') return [];
      const option = path.slice(start);
      return mentionsIn(text, []).map((mention) => ({ path: option, mention, at }));
    });
  });
}

/** Where the address of a listener may stand a second time, of the same unit. */
function judgedOf({ kind, option, name, units, address }: Listener): string[] {
  const known = ifKnown(address);
  if (known === undefined) return [];
  const places = [
    ...units.map((unit) => `systemd.${kind === 'socket' ? 'sockets' : 'services'}.${unit.name}`),
    ...(option.startsWith('services.') ? [`services.${name}`] : []),
  ];
  return places.map((place) => `${place} ${known}`);
}

/** The names of an option within the machine, or the home, that it belongs to. */
function ofItsMachine(path: readonly string[]): readonly string[] {
  const [first, second, third] = path;
  if (first === 'specialisation' && third === 'configuration') return ofItsMachine(path.slice(3));
  if (first === 'home-manager' && second === 'users') return path.slice(3);
  return path;
}

/** What has listeners, or is listed as not read, by its own rules. */
function isJudgedElsewhere([first, second, third, fourth, fifth]: readonly string[]): boolean {
  switch (first) {
    case 'virtualisation':
      return ['oci-containers', 'quadlet', 'arion'].includes(second ?? '');
    case 'environment':
      return second === 'etc' && /(?:^|\/)containers\/systemd\//.test(third ?? '');
    case 'home-manager':
      return second === 'extraSpecialArgs' || (fourth === 'services' && fifth === 'podman');
    default:
      return ['containers', 'docker-containers', 'age', 'sops', '_module'].includes(first ?? '');
  }
}

function isDeclaredHere(host: HostReading, path: readonly string[]): boolean {
  return path.some((_, index) => host.reading(path.slice(0, index + 1)).isDeclaredHere());
}
