import { isKnown, type Known, known, type Several, UNSET, type Unknown, unknown } from '../model/known.ts';
import type { SourceLocation } from '../model/source-location.ts';
import { type Data, dataOf, isKind, type Opaque, opaque } from './data.ts';
import type { SetValue, Unknown as UnknownOfFiles, Value } from './evaluation/value.ts';
import { type DischargedDefinition, dischargedValue, holds } from './modules/definition.ts';
import { OptionTree } from './modules/option-tree.ts';
import { ownSite, placeOf } from './place.ts';

/**
 * What an option is, as far as these files tell; it stands at the definition that is in force, at the first of several that
 * are merged, or at the declaration of its default.
 */
export type Option = Known<Data, UnknownValue>;

interface UnknownValue extends Opaque {
  /** Of a text, what is known and what is not. */
  readonly parts?: readonly (string | Opaque)[];
}

export interface DefinitionPlace {
  readonly at: SourceLocation | undefined;
  readonly priority: number;
  /** Whether the conditions above it hold. */
  readonly holds: Known<boolean>;
}

/** The items of a list, each where it stands; one item where it is no list. */
export interface Items extends Several<{ readonly value: Data; readonly at: SourceLocation | undefined }> {
  readonly isList: boolean;
}

/** One path of a configuration, from which one goes on to what is below. */
export interface Reading {
  readonly path: readonly string[];
  readonly name: string;
  /** What it is, as far as that is known, and in force or not. */
  value(): Data;
  option(): Option;
  items(): Items;
  definitions(): readonly DefinitionPlace[];
  /** Whether these files declare it: then it does something only where it is used. */
  isDeclaredHere(): boolean;
  at(name: string): Reading;
  /** Of each name below. */
  below(): Several<Reading>;
}

/** Why something more may be set at a path. */
type GapAt = (path: () => readonly string[]) => Unknown | undefined;

/** Of ten thousand containers all is read in 300 MB; nobody has as many of anything. */
const MOST_NAMES = 20_000;
const NOTHING: readonly never[] = [];
const NOTHING_BELOW: Several<Reading> = { items: NOTHING };
const NO_ITEMS: Items = { items: NOTHING, isList: false };

/** A path as the files have it. */
export class OptionReading implements Reading {
  readonly #tree: OptionTree;

  constructor(tree: OptionTree) {
    this.#tree = tree;
  }

  get path(): readonly string[] {
    return this.#tree.path;
  }

  get name(): string {
    return this.#tree.name ?? '';
  }

  value(): Data {
    return dataOf(this.#tree.force());
  }

  /** As most of what is asked for is: then there is nothing to work out. */
  #isUnset(): boolean {
    return !this.#tree.isSet && this.#tree.gap() === undefined;
  }

  option(): Option {
    const tree = this.#tree;
    if (this.#isUnset()) return UNSET;
    const defs = tree.definitions();
    const defaults = tree.defaults();
    const winners = tree.winners();
    const value = tree.force();
    if (value.kind === 'unknown') {
      const nothing = !('kind' in winners) && winners.length === 0;
      return nothing && this.#tree.gap() === undefined ? UNSET : unknownOption(dataOf(value));
    }
    const [first = defs.find((def) => holds(def) !== false)] = 'kind' in winners ? [] : winners;
    const at = placeOfDefinition(first);
    const data = dataOf(value);
    if (isKind(data, 'text')) {
      const hole = data.parts.find((part) => typeof part !== 'string');
      return { ...unknownOption(hole ?? data), parts: data.parts, ...(at === undefined ? {} : { at }) };
    }
    if (defs.length === 0 && defaults.length === 0 && isKind(data, 'set') && data.attributes.size === 0)
      return UNSET;
    return { ...known(data, at), isDefault: first !== undefined && defaults.includes(first) };
  }

  items(): Items {
    if (this.#isUnset()) return NO_ITEMS;
    const value = this.#tree.force();
    if (value.kind === 'list') {
      const places = value.items.map(({ site }) => ownSite(site));
      const option = places.includes(undefined) ? this.option() : UNSET;
      const at = option.state === 'unset' ? undefined : option.at;
      const items = value.items.map((item, index) => {
        const site = places[index];
        return { value: dataOf(item.force()), at: site === undefined ? at : placeOf(site) };
      });
      return { items, isList: true };
    }
    const option = this.option();
    if (option.state === 'unset') return NO_ITEMS;
    if (isKnown(option))
      return { items: option.value === null ? [] : [{ value: option.value, at: option.at }], isList: false };
    if (option.parts === undefined) return { items: [], isList: false, rest: option };
    return { items: [{ value: { kind: 'text', parts: option.parts }, at: option.at }], isList: false };
  }

  definitions(): readonly DefinitionPlace[] {
    return this.#tree.definitions().map((def) => {
      const inEffect = holds(def);
      return {
        at: placeOfDefinition(def),
        priority: def.priority,
        holds: typeof inEffect === 'boolean' ? known(inEffect) : unknown(inEffect.reason),
      };
    });
  }

