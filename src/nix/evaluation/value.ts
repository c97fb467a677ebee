import type { Site } from '../place.ts';
import type { OpenList } from './open-list.ts';

/** A value of the language as far as it was evaluated: what is in lists and sets is evaluated when it is asked for. */
export type Value =
  | { readonly kind: 'null' }
  | BooleanValue
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | TextValue
  | PathValue
  | ListValue
  | SetValue
  | FunctionValue
  | Unknown;

export interface BooleanValue {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** Known where every part is a string: there are no two strings beside each other, and none is empty. See `plainText`. */
export interface TextValue {
  readonly kind: 'text';
  readonly parts: readonly (string | Unknown)[];
}

/** A path in the tree, as `SourceTree` writes it, or one outside of it that begins with `/`. */
export interface PathValue {
  readonly kind: 'path';
  readonly path: string;
}

export interface ListValue {
  readonly kind: 'list';
  readonly items: readonly Thunk[];
}

export interface SetValue {
  readonly kind: 'set';
  readonly attributes: Attributes;
}

export interface Attributes {
  /** Undefined where there is no such attribute, as far as is known: see `rest`. */
  get(name: string): Thunk | undefined;
  names(): readonly string[];
  /** The names of a set that is written out, in no order, where to tell them evaluates nothing. */
  readonly listed?: readonly string[];
  /** Why there may be more attributes than `names` tells; undefined where there are no more. */
  readonly rest: Unknown | undefined;
}

interface FunctionValue {
  readonly kind: 'function';
  /** Names in the pattern of the argument, and whether each has a default; undefined for `x: ...`. */
  readonly fields: ReadonlyMap<string, boolean> | undefined;
  call(argument: Thunk, site: Site | undefined): Value;
}

/** A value that cannot be told from these files alone, or only by an error of Nix itself. */
export interface Unknown {
  readonly kind: 'unknown';
  /** A sentence without a capital and a full stop: `pkgs.hello is a package`. */
  readonly reason: string;
  readonly site: Site | undefined;
  /** How it would be written: `pkgs.hello`, `config.age.secrets.db.path`. What has no name, Nix has no value of either. */
  readonly name?: string;
  /** What it was called with, where it is the result of a function that is not known: the text of a script. */
  readonly arguments?: readonly Thunk[];
  /** The repository that it is from, where only fetching it tells that: `nix-community/disko`. */
  readonly origin?: string;
  /** The file that it stands for: the copy of `./x.sh` in the store. */
  readonly path?: string;
  /** That file could not be read. */
  readonly isUnread?: boolean;
  /** A copy of that file alone, under a name of its own. */
  readonly isCopy?: boolean;
  /** It is not what its name says, but was made of that: what this tree adds to it may be in it as well. */
  readonly isDerived?: boolean;
  /** The values that it may be, where only the condition is not known. */
  readonly either?: readonly Thunk[];
  /** Of a list of which a part is not known: see `openList`. */
  readonly open?: OpenList;
}

/** A value that is worked out once, when it is first asked for. */
export abstract class Thunk {
  abstract readonly site: Site | undefined;
  // Not `#value`: of as many kinds of thunks as there are, engines find a private name slowly.
  private value: Value | undefined;

  static of(value: Value, site?: Site): Thunk {
    const thunk = new ForcedThunk(site);
    thunk.value = value;
    return thunk;
  }

  static delay(work: () => Value, site?: Site): Thunk {
    return new DelayedThunk(work, site);
  }

  force(): Value {
    const value = this.value;
    if (value === undefined) return this.#worked();
    if (value !== BLACKHOLE) return value;
    return recursion(this.site);
  }

  /**
   * As `force`, for one who looks at everything once: what is worked out for that alone need not be kept, as to keep it takes
   * longer than to work it out once more. What others need of it they force, and then it is kept.
   */
  look(): Value {
    return this.force();
  }

  /** The value, worked out and not kept. */
  protected passing(): Value {
    if (this.value !== undefined) return this.force();
    this.value = BLACKHOLE;
    const value = this.#tried();
    this.value = undefined;
    return value;
  }

  #worked(): Value {
    this.value = BLACKHOLE;
    const value = this.#tried();
    this.keep(value);
    return value;
  }

  protected keep(value: Value): void {
    this.value = value;
    this.release();
  }

  #tried(): Value {
    try {
      return this.work();
    } catch (error) {
      // The bound on depth should come first; what is left of the stack is not ours to know.
      if (!(error instanceof RangeError)) throw error;
      return unknown('it is nested too deeply', this.site);
    }
  }

  protected abstract work(): Value;

  /** `work` is not called any more: what it needs can be let go of. */
  protected release(): void {}
}

let recursions = 0;

/** What something is while it needs itself to be worked out. */
export function recursion(site: Site | undefined): Unknown {
  recursions++;
  return unknown('infinite recursion', site);
}

