import type { Data, Opaque } from '../data.ts';

/** What nix says of one path, and of the paths below it that were asked for. */
export interface OptionAnswer {
  readonly value?: Data;
  /** It is the default, and nothing sets it; undefined where that is not told: below a submodule. */
  readonly isDefault?: boolean;
  /** It has no value: an error, which stands in no other option's way. */
  readonly failed: boolean;
  /** There is no such thing. */
  readonly absent: boolean;
  readonly below: ReadonlyMap<string, OptionAnswer>;
  /** These are all names that there are. */
  readonly all: boolean;
}

/** What was written by a package, and by which function; or copied from a file. */
export interface StoredText {
  readonly text: string;
  readonly writer: string | undefined;
}

/** What is known of the files that the values name. */
export interface Surroundings {
  /** The folder as the store has its copy of it, or as it is. */
  readonly root: string | undefined;
  /** By their paths in the store. */
  readonly contents: ReadonlyMap<string, StoredText>;
}

/** An answer of nix as it was printed. */
export interface Printed {
  readonly store: string;
  readonly tree: PrintedAnswer;
}

interface PrintedAnswer {
  readonly v?: readonly [unknown];
  readonly p?: number;
  readonly e?: true;
  readonly a?: true;
  readonly x?: true;
  readonly all?: true;
  readonly b?: readonly (readonly [string, PrintedAnswer])[];
}

/** The priority of `default` in the declaration of an option. */
const DEFAULT_PRIORITY = 1500;

/**
 * @throws {SyntaxError} for what is no answer
 * @returns undefined where nix does not know the machine
 */
export function parsed(json: string): Printed | undefined {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new SyntaxError('it is not a valid answer');
  if ('missing' in value) return undefined;
  if (!('store' in value && 'answer' in value && typeof value.store === 'string'))
    throw new SyntaxError('it is not a valid answer');
  // Nothing but the expression of this hsdoctor makes it.
  return { store: value.store, tree: value.answer as PrintedAnswer };
}

/** What the texts of an answer refer to in the store: `.drv` files, and copies of files. */
export function contextOf({ tree }: Printed): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('t' in value && value.t === 'text' && 'c' in value)
      for (const path of value.c as readonly string[]) found.add(path);
    for (const each of Object.values(value)) look(each);
  };
  look(tree);
  return found;
}

export function answerOf({ tree, store }: Printed, surroundings: Surroundings): OptionAnswer {
  const reader = new AnswerReader(store, surroundings);
  const read = (printed: PrintedAnswer): OptionAnswer => {
    const { v, p, e, a, x, all, b = [] } = printed;
    return {
      ...(v === undefined ? {} : { value: reader.data(v[0]) }),
      ...(p === undefined ? {} : { isDefault: p >= DEFAULT_PRIORITY }),
      failed: e === true,
      absent: a === true,
      below: new Map(b.map(([name, below]) => [name, read(below)])),
      // What is no set has no names.
      all: all === true || x === true,
    };
  };
  return read(tree);
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

class AnswerReader {
  readonly #surroundings: Surroundings;
  readonly #reference: RegExp;

  constructor(store: string, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    const inStore = `${escaped(store)}/[0-9a-z]{32}-[\\w+.?=-]+`;
    const { root } = surroundings;
    this.#reference = new RegExp(
      root === undefined ? inStore : `${escaped(root)}(?:/[^\\s"':]*)?(?![\\w-])|${inStore}`,
      'g',
    );
  }

  data(value: unknown): Data {
    if (Array.isArray(value)) return value.map((item) => this.data(item));
    if (typeof value !== 'object' || value === null) return value as string | number | boolean | null;
    const { t, v } = value as { readonly t: string; readonly v?: unknown };
    switch (t) {
      case 'set':
        return {
          kind: 'set',
          attributes: new Map(
            (v as readonly (readonly [string, unknown])[]).map(([name, item]) => [name, this.data(item)]),
          ),
          rest: undefined,
        };
      case 'path':
        return { kind: 'path', path: this.#inTree(v as string) ?? (v as string) };
      case 'text':
        return this.#text(v as string);
      case 'function':
        return { kind: 'function' };
      default:
        return { ...reference(''), reason: 'the answer of nix is too large' };
    }
  }

  /** A text with what it names in the store as parts of their own, which have contents. */
  #text(text: string): Data {
    const parts: (string | Opaque)[] = [];
    let end = 0;
    for (const { 0: found, index } of text.matchAll(this.#reference)) {
      if (index > end) parts.push(text.slice(end, index));
      const path = this.#inTree(found);
      const content = this.#surroundings.contents.get(found);
      parts.push({
        ...reference(found),
        path,
        name: content?.writer,
        arguments: content === undefined ? [] : [content.text],
      });
      end = index + found.length;
    }
    if (end < text.length) parts.push(text.slice(end));
    return parts.every((part) => typeof part === 'string') ? text : { kind: 'text', parts };
  }

  #inTree(path: string): string | undefined {
    const { root } = this.#surroundings;
    if (root === undefined) return undefined;
    if (path === root) return '.';
    return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
  }
}

function reference(text: string): Opaque {
  return {
    kind: 'unknown',
    reason: 'it is known only after the build',
    at: undefined,
    name: undefined,
    path: undefined,
    arguments: [],
    ...(text === '' ? {} : { text }),
  };
}
