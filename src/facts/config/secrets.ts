import { posix } from 'node:path';
import type { InPlaceOfEncrypted } from '../../model/encrypted-file.ts';
import { type Known, known, type Several, several, UNSET, unknown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { namedValues } from '../../nix/bindings.ts';
import { type Data, isKind } from '../../nix/data.ts';
import { placeOf } from '../../nix/place.ts';
import type { Reading } from '../../nix/reading.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import { defineSourceFact, type HostReading, type SourceConfiguration } from './define.ts';
import { byOption, statedText } from './stated.ts';
import type { Text } from './text.ts';

/** A secret of agenix, of the system or of a home. */
export interface DeclaredSecret {
  readonly name: string;
  /** `age.secrets`, or that of a user. */
  readonly option: string;
  readonly at: SourceLocation | undefined;
  /** Unset: it is made by another tool, or nothing here says. */
  readonly file: Known<EncryptedFile>;
  /** Where it stands on the host; unset: in `/run/agenix`. */
  readonly path: Known<Text>;
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
  readonly recipients: Known<number>;
  readonly at: SourceLocation | undefined;
}

export interface DeclaredRules extends Several<Rule> {
  /** The `secrets.nix`. */
  readonly file: string;
}

/** Something that takes a secret by the path that agenix gives it. */
export interface SecretUse {
  readonly secret: string;
  readonly option: string;
  readonly at: SourceLocation | undefined;
}

export interface DeclaredSecrets {
  readonly secrets: Several<DeclaredSecret>;
  readonly rules: readonly DeclaredRules[];
  /** Uses of secrets of the system, by options that are in force. */
  readonly uses: readonly SecretUse[];
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
  options: ['age.secrets.*.file', 'age.secrets.*.path', 'home-manager.users.*.age.secrets.*.file'],
  read(configuration) {
    const { host, source } = configuration;
    const homes = host
      .attributes(['home-manager', 'users'])
      .items.map((user) => ['home-manager', 'users', user]);
    const places = [[], ...homes].map((home) => [...home, 'age', 'secrets']);
    const outside = host.gaps.find(({ reason }) => /secret|private/i.test(reason));
    const own = host.attributes(['age', 'secrets']);
    const uses = usesOf(host);
    // A folder that is no flake may be only a part of a configuration.
    const [used] = own.items.length === 0 && source.layout === 'files' ? uses.items : [];
    const rest =
      own.rest !== undefined
        ? 'there may be secrets that could not be read'
        : uses.rest !== undefined
          ? uses.rest
          : used !== undefined
            ? `the secret ${used.secret} is used, but no secret is declared in these files`
            : outside && `${outside.reason}: it may declare secrets`;
    return {
      secrets: several(
        places.flatMap((path) =>
          host.attributes(path).items.map((name) => declaredSecret(configuration, [...path, name])),
        ),
        rest,
      ),
      rules: source.tree
        .nixFiles()
        .filter((path) => posix.basename(path) === 'secrets.nix')
        .flatMap((path) => rulesOf(path, configuration) ?? []),
      uses: uses.items,
      isFlake: source.layout === 'flake',
      hasSops: [[], ...homes].some((home) => host.attributes([...home, 'sops']).items.length > 0),
    };
  },
});