  isDeclaredHere(): boolean {
    return this.#tree.isDeclaredHere;
  }

  at(name: string): Reading {
    return new OptionReading(this.#tree.child(name));
  }

  names(): Several<string> {
    const { names, rest } = this.#tree.names();
    const items = names.slice(0, MOST_NAMES).filter(isAttribute);
    return { items, rest: this.#tooMany(names.length) ?? placed(rest) };
  }

  below(): Several<Reading> {
    const { parts, rest } = this.#tree.below();
    const gap: GapAt = (path) => placed(this.#tree.gapAt(path));
    const readings: Reading[] = [];
    for (const part of parts.slice(0, MOST_NAMES))
      if (isAttribute(part.name))
        readings.push(
          part instanceof OptionTree
            ? new OptionReading(part)
            : new PartReading(this, part.name, part.value, gap),
        );
    return { items: readings, rest: this.#tooMany(parts.length) ?? placed(rest) };
  }

  #tooMany(count: number): Unknown | undefined {
    if (count <= MOST_NAMES) return undefined;
    return tooMany(count, this.path, placeOfDefinition(this.#tree.definitions()[0]));
  }
}

/**
 * A part of the only definition of what it stands in: it is what is written there, and most of what a machine sets is such a
 * part. What has to be known beyond its value, the option tree tells.
 */
class PartReading implements Reading {
  readonly name: string;
  readonly #within: Reading;
  readonly #value: Value;
  readonly #gap: GapAt;

  constructor(within: Reading, name: string, value: Value, gap: GapAt) {
    this.#within = within;
    this.name = name;
    this.#value = value;
    this.#gap = gap;
  }

  get path(): readonly string[] {
    return [...this.#within.path, this.name];
  }

  #exact(): Reading {
    return this.#within.at(this.name);
  }

  value(): Data {
    // A set may be an option tree, of which more may be set elsewhere.
    return this.#value.kind === 'set' ? this.#exact().value() : dataOf(this.#value);
  }

  option(): Option {
    return this.#exact().option();
  }

  items(): Items {
    return this.#exact().items();
  }

  definitions(): readonly DefinitionPlace[] {
    return this.#exact().definitions();
  }

  isDeclaredHere(): boolean {
    return this.#exact().isDeclaredHere();
  }

  at(name: string): Reading {
    return this.#exact().at(name);
  }

  below(): Several<Reading> {
    const value = this.#value;
    if (value.kind === 'set') return partsOf(value, this, this.#gap) ?? this.#exact().below();
    const rest = value.kind === 'unknown' ? placed(value) : this.#gap(() => this.path);
    return rest === undefined ? NOTHING_BELOW : { items: NOTHING, rest };
  }
}

/** Undefined where of one more has to be known than its value: whether it is in force. */
function partsOf({ attributes }: SetValue, within: Reading, gap: GapAt): Several<Reading> | undefined {
  const all = attributes.listed ?? attributes.names();
  const names = all.length > MOST_NAMES ? all.slice(0, MOST_NAMES) : all;
  const readings = new Array<Reading>(names.length);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? '';
    const thunk = attributes.get(name);
    const value = thunk && dischargedValue(thunk);
    if (value === undefined) return undefined;
    readings[index] = new PartReading(within, name, value, gap);
  }
  return {
    items: names.every(isAttribute) ? readings : readings.filter(({ name }) => isAttribute(name)),
    rest:
      (all.length > MOST_NAMES ? tooMany(all.length, within.path, undefined) : undefined) ??
      gap(() => within.path) ??
      placed(attributes.rest),
  };
}

const tooMany = (count: number, path: readonly string[], at: SourceLocation | undefined): Unknown => ({
  reason: `hsdoctor reads at most ${MOST_NAMES} names of a set, and ${path.join('.')} has ${count}`,
  at,
});

/** All but what nix itself keeps among the attributes of a submodule. */
const isAttribute = (name = ''): boolean => name !== '_module';

function unknownOption(data: Data): Option & { readonly state: 'unknown' } {
  return { state: 'unknown', ...(isKind(data, 'unknown') ? data : opaque('it is not known')) };
}

/** Why something is not known, with the place where that is written. */
function placed(it: UnknownOfFiles | undefined): Unknown | undefined {
  if (it === undefined) return undefined;
  const site = ownSite(it.site);
  return { reason: it.reason, at: site && placeOf(site) };
}

function placeOfDefinition(def: DischargedDefinition | undefined): SourceLocation | undefined {
  const site = ownSite(def?.site);
  return site === undefined ? undefined : placeOf(site);
}
