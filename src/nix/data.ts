import type { Unknown } from '../model/known.ts';
import { plainText, type Thunk, type Unknown as UnknownValue, type Value } from './evaluation/value.ts';
import { ownSite, placeOf } from './place.ts';

/** A value, evaluated to the bottom. A string of which a part is unknown is a `text`, all others are strings. */
export type Data =
  | null
  | boolean
  | number
  | string
  | readonly Data[]
  | PartialText
  | { readonly kind: 'path'; readonly path: string }
  | DataSet
  | { readonly kind: 'function' }
  | Opaque;

interface PartialText {
  readonly kind: 'text';
  readonly parts: readonly (string | Opaque)[];
}

interface DataSet {
  readonly kind: 'set';
  readonly attributes: ReadonlyMap<string, Data>;
  /** Why there may be more attributes. */
  readonly rest: Opaque | undefined;
}

/** What is not known here, and why; what it is called and what it was called with, where that can be told. */
export interface Opaque extends Unknown {
  readonly kind: 'unknown';
  /** As it would be written: `pkgs.writeShellScript`, `config.age.secrets.db.path`. */
  readonly name: string | undefined;
  /** Of an unknown function: `["wait", "until tailscale ip ..."]` for `pkgs.writeShellScript "wait" ''...''`. */
  readonly arguments: readonly Data[];
  /** The file in the tree that it stands for, where it is the copy of one. */
  readonly path: string | undefined;
  /** What nix says that it is as a text, where nix was asked: only what it stands for is then not known. */
  readonly text?: string;
}

/** Whether a value is a set, a path, a text in part, or what is not known: strings, numbers and lists have no kind. */
export function isKind<K extends string>(
  data: Data | undefined,
  kind: K,
): data is Extract<Data, { readonly kind: K }> {
  return typeof data === 'object' && data !== null && 'kind' in data && data.kind === kind;
}

const NOTHING: readonly never[] = [];
const DEEPEST = 40;
const MOST = 100_000;

/** Bounded in depth and size: what is beyond is unknown. */
export function dataOf(value: Value): Data {
  return plainText(value) ?? new DataReader().read(value, 0);
}

class DataReader {
  #left = MOST;

  read(value: Value, depth: number): Data {
    if (depth > DEEPEST || this.#left-- <= 0) return opaque('it is too large to be read');
    switch (value.kind) {
      case 'null':
        return null;
      case 'boolean':
      case 'integer':
      case 'float':
        return value.value;
      case 'path':
        return { kind: 'path', path: value.path };
      case 'function':
        return { kind: 'function' };
      case 'unknown':
        return this.#unknown(value, depth);
      case 'list':
        return this.#all(value.items, depth);
      case 'text': {
        const plain = plainText(value);
        if (plain !== undefined) return plain;
        const parts = value.parts.map((part) =>
          typeof part === 'string' ? part : this.#unknown(part, depth),
        );
        return { kind: 'text', parts };
      }
      case 'set': {
        const { attributes } = value;
        const read = new Map<string, Data>();
        for (const name of attributes.names()) {
          const thunk = attributes.get(name);
          if (thunk !== undefined) read.set(name, this.read(thunk.force(), depth + 1));
        }
        const { rest } = attributes;
        return { kind: 'set', attributes: read, rest: rest && this.#unknown(rest, depth) };
      }
    }
  }

  #all(thunks: readonly Thunk[], depth: number): readonly Data[] {
    const some = thunks.length > MOST ? thunks.slice(0, MOST) : thunks;
    return some.map((thunk) => this.read(thunk.force(), depth + 1));
  }

  #unknown({ reason, site, name, path, arguments: given = NOTHING }: UnknownValue, depth: number): Opaque {
    const own = ownSite(site);
    return {
      kind: 'unknown',
      reason,
      at: own && placeOf(own),
      name,
      path,
      arguments: given.length === 0 ? NOTHING : this.#all(given, depth + 1),
    };
  }
}

export function opaque(reason: string): Opaque {
  return { kind: 'unknown', reason, at: undefined, name: undefined, path: undefined, arguments: [] };
}