/** How often something needed itself so far: what was told in between may be told better once that has its value. */
export const recursionsSoFar = (): number => recursions;

/** Stands for the value while it is worked out. */
const BLACKHOLE: Value = { kind: 'null' };

class ForcedThunk extends Thunk {
  override readonly site: Site | undefined;

  constructor(site: Site | undefined) {
    super();
    this.site = site;
  }

  protected override work(): Value {
    throw new Error('it has its value from the beginning');
  }
}

/** A function of ours that gives the value. */
class DelayedThunk extends Thunk {
  override readonly site: Site | undefined;
  #work: (() => Value) | undefined;

  constructor(work: () => Value, site: Site | undefined) {
    super();
    this.#work = work;
    this.site = site;
  }

  protected override work(): Value {
    return this.#work?.() ?? NULL;
  }

  protected override release(): void {
    this.#work = undefined;
  }
}

export const NULL: Value = { kind: 'null' };
export const TRUE: BooleanValue = { kind: 'boolean', value: true };
export const FALSE: BooleanValue = { kind: 'boolean', value: false };

export const boolean = (value: boolean): BooleanValue => (value ? TRUE : FALSE);
export const text = (value: string): TextValue => new PlainText(value);
export const list = (items: readonly Thunk[]): ListValue => ({ kind: 'list', items });

export function unknown(reason: string, site: Site | undefined, more: Partial<Unknown> = {}): Unknown {
  return { kind: 'unknown', reason, site, ...more };
}

/** Whether it has a value, only not in these files; else Nix ends with an error too, or it is too much to evaluate. */
export const isOutside = ({ name }: Unknown): boolean => name !== undefined;

/** Beyond 2^53 a number here is no longer what it is in Nix. */
export function integer(value: number): Value {
  if (!Number.isSafeInteger(value))
    return unknown('the number is too large for hsdoctor to be exact', undefined);
  return { kind: 'integer', value: value + 0 };
}

/** The attributes that are known, each with its name. */
export const entries = ({ attributes }: SetValue): readonly (readonly [string, Thunk])[] =>
  attributes.names().flatMap((name) => {
    const thunk = attributes.get(name);
    return thunk === undefined ? [] : [[name, thunk] as const];
  });

export function set(
  attributes: ReadonlyMap<string, Thunk> | readonly (readonly [string, Thunk])[],
  rest?: Unknown,
): SetValue {
  const made = new AttributeSet(attributes);
  made.rest = rest;
  return made;
}

/** A set whose attributes are given by a function, such as the configuration that the modules are making. */
export function computedSet(attributes: Attributes): SetValue {
  return { kind: 'set', attributes };
}

/**
 * A set whose attributes are all there, each to be worked out when it is asked for. It is its own `attributes`, and what a
 * scope finds names in: there are as many sets as values, and most are small.
 */
export class AttributeSet extends Map<string, Thunk> implements SetValue, Attributes {
  readonly kind = 'set';
  rest: Unknown | undefined = undefined;

  get attributes(): this {
    return this;
  }

  get listed(): readonly string[] {
    return [...this.keys()];
  }

  names(): readonly string[] {
    const names = this.listed;
    return names.every(isAscii) ? names.toSorted() : names.toSorted(byBytes);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are ASCII too
const isAscii = (text: string) => /^[\u0000-\u007f]*$/.test(text);

/** The order of Nix, which compares bytes. */
export function byBytes(a: string, b: string): number {
  return isAscii(a) && isAscii(b)
    ? a < b
      ? -1
      : a > b
        ? 1
        : 0
    : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A text that is known, as most are: its one part is made where somebody asks for parts. */
class PlainText implements TextValue {
  readonly kind = 'text';
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get parts(): readonly string[] {
    return this.text === '' ? [] : [this.text];
  }
}

export function joined(parts: readonly (string | Unknown)[]): TextValue {
  const [only = ''] = parts;
  if (parts.length <= 1) return typeof only === 'string' ? text(only) : { kind: 'text', parts: [only] };
  const result: (string | Unknown)[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part === '') continue;
    if (typeof part === 'string' && typeof last === 'string') result[result.length - 1] = last + part;
    else result.push(part);
  }
  const [whole = ''] = result;
  if (result.length <= 1 && typeof whole === 'string') return text(whole);
  // Without the room to grow that pushing made.
  return { kind: 'text', parts: result.slice() };
}

/** The text of a text that is wholly known. */
export function plainText(value: Value): string | undefined {
  if (value instanceof PlainText) return value.text;
  if (value.kind !== 'text') return undefined;
  const [only = ''] = value.parts;
  return value.parts.length <= 1 && typeof only === 'string' ? only : undefined;
}

/** `a list`, `a string`: for reasons. */
export function describe(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'text':
      return 'a string';
    case 'boolean':
      return 'a Boolean';
    case 'integer':
      return 'an integer';
    case 'unknown':
      return 'unknown';
    default:
      return `a ${value.kind}`;
  }
}
