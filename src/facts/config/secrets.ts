import { posix } from 'node:path';
import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
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
import type { SourceLocation } from '../../model/source-location.ts';
import { namedValues } from '../../nix/bindings.ts';
import { type Data, isKind } from '../../nix/data.ts';
import { placeOf } from '../../nix/place.ts';
import type { Reading } from '../../nix/reading.ts';
import { GIT_CRYPT, type SourceTree } from '../../nix/source-tree.ts';
import { defineSourceFact, type HostReading, mayBeMore, type SourceConfiguration } from './define.ts';
import { byOption, statedText, statedTruth } from './stated.ts';
import { type Text, wholeText } from './text.ts';

/** A secret of agenix, of the system or of a home. */
export interface DeclaredSecret {
  readonly name: string;
  /** `age.secrets`, or that of a user. */
  readonly option: string;
  readonly at: SourceLocation | undefined;
  /** Unset: it is made by another tool, or nothing here says. */
  readonly file: Known<EncryptedFile>;
  readonly mode: Known<Text>;
  /** Where it lies on the host: its file, and a link to that; unset for one of a home. */
  readonly places: Known<readonly string[]>;
}

interface EncryptedFile {
  /** In the tree. */
  readonly path: string;
  readonly exists: boolean;
  /** What lies there in place of what age encrypted; unset: nothing else does. */
  readonly instead: Known<InPlaceOfEncrypted>;
}

/** A line of a `secrets.nix`: for whom a file is encrypted. */
interface Rule {
  /** The encrypted file, in the tree. */
  readonly path: string;
  readonly recipients: Known<Recipients>;
  readonly at: SourceLocation | undefined;
}

interface Recipients {
  readonly count: number;
  /** What stands among the keys, and is none: a placeholder, a list in the list. */
  readonly notKeys: readonly string[];
}

export interface DeclaredRules extends Several<Rule> {
  /** The `secrets.nix`. */
  readonly file: string;
}

/** Something that takes a secret by the path that agenix gives it. */
export interface SecretUse {
  readonly secret: string;
  /** Where it is taken from; undefined where that is by its name, and right wherever it lies. */
  readonly path: string | undefined;
  /** What stands there, from its path on: a name with other characters goes on behind it. */
  readonly written: readonly string[];
  readonly option: string;
  readonly at: SourceLocation | undefined;
}

export interface DeclaredSecrets {
  readonly secrets: Several<DeclaredSecret>;
  readonly rules: readonly DeclaredRules[];
  /** Uses of secrets of the system, by options that are in force. */
  readonly uses: readonly SecretUse[];
  /** Of uses, in sentences, what these files do not tell. */
  readonly notKnown: readonly string[];
  readonly hasSops: boolean;
  /** Then only files that git knows are there for nix. */
  readonly isFlake: boolean;
}

const DEEPEST = 24;
/** Options that are looked at for uses, and sets deeper than that: more than any machine has. */
const MOST = 200_000;
const MOST_DEEP = 20;

export const secrets = defineSourceFact<DeclaredSecrets>({
  id: 'secrets',
  reads: 'age.secrets, secrets.nix',
  options: [
    ...['file', 'path', 'name', 'symlink', 'mode'].map((key) => `age.secrets.*.${key}`),
    'age.secretsDir',
    'home-manager.users.*.age.secrets.*.file',
  ],
  read(configuration) {
    const { host, source } = configuration;
    const homes = host
      .attributes(['home-manager', 'users'])
      .items.map((user) => ['home-manager', 'users', user]);
    const places = [[], ...homes].map((home) => [...home, 'age', 'secrets']);
    const outside = host.gaps.find(({ reason }) => /secret|private/i.test(reason));
    const own = host.attributes(['age', 'secrets']);
    const folder = folderOf(host);
    const found = usesOf(host, [...new Set([USUAL_FOLDER, ifKnown(folder) ?? USUAL_FOLDER])]);
    const { uses: items, notKnown } = withoutThoseOfTheMachine(found.items, configuration);
    const uses = several(items, found.rest);
    // A folder that is no flake may be only a part of a configuration.
    const [used] = own.items.length === 0 && source.layout === 'files' ? uses.items : [];
    const rest =
      own.rest !== undefined
        ? mayBeMore('secrets', own.rest)
        : uses.rest !== undefined
          ? uses.rest
          : used !== undefined
            ? `the secret ${used.secret} is used, but no secret is declared in these files`
            : outside && `${outside.reason}: it may declare secrets`;
    return {
      secrets: several(
        places.flatMap((path) =>
          host.attributes(path).items.map((name) => declaredSecret(configuration, [...path, name], folder)),
        ),
        rest,
      ),
      rules: source.tree
        .nixFiles()
        .filter((path) => posix.basename(path) === 'secrets.nix')
        .flatMap((path) => rulesOf(path, configuration) ?? []),
      uses: uses.items,
      notKnown,
      isFlake: source.layout === 'flake',
      hasSops: [[], ...homes].some((home) => host.attributes([...home, 'sops']).items.length > 0),
    };
  },
});

