import type { HostReading } from '../facts/config/define.ts';
import { isKnown, known, type Several, UNSET, type Unknown } from '../model/known.ts';
import type { SourceLocation } from '../model/source-location.ts';
import { type Data, isKind } from '../nix/data.ts';
import { namesOf, type OptionPath } from '../nix/host.ts';
import { type Gap, UNREAD_PART } from '../nix/modules/configuration.ts';
import type { OptionAnswer } from '../nix/nix-eval/answer.ts';
import { agrees, holesOf, plain } from '../nix/nix-eval/compare.ts';
import type { Items, Option, Reading } from '../nix/reading.ts';

type OverlayEntry =
  | { readonly state: 'absent' }
  | { readonly state: 'failed' }
  | { readonly state: 'value'; readonly value: Data; readonly isDefault?: boolean };

/**
 * A machine as nix says that it is, and as the files say where nix was not asked. Where something stands is told by the
 * files; so is what a text is made of, which nix does not tell: a secret's path, a script.
 */
export class EvaluatedHost implements HostReading {
  readonly #files: HostReading;
  readonly #answer: OptionAnswer;

  constructor(files: HostReading, answer: OptionAnswer) {
    this.#files = files;
    this.#answer = answer;
  }

  get name() {
    return this.#files.name;
  }

  get system() {
    return this.#files.system;
  }

  get files() {
    return this.#files.files;
  }

  /** What was not read does not count: nix read it. But where no file is known, what files tell was not looked at. */
  get gaps(): readonly Gap[] {
    return this.#isKnownToNixAlone ? this.#files.gaps : [];
  }

  get #isKnownToNixAlone(): boolean {
    const { files, gaps } = this.#files;
    return files.length === 0 && gaps.some(({ kind }) => kind === 'unread');
  }

  definitions(path: OptionPath) {
    return this.#files.definitions(path);
  }

  option(path: OptionPath): Option {
    const read = this.#files.option(path);
    const found = this.#find(path);
    if (found === undefined) {
      const nothing = read.state === 'unknown' && this.definitions(path).length === 0;
      return nothing && this.#wasRead(read) ? UNSET : read;
    }
    if (found.state === 'absent') return UNSET;
    if (found.state === 'failed')
      return read.state === 'unknown'
        ? { ...read, reason: `nix gives no value for it, and ${read.reason}` }
        : read;
    const isDefault = found.isDefault ?? (isKnown(read) ? read.isDefault === true : read.state === 'unset');
    if (isNothing(found.value) && (read.state === 'unset' || (isDefault && read.state === 'unknown')))
      return UNSET;
    if (isKind(found.value, 'unknown'))
      return read.state === 'unset' ? { state: 'unknown', ...found.value } : read;
    return { ...known(explained(ourValue(read), found.value), this.#placeOf(path, read)), isDefault };
  }

  #placeOf(path: OptionPath, read: Option): SourceLocation | undefined {
    return (read.state === 'unset' ? undefined : read.at) ?? this.#files.definitions(path)[0]?.at;
  }

  items(path: OptionPath): Items {
    const found = this.#find(path);
    const read = this.#files.items(path);
    if (found === undefined) return this.#wasRead(read.rest) ? { ...read, rest: undefined } : read;
    if (found.state === 'failed') return read;
    if (found.state === 'absent' || found.value === null) return { items: [], isList: false };
    const { value } = found;
    if (isKind(value, 'unknown')) return read;
    const at = this.#placeOf(path, this.#files.option(path));
    const own = [...read.items];
    const item = (theirs: Data) => {
      const same = own.findIndex((each) => agrees(each.value, theirs));
      const [ours] = same < 0 ? [] : own.splice(same, 1);
      return { value: explained(ours?.value, theirs), at: ours?.at ?? at };
    };
    return Array.isArray(value)
      ? { items: value.map(item), isList: true }
      : { items: [item(value)], isList: false };
  }

  attributes(path: OptionPath): Several<string> {
    const read = this.#files.attributes(path);
    const names = this.#names(namesOf(path));
    if (names !== undefined) return { items: names.filter((name) => name !== '_module') };
    return this.#wasRead(read.rest) ? { items: read.items } : read;
  }

  /** What only a module from elsewhere may have set: nix read that, too, and told all that it was asked for. */
  #wasRead(why: Unknown | undefined): boolean {
    const isRead = this.#isKnownToNixAlone || this.#files.gaps.every(({ kind }) => kind === 'outside');
    return why?.reason.startsWith(UNREAD_PART) === true && isRead;
  }

  reading(path: OptionPath): Reading {
    const own = namesOf(path);
    return {
      path: own,
      name: own.at(-1) ?? '',
      value: () => {
        const option = this.option(own);
        return option.state === 'unknown' && option.parts === undefined ? option : (ourValue(option) ?? null);
      },
      option: () => this.option(own),
      items: () => this.items(own),
      definitions: () => this.definitions(own),
      isDeclaredHere: () => this.#files.reading(own).isDeclaredHere(),
      at: (name) => this.reading([...own, name]),
      below: () => {
        const { items, rest } = this.attributes(own);
        return { items: items.map((name) => this.reading([...own, name])), rest };
      },
    };
  }

  #names(path: readonly string[]): readonly string[] | undefined {
    let answer: OptionAnswer | undefined = this.#answer;
    for (const name of path) {
      const below: OptionAnswer | undefined = answer.below.get(name);
      if (below === undefined) break;
      answer = below;
      if (answer.absent) return [];
    }
    if (answer.all && answer === this.#at(path)) return [...answer.below.keys()].sort();
    const found = this.#find(path);
    if (found?.state === 'absent') return [];
    if (found?.state !== 'value') return undefined;
    if (found.value === null) return [];
    return isKind(found.value, 'set') ? [...found.value.attributes.keys()].sort() : undefined;
  }

  #at(path: readonly string[]): OptionAnswer | undefined {
    let answer: OptionAnswer | undefined = this.#answer;
    for (const name of path) answer = answer?.below.get(name);
    return answer;
  }

  #find(path: OptionPath): OverlayEntry | undefined {
    let answer = this.#answer;
    const names = namesOf(path);
    for (const [index, name] of names.entries()) {
      const below = answer.below.get(name);
      if (below !== undefined) {
        answer = below;
        if (answer.absent || answer.failed) return answer.absent ? { state: 'absent' } : { state: 'failed' };
        continue;
      }
      if (answer.all) return { state: 'absent' };
      return answer.value === undefined ? undefined : valueBelow(answer.value, names.slice(index));
    }
    const { value, isDefault } = answer;
    if (value === undefined) return undefined;
    return { state: 'value', value, ...(isDefault === undefined ? {} : { isDefault }) };
  }
}