function declaredSecret({ host, source }: SourceConfiguration, path: readonly string[]): DeclaredSecret {
  return {
    name: path.at(-1) ?? '',
    option: path.slice(0, -1).join('.'),
    at: host.definitions(path)[0]?.at,
    file: encryptedFile(host, [...path, 'file'], source.tree),
    path: statedText(host.reading([...path, 'path'])),
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
  if (/^(?:age-encryption\.org\/|\s*-----BEGIN AGE ENCRYPTED FILE-----)/.test(text)) return undefined;
  if (text.startsWith('version https://git-lfs')) return 'git-lfs';
  if (text.startsWith('/annex/objects/')) return 'git-annex';
  return text.startsWith('\0GITCRYPT') ? 'git-crypt' : 'other';
}

/** Undefined for a file of that name that is something else, such as a module. */
function rulesOf(path: string, { source }: SourceConfiguration): DeclaredRules | undefined {
  const data = source.value(path);
  const file = source.tree.file(path);
  if (typeof file === 'string' || !isKind(data, 'set')) return undefined;
  const entries = [...data.attributes];
  if (!entries.every(([name, value]) => name.endsWith('.age') || hasRecipients(value))) return undefined;
  const places = new Map(
    namedValues(file)
      .toReversed()
      .map(({ path: [first], at }) => [first, at]),
  );
  return {
    file: path,
    items: entries.map(([name, value]) => ({
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

function recipientsOf(data: Data): Known<number> {
  const open = unknown('its publicKeys are not known');
  if (!isKind(data, 'set')) return open;
  const keys = data.attributes.get('publicKeys');
  if (keys === undefined) return data.rest === undefined ? known(0) : open;
  return Array.isArray(keys) ? known(keys.length) : open;
}

const HOLDS_MACHINES = new Set(['specialisation', 'containers', 'virtualisation']);

/** A container of NixOS, or a variant of the machine, which may declare secrets of its own. */
const isAnotherMachine = ([first, second, third]: readonly string[]) =>
  first === 'specialisation' ||
  (first === 'containers' && third === 'config') ||
  (first === 'virtualisation' && /^vmVariant/.test(second ?? ''));

/** Walks all that is in force, and what scripts and programs are made with. */
function usesOf(host: HostReading): Several<SecretUse> {
  const found: SecretUse[] = [];
  let left = MOST;
  let leftDeep = MOST_DEEP;
  let seen = 0;
  const count = () => {
    seen++;
  };
  const visit = (reading: Reading, depth: number, mayBeAnother: boolean): void => {
    if (left-- <= 0 || (mayBeAnother && isAnotherMachine(reading.path))) return;
    const { items: readings } = reading.below();
    if (readings.length > 0 && depth < DEEPEST) {
      for (const each of readings) visit(each, depth + 1, mayBeAnother && depth < 3);
      return;
    }
    if (readings.length > 0 && leftDeep-- <= 0) return;
    const before = seen;
    eachSecret(reading.value(), count);
    if (seen > before) for (const use of usesIn(reading)) found.push(use);
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

function usesIn(reading: Reading): SecretUse[] {
  const { items, rest } = reading.items();
  const option = rest === undefined ? undefined : reading.option();
  const all = option?.state === 'unknown' ? [{ value: option, at: option.at }] : items;
  return all.flatMap(({ value, at }) =>
    [...secretsIn(value)].map((secret) => ({
      secret,
      option: reading.path.join('.'),
      at: at ?? reading.definitions()[0]?.at,
    })),
  );
}

const BY_PATH = /^config\.age\.secrets\.(.+)\.path$/;
const BY_FILE = /(?<![\w/])\/run\/agenix\/([\w.@+-]+)/g;

function secretsIn(data: Data): ReadonlySet<string> {
  const found = new Set<string>();
  eachSecret(data, (name) => found.add(name));
  return found;
}

/** Asked of every value of a machine, of which few have any. */
function eachSecret(data: Data, each: (name: string) => void): void {
  if (typeof data === 'string') {
    if (data.includes('/run/agenix/'))
      for (const [, name] of data.matchAll(BY_FILE)) if (name !== undefined) each(name);
    return;
  }
  if (data === null || typeof data !== 'object') return;
  if (!('kind' in data)) for (const item of data) eachSecret(item, each);
  else if (data.kind === 'text') for (const part of data.parts) eachSecret(part, each);
  else if (data.kind === 'set') for (const value of data.attributes.values()) eachSecret(value, each);
  else if (data.kind === 'unknown') {
    const name = data.name?.startsWith('config.age.') === true ? BY_PATH.exec(data.name)?.[1] : undefined;
    if (name !== undefined) each(name);
    for (const argument of data.arguments) eachSecret(argument, each);
  }
}
