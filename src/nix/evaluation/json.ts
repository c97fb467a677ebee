import { parse as parseToml, TomlDate } from 'smol-toml';
import type { Site } from '../place.ts';
import { interpolated } from './coerce.ts';
import type { EvalState } from './eval-state.ts';
import {
  boolean,
  describe,
  integer,
  list,
  NULL,
  set,
  Thunk,
  text,
  type Unknown,
  unknown,
  type Value,
} from './value.ts';

const DEEPEST = 100;

/** JSON as Nix writes it, in parts: what is unknown in a string stands between its quotes. */
export function toJson(
  value: Value,
  state: EvalState,
  site: Site | undefined,
  depth = 0,
): readonly (string | Unknown)[] | Unknown {
  if (depth > DEEPEST || !state.spend(1)) return unknown('it is nested too deeply', site);
  switch (value.kind) {
    case 'null':
      return ['null'];
    case 'boolean':
      return [String(value.value)];
    case 'integer':
      return [String(value.value)];
    case 'float':
      return unknown('hsdoctor does not know how nix writes this fraction', site);
    case 'list': {
      const parts: (string | Unknown)[] = ['['];
      for (const [index, item] of value.items.entries()) {
        const inner = toJson(item.force(), state, site, depth + 1);
        if ('kind' in inner) return inner;
        parts.push(index === 0 ? '' : ',', ...inner);
      }
      return [...parts, ']'];
    }
    case 'set': {
      const { attributes } = value;
      if (attributes.get('__toString') === undefined && attributes.get('outPath') === undefined) {
        if (attributes.rest !== undefined) return attributes.rest;
        const parts: (string | Unknown)[] = ['{'];
        for (const [index, name] of attributes.names().entries()) {
          const inner = toJson(attributes.get(name)?.force() ?? NULL, state, site, depth + 1);
          if ('kind' in inner) return inner;
          parts.push(index === 0 ? '' : ',', `${JSON.stringify(name)}:`, ...inner);
        }
        return [...parts, '}'];
      }
    }
  }
  if (value.kind === 'function') return unknown(`${describe(value)} cannot be converted to JSON`, site);
  const written = interpolated(value, state, site);
  if (written.kind === 'unknown') return written;
  const parts = written.parts.map((part) =>
    typeof part === 'string' ? JSON.stringify(part).slice(1, -1) : part,
  );
  return ['"', ...parts, '"'];
}

export function fromJson(written: string, site: Site | undefined): Value {
  try {
    return fromData(JSON.parse(written, markedFraction), site, integer);
  } catch (error) {
    return unknown(`it is not valid JSON: ${error instanceof Error ? error.message : String(error)}`, site);
  }
}

/** `1.0` is a float in Nix, and no longer told from `1` when it was parsed. */
class Fraction {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

function markedFraction(
  this: unknown,
  _: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  return typeof value === 'number' && /[.eE]/.test(context?.source ?? '.') ? new Fraction(value) : value;
}

export function fromToml(written: string, site: Site | undefined): Value {
  try {
    return fromData(parseToml(written, { integersAsBigInt: true }), site, float);
  } catch (error) {
    return unknown(`it is not valid TOML: ${error instanceof Error ? error.message : String(error)}`, site);
  }
}

const float = (value: number): Value => ({ kind: 'float', value });

/** @param number what a number is that is no bigint */
function fromData(data: unknown, site: Site | undefined, number: (value: number) => Value): Value {
  const inner = (item: unknown) => Thunk.of(fromData(item, site, number), site);
  if (data === null) return NULL;
  if (typeof data === 'boolean') return boolean(data);
  if (typeof data === 'string') return text(data);
  if (typeof data === 'number') return number(data);
  if (data instanceof Fraction) return float(data.value);
  if (typeof data === 'bigint') return integer(Number(data));
  if (data instanceof TomlDate) return unknown('nix does not read dates of TOML', site);
  if (Array.isArray(data)) return list(data.map(inner));
  if (typeof data === 'object') return set(Object.entries(data).map(([name, item]) => [name, inner(item)]));
  return unknown('it is not valid JSON', site);
}