function valueBelow(value: Data, path: readonly string[]): OverlayEntry | undefined {
  let found: Data = value;
  for (const name of path) {
    if (isKind(found, 'unknown')) return undefined;
    const below: Data | undefined = isKind(found, 'set') ? found.attributes.get(name) : undefined;
    if (below === undefined) return { state: 'absent' };
    found = below;
  }
  return { state: 'value', value: found };
}

/** What an option has that nobody sets: it tells no more than that. */
function isNothing(value: Data): boolean {
  if (value === null || value === false || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isKind(value, 'set') && value.attributes.size === 0;
}

/** What the files tell of it, known or in part. */
export function ourValue(read: Option): Data | undefined {
  if (read.state === 'known') return read.value;
  return read.state === 'unknown' && read.parts !== undefined
    ? { kind: 'text', parts: read.parts }
    : undefined;
}

/** The value of nix, with what the files tell of how its texts are made. */
function explained(ours: Data | undefined, theirs: Data): Data {
  if (ours === undefined) return theirs;
  if (Array.isArray(ours) && Array.isArray(theirs))
    return ours.length === theirs.length ? theirs.map((item, index) => explained(ours[index], item)) : theirs;
  if (isKind(ours, 'set') && isKind(theirs, 'set'))
    return {
      ...theirs,
      attributes: new Map(
        [...theirs.attributes].map(([name, value]) => [name, explained(ours.attributes.get(name), value)]),
      ),
    };
  if (isKind(ours, 'path') && agrees(ours, theirs)) return ours;
  const parts = isKind(ours, 'text') ? ours.parts : isKind(ours, 'unknown') ? [ours] : undefined;
  const text = typeof theirs === 'string' || isKind(theirs, 'text') ? plain(theirs) : undefined;
  if (parts === undefined || text === undefined) return theirs;
  const holes = [...(holesOf(parts, text) ?? [])];
  if (holes.length === 0) return theirs;
  const made = isKind(theirs, 'text') ? theirs.parts.filter((part) => typeof part !== 'string') : [];
  return {
    kind: 'text',
    parts: parts.map((part) => {
      if (typeof part === 'string') return part;
      const own = holes.shift() ?? '';
      const contents = made
        .filter((each) => own.includes(each.text ?? '\0'))
        .flatMap((each) => each.arguments);
      return { ...part, text: own, arguments: [...part.arguments, ...contents] };
    }),
  };
}
