import type { Site } from '../place.ts';
import type { EvalState } from './eval-state.ts';
import {
  describe,
  isOutside,
  joined,
  type TextValue,
  Thunk,
  text,
  type Unknown,
  unknown,
  type Value,
} from './value.ts';

/** As `"${value}"` and `a + b` do: texts, paths and what has an `outPath`. */
export function interpolated(value: Value, state: EvalState, site: Site | undefined): TextValue | Unknown {
  switch (value.kind) {
    case 'text':
      return value;
    case 'unknown':
      // An error is no part of a text: there is no text then.
      return isOutside(value) ? { kind: 'text', parts: [value] } : value;
    case 'path':
      return { kind: 'text', parts: [{ ...copyInStore(value.path, site), isCopy: true }] };
    case 'set': {
      const made = ofSet(value, state, site, interpolated);
      if (made !== undefined) return made;
    }
  }
  return unknown(`${describe(value)} is not a string`, site);
}

function copyInStore(path: string, site: Site | undefined): Unknown {
  return unknown(`the path of ${path} in the store is not known`, site, { path });
}

/** As `toString` does: numbers, lists and Booleans as well. */
export function printed(value: Value, state: EvalState, site: Site | undefined): TextValue | Unknown {
  switch (value.kind) {
    case 'null':
      return text('');
    case 'boolean':
      return text(value.value ? '1' : '');
    case 'integer':
      return text(String(value.value));
    case 'float':
      return Math.abs(value.value) < 1e20
        ? text(value.value.toFixed(6))
        : unknown('a number this large', site);
    case 'path':
      if (value.path.startsWith('/')) return text(value.path);
      return { kind: 'text', parts: [copyInStore(value.path, site)] };
    case 'list': {
      const parts: (string | Unknown)[] = [];
      for (const [index, item] of value.items.entries()) {
        const element = item.force();
        const made = printed(element, state, site);
        if (made.kind === 'unknown') return made;
        for (const part of made.parts) parts.push(part);
        const nothing = element.kind === 'list' && element.items.length === 0;
        if (index < value.items.length - 1 && !nothing) parts.push(' ');
      }
      return joined(parts);
    }
    case 'set':
      return ofSet(value, state, site, printed) ?? unknown('a set is not a string', site);
    default:
      return interpolated(value, state, site);
  }
}

function ofSet(
  value: Value & { readonly kind: 'set' },
  state: EvalState,
  site: Site | undefined,
  coerce: typeof printed,
): TextValue | Unknown | undefined {
  const { attributes } = value;
  const own = attributes.get('__toString');
  if (own !== undefined) return coerce(state.call(own.force(), Thunk.of(value), site), state, site);
  const path = attributes.get('outPath');
  if (path !== undefined) return coerce(path.force(), state, site);
  return attributes.rest === undefined ? undefined : { kind: 'text', parts: [attributes.rest] };
}