const USUAL_FOLDER = '/run/agenix';

/** The folder with the secrets of the system, or links to them. */
function folderOf(host: HostReading): Known<string> {
  const folder = statedText(host.reading(['age', 'secretsDir']));
  if (folder.state === 'unset') return known(USUAL_FOLDER);
  const text = wholeText(folder);
  return text === undefined
    ? unknown('age.secretsDir is not known', folder.at)
    : known(text.replace(/(?<=.)\/+$/, ''), folder.at);
}

/** The file is where `path` says, or that is a link to it; without the link nothing is in the folder. */
function placesOf(
  host: HostReading,
  path: readonly string[],
  folder: Known<string>,
): Known<readonly string[]> {
  if (path.length > 3) return UNSET;
  const [name, own] = ['name', 'path'].map((key) => statedText(host.reading([...path, key])));
  const symlink = statedTruth(host.reading([...path, 'symlink']));
  const called = name?.state === 'unset' ? path.at(-1) : wholeText(name);
  const usual = called === undefined || !isKnown(folder) ? undefined : `${folder.value}/${called}`;
  const place = own?.state === 'unset' ? usual : wholeText(own);
  if (place === undefined || symlink.state === 'unknown' || usual === undefined)
    return unknown(`where the secret ${path.at(-1)} lies on the host is not known`);
  return known(ifKnown(symlink) === false ? [place] : [...new Set([place, usual])]);
}

function declaredSecret(
  { host, source }: SourceConfiguration,
  path: readonly string[],
  folder: Known<string>,
): DeclaredSecret {
  return {
    name: path.at(-1) ?? '',
    option: path.slice(0, -1).join('.'),
    at: host.definitions(path)[0]?.at,
    file: encryptedFile(host, [...path, 'file'], source.tree),
    mode: statedText(host.reading([...path, 'mode'])),
    places: placesOf(host, path, folder),
  };
}

function encryptedFile(host: HostReading, path: readonly string[], tree: SourceTree): Known<EncryptedFile> {
  const option = host.option(path);
  if (option.state === 'unset') return option;
  const { at } = option;
  const found = (path: string) => known(fileAt(path, tree), at);
  const open = (reason: string) => unknown(reason, at);
  // `"${self}/secrets/db.age"`: what its first part is the files do not tell, and nix does.
  const [value, reason] =
    option.state === 'unknown'
      ? [{ kind: 'text', parts: option.parts ?? [option] } as const, option.reason]
      : [option.value, 'it is not a path'];
  if (isKind(value, 'text')) {
    const [first, tail = '', more] = value.parts;
    const root = typeof first === 'object' ? first.path : undefined;
    if (root === undefined || typeof tail !== 'string' || more !== undefined) return open(reason);
    return root.startsWith('/')
      ? open(`${root}${tail} is outside of this folder`)
      : found(posix.normalize(`${root}${tail}`));
  }
  if (isKind(value, 'path'))
    return value.path.startsWith('/') || value.path.startsWith('..')
      ? open(`${value.path} is outside of this folder`)
      : found(value.path);
  return typeof value === 'string' ? open(`${value} is outside of this folder`) : open('it is not a path');
}

