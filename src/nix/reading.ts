import { isKnown, type Known, known, type Several, UNSET } from '../model/known.ts';
import type { SourceLocation } from '../model/source-location.ts';
import { type Data, dataOf, dataWithoutPlaces, isKind, type Opaque, opaque } from './data.ts';
import type { SetValue, Unknown, Value } from './evaluation/value.ts';
import { Branch } from './modules/branch.ts';
import { bareValue, type Flat, holds } from './modules/definition.ts';
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
  readonly holds: boolean | 'unknown';
}

export interface AttributeNames {
  readonly names: readonly string[];
  /** Whether there are no others, as far as the files of this tree go. */
  readonly complete: boolean;
}

/** The items of a list, each where it stands; one item where it is no list. */
export interface Items extends Several<{ readonly value: Data; readonly at: SourceLocation | undefined }> {
  readonly isList: boolean;
}

/** One path of a configuration, from which one goes on to what is below. */
export interface Reading {
  readonly path: readonly string[];
  readonly name: string;
  /** What it is, as far as that is known, and in force or not: without places, which take longer to tell. */
  value(): Data;
  option(): Option;
  items(): Items;
  definitions(): readonly DefinitionPlace[];
  at(name: string): Reading;
  /** Of each name below. */
  below(): Below;
}

interface Below {
  readonly readings: readonly Reading[];
  /** Whether there are no others, as far as the files of this tree go. */
  readonly complete: boolean;
}

const NOTHING: readonly never[] = [];
const NOTHING_BELOW: Below = { readings: NOTHING, complete: true };
const NOTHING_KNOWN_BELOW: Below = { readings: NOTHING, complete: false };
const NO_ITEMS: Items = { items: NOTHING, isList: false };

/** A path as the files have it. */
export class BranchReading implements Reading {
  readonly #branch: Branch;
  readonly #gap: () => Unknown | undefined;

  /** @param gap why something more may be set, anywhere, which could not be read */
  constructor(branch: Branch, gap: () => Unknown | undefined) {
    this.#branch = branch;
    this.#gap = gap;
  }

  get path(): readonly string[] {
    return this.#branch.path;
  }

  get name(): string {
    return this.#branch.name ?? '';
  }

  value(): Data {
    return dataWithoutPlaces(this.#branch.force());
  }

  /** As most of what is asked for is: then there is nothing to work out. */
  #isUnset(): boolean {
    return !this.#branch.isSet && this.#gap() === undefined;
  }

  option(): Option {
    const branch = this.#branch;
    if (this.#isUnset()) return UNSET;
    const flats = branch.flats();
    const defaults = branch.defaults();
    const winners = branch.winners();
    const value = branch.force();
    if (value.kind === 'unknown') {
      const nothing = !('kind' in winners) && winners.length === 0;
      return nothing && this.#gap() === undefined ? UNSET : unknownOption(dataOf(value));
    }
    const [first = flats.find((flat) => holds(flat) !== false)] = 'kind' in winners ? [] : winners;
    const at = placeOfFlat(first);
    const data = dataOf(value);
    if (isKind(data, 'text')) {
      const hole = data.parts.find((part) => typeof part !== 'string');
      return { ...unknownOption(hole ?? data), parts: data.parts, ...(at === undefined ? {} : { at }) };
    }
    if (flats.length === 0 && defaults.length === 0 && isKind(data, 'set') && data.attributes.size === 0)
      return UNSET;
    return { ...known(data, at), isDefault: first !== undefined && defaults.includes(first) };
  }

  items(): Items {
    if (this.#isUnset()) return NO_ITEMS;
    const value = this.#branch.force();
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
    return this.#branch.flats().map((flat) => {
      const verdict = holds(flat);
      return {
        at: placeOfFlat(flat),
        priority: flat.priority,
        holds: typeof verdict === 'boolean' ? verdict : 'unknown',
      };
    });
  }

  at(name: string): Reading {
    return new BranchReading(this.#branch.child(name), this.#gap);
  }

  names(): AttributeNames {
    const { names, rest } = this.#branch.names();
    return { names: names.filter(isAttribute), complete: rest === undefined };
  }

  below(): Below {
    const { parts, rest } = this.#branch.below();
    const isAllRead = this.#gap() === undefined;
    const readings: Reading[] = [];
    for (const part of parts)
      if (isAttribute(part.name))
        readings.push(
          part instanceof Branch
            ? new BranchReading(part, this.#gap)
            : new PartReading(this, part.name, part.value, isAllRead),
        );
    return { readings, complete: rest === undefined };
  }
}

/**
 * A part of the only definition of what it stands in: it is what is written there, and most of what a machine sets is such a
 * part. What has to be known beyond its value, the branch tells.
 */
class PartReading implements Reading {
  readonly name: string;
  readonly #within: Reading;
  readonly #value: Value;
  readonly #isAllRead: boolean;

  constructor(within: Reading, name: string, value: Value, isAllRead: boolean) {
    this.#within = within;
    this.name = name;
    this.#value = value;
    this.#isAllRead = isAllRead;
  }

  get path(): readonly string[] {
    return [...this.#within.path, this.name];
  }

  #exact(): Reading {
    return this.#within.at(this.name);
  }

  value(): Data {
    // A set may be a branch, of which more may be set elsewhere.
    return this.#value.kind === 'set' ? this.#exact().value() : dataWithoutPlaces(this.#value);
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

  at(name: string): Reading {
    return this.#exact().at(name);
  }

  below(): Below {
    const value = this.#value;
    if (value.kind === 'set') return partsOf(value, this, this.#isAllRead) ?? this.#exact().below();
    return value.kind !== 'unknown' && this.#isAllRead ? NOTHING_BELOW : NOTHING_KNOWN_BELOW;
  }
}

/** Undefined where of one more has to be known than its value: whether it is in force. */
function partsOf({ attributes }: SetValue, within: Reading, isAllRead: boolean): Below | undefined {
  const names = attributes.listed ?? attributes.names();
  const readings = new Array<Reading>(names.length);
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? '';
    const thunk = attributes.get(name);
    const value = thunk && bareValue(thunk);
    if (value === undefined) return undefined;
    readings[index] = new PartReading(within, name, value, isAllRead);
  }
  return {
    readings: names.every(isAttribute) ? readings : readings.filter(({ name }) => isAttribute(name)),
    complete: isAllRead && attributes.rest === undefined,
  };
}

/** All but what nix itself keeps among the attributes of a submodule. */
const isAttribute = (name = ''): boolean => name !== '_module';

function unknownOption(data: Data): Option & { readonly state: 'unknown' } {
  return { state: 'unknown', ...(isKind(data, 'unknown') ? data : opaque('it is not known')) };
}

function placeOfFlat(flat: Flat | undefined): SourceLocation | undefined {
  const site = ownSite(flat?.site);
  return site === undefined ? undefined : placeOf(site);
}