function fileAt(path: string, tree: SourceTree): EncryptedFile {
  // Nix copies the link, and not what it leads to.
  if (/(?:^|\/)annex\/objects\//.test(tree.link(path) ?? ''))
    return { path, exists: true, instead: known('git-annex') };
  if (tree.kind(path) !== 'file') return { path, exists: false, instead: UNSET };
  const read = tree.text(path);
  if ('reason' in read) return { path, exists: true, instead: unknown(`${path} ${read.reason}`) };
  const kind = inPlaceOfEncrypted(read.text);
  return { path, exists: true, instead: kind === undefined ? UNSET : known(kind) };
}

function inPlaceOfEncrypted(text: string): InPlaceOfEncrypted | undefined {
  if (text === '') return 'empty';
  // With a recipient, and what it is encrypted for; of what is armoured, with anything.
  if (/^age-encryption\.org\/v1\n-> |^\s*-----BEGIN AGE ENCRYPTED FILE-----\s+\S/.test(text))
    return undefined;
  if (text.startsWith('version https://git-lfs')) return 'git-lfs';
  if (text.startsWith('/annex/objects/')) return 'git-annex';
  return text.startsWith(GIT_CRYPT) ? 'git-crypt' : 'other';
}

/** Undefined for a file of that name that is something else, such as a module. */
function rulesOf(path: string, { host, source }: SourceConfiguration): DeclaredRules | undefined {
  const open = (reason: string) => ({ file: path, ...several<Rule>([], reason) });
  const file = source.tree.file(path);
  if (typeof file === 'string') return open(`it ${file}`);
  const data = source.value(path);
  if (isKind(data, 'function')) return undefined;
  if (!isKind(data, 'set')) {
    if (host.files.includes(path)) return undefined;
    return open(isKind(data, 'unknown') ? data.reason : 'it is not a set');
  }
  const entries = [...data.attributes];
  const rules = entries.filter(([name, value]) => name.endsWith('.age') || hasRecipients(value));
  if (entries.length > 0 && rules.length === 0) return undefined;
  const places = new Map(
    namedValues(file)
      .toReversed()
      .map(({ path: [first], at }) => [first, at]),
  );
  return {
    file: path,
    items: rules.map(([name, value]) => ({
      path: posix.normalize(posix.join(posix.dirname(path), name)),
      recipients: recipientsOf(value),
      at: places.get(name) ?? placeOf({ file, start: Math.max(0, file.text.indexOf(name)) }),
    })),
    rest: data.rest,
  };
}

function hasRecipients(data: Data): boolean {
  return isKind(data, 'set') && data.attributes.has('publicKeys');
}

/** What age encrypts for. */
const PUBLIC_KEY = /^(?:ssh-(?:ed25519|rsa)\s+[\w+/]+=*(?:\s.*)?|age1[a-z0-9]+)$/;

function recipientsOf(data: Data): Known<Recipients> {
  const open = unknown('its publicKeys are not known');
  if (!isKind(data, 'set')) return open;
  const keys = data.attributes.get('publicKeys');
  if (keys === undefined) return data.rest === undefined ? known({ count: 0, notKeys: [] }) : open;
  if (!Array.isArray(keys) || keys.some((key) => isKind(key, 'unknown') || isKind(key, 'text'))) return open;
  const notKeys = keys.flatMap((key) => {
    if (typeof key !== 'string') return ['a value that is not text'];
    const lines = key.split('\n').map((line) => line.trim());
    const wrong = lines.find((line) => line !== '' && !PUBLIC_KEY.test(line));
    if (wrong === undefined) return lines.every((line) => line === '') ? ['an empty text'] : [];
    // What looks like more than a placeholder may be a private key.
    return /^[\w .<>…-]{1,24}$/.test(wrong) && !/SECRET|PRIVATE/i.test(wrong)
      ? [`"${wrong}"`]
      : ['a text of another form'];
  });
  return known({ count: keys.length, notKeys });
}

/** What a home of its own takes by its path, its machine may declare: the one that it is named after, else any. */
function withoutThoseOfTheMachine(
  uses: readonly SecretUse[],
  { host, all }: SourceConfiguration,
): { readonly uses: readonly SecretUse[]; readonly notKnown: readonly string[] } {
  if (host.system !== 'home' || uses.every(({ path }) => path === undefined)) return { uses, notKnown: [] };
  const machines = all.filter(({ system }) => system === 'nixos');
  const [, called] = /@(.+)$/.exec(host.name) ?? [];
  const own = machines.filter(({ name }) => name === called);
  const declared = (own.length > 0 ? own : machines).map(secretPlaces);
  const isThere = ({ path = '' }: SecretUse) =>
    declared.some(({ items }) => items.some((place) => path === place || path.startsWith(`${place}/`)));
  const left = uses.filter((use) => use.path === undefined || !isThere(use));
  const why =
    declared.length === 0
      ? 'no machine of NixOS is in this folder'
      : declared.find(({ rest }) => rest !== undefined)?.rest?.reason;
  if (why === undefined) return { uses: left, notKnown: [] };
  const names = [...new Set(left.flatMap(({ path }) => path ?? []))];
  return {
    uses: left.filter(({ path }) => path === undefined),
    notKnown: names.map((path) => `whether the machine has ${path} is not known: ${why}`),
  };
}

/** Where the secrets of a machine lie. */
function secretPlaces(machine: HostReading): Several<string> {
  const folder = folderOf(machine);
  const { items: names, rest } = machine.attributes(['age', 'secrets']);
  const places = names.map((name) => placesOf(machine, ['age', 'secrets', name], folder));
  return several(
    places.flatMap((each) => ifKnown(each) ?? []),
    rest ?? places.find((each) => each.state === 'unknown'),
  );
}

const HOLDS_MACHINES = new Set(['specialisation', 'containers', 'virtualisation', 'microvm']);

/** A container of NixOS, or a variant of the machine, which may declare secrets of its own. */
const isAnotherMachine = ([first, second, third, fourth]: readonly string[]) =>
  first === 'specialisation' ||
  (first === 'containers' && third === 'config') ||
  (first === 'microvm' && second === 'vms' && fourth === 'config') ||
  (first === 'virtualisation' && /^vmVariant/.test(second ?? ''));

/** What modules are given as arguments, often all inputs of a flake: who takes something of it uses it. */
const isPassedOn = ([first, second]: readonly string[]) =>
  first === 'home-manager' && second === 'extraSpecialArgs';

/** @param folders in which secrets lie */
function usesOf(host: HostReading, folders: readonly string[]): Several<SecretUse> {
  const found: SecretUse[] = [];
  let left = MOST;
  let leftDeep = MOST_DEEP;
  let seen = 0;
  const count = () => {
    seen++;
  };
  // Walks all that is in force, and what scripts and programs are made with.
  const visit = (reading: Reading, depth: number, mayBeAnother: boolean): void => {
    if (left-- <= 0 || (mayBeAnother && isAnotherMachine(reading.path)) || isPassedOn(reading.path)) return;
    const { items: readings } = reading.below();
    if (readings.length > 0 && depth < DEEPEST) {
      for (const each of readings) visit(each, depth + 1, mayBeAnother && depth < 4);
      return;
    }
    if (readings.length > 0 && leftDeep-- <= 0) return;
    const before = seen;
    eachSecret(reading.value(), folders, count);
    if (seen > before && !isOnlyOffered(host, reading))
      for (const use of usesIn(reading, folders)) found.push(use);
  };
  for (const each of host.reading([]).below().items)
    if (!['age', 'sops', '_module'].includes(each.name)) visit(each, 1, HOLDS_MACHINES.has(each.name));
  found.sort(byOption);
  return several(
    found,
    left > 0 && leftDeep >= 0
      ? undefined
      : 'there are too many options to look through all of them for uses of secrets',
  );
}

/** The default of an option of these files, or a part of it, does nothing by itself: what takes the option is a use. */
const isOnlyOffered = (host: HostReading, { path }: Reading) =>
  path.some((_, index) => {
    const above = host.reading(path.slice(0, index + 1));
    return above.isDeclaredHere() && above.definitions().length === 0;
  });

function usesIn(reading: Reading, folders: readonly string[]): SecretUse[] {
  const { items, rest } = reading.items();
  const option = rest === undefined ? undefined : reading.option();
  const all = option?.state === 'unknown' ? [{ value: option, at: option.at }] : items;
  return all.flatMap(({ value, at }) => {
    const used = new Map<string, Pick<SecretUse, 'secret' | 'path' | 'written'>>();
    eachSecret(value, folders, (secret, path, written = []) => {
      const key = path ?? `\0${secret}`;
      used.set(key, { secret, path, written: [...(used.get(key)?.written ?? []), ...written] });
    });
    return [...used.values()].map((use) => ({
      ...use,
      option: reading.path.join('.'),
      at: at ?? reading.definitions()[0]?.at,
    }));
  });
}

/** What stands further in front of a path tells nothing of it. */
const LONGEST_BEFORE = 200;
const LONGEST_NAME = 300;
const BY_NAME = /^config\.age\.secrets\.(.+)\.path$/;
const BELOW_FOLDER = /^\/([\w@+-][\w.@+/-]*)/;

/** Asked of every value of a machine, of which few have any. */
function eachSecret(
  data: Data,
  folders: readonly string[],
  each: (name: string, path: string | undefined, written?: readonly string[]) => void,
): void {
  if (typeof data === 'string') {
    for (const folder of folders) {
      for (let at = data.indexOf(folder); at >= 0; at = data.indexOf(folder, at + 1)) {
        // Behind `-` systemd does without the file; in a comment nothing uses it.
        const [line = ''] = data
          .slice(Math.max(0, at - LONGEST_BEFORE), at)
          .split('\n')
          .slice(-1);
        if (/[\w/]$|(?:^|[\s=])-$|^\s*#/.test(line)) continue;
        const [, name] = BELOW_FOLDER.exec(data.slice(at + folder.length)) ?? [];
        const own = name?.replace(/[./]+$/, '');
        if (own !== undefined) each(own, `${folder}/${own}`, [data.slice(at, at + LONGEST_NAME)]);
      }
    }
    return;
  }
  if (data === null || typeof data !== 'object') return;
  const inner = (value: Data) => eachSecret(value, folders, each);
  if (!('kind' in data)) for (const item of data) inner(item);
  else if (data.kind === 'text') for (const part of data.parts) inner(part);
  else if (data.kind === 'set') for (const value of data.attributes.values()) inner(value);
  else if (data.kind === 'unknown') {
    const name = data.name?.startsWith('config.age.') === true ? BY_NAME.exec(data.name)?.[1] : undefined;
    if (name !== undefined) each(name, undefined);
    for (const argument of data.arguments) inner(argument);
  }
}
