import type { Site } from '../place.ts';
import type { EvalState } from './eval-state.ts';
import { writtenOut } from './store-path.ts';
import { describe, type Thunk, type Unknown, unknown, type Value } from './value.ts';

type Of<Kind extends Value['kind']> = Extract<Value, { readonly kind: Kind }>;

const ARTICLES: Partial<Record<Value['kind'], string>> = { integer: 'an integer', text: 'a string' };

/** The value of an argument where it is of that kind, else why not. */
export function forceKind<Kind extends Value['kind']>(
  thunk: Thunk,
  kind: Kind,
  site: Site | undefined,
): Of<Kind> | Unknown {
  const value = thunk.force();
  if (value.kind === 'unknown') return value;
  return is(value, kind)
    ? value
    : unknown(`${describe(value)} was given where ${ARTICLES[kind] ?? `a ${kind}`} is needed`, site);
}

function is<Kind extends Value['kind']>(value: Value, kind: Kind): value is Of<Kind> {
  return value.kind === kind;
}

export function forceString(thunk: Thunk, site: Site | undefined): string | Unknown {
  const given = thunk.force();
  const written = writtenOut(given);
  if (written !== undefined) return written;
  const value = forceKind(thunk, 'text', site);
  if (value.kind === 'unknown') return value;
  return value.parts.find((part) => typeof part !== 'string') ?? unknown('a string', site);
}

/** All items, forced; unknown where one of them is or is of another kind. */
export function forceStrings(items: readonly Thunk[], site: Site | undefined): readonly string[] | Unknown {
  const texts: string[] = [];
  for (const item of items) {
    const text = forceString(item, site);
    if (typeof text !== 'string') return text;
    texts.push(text);
  }
  return texts;
}

export interface BuiltinCall {
  readonly state: EvalState;
  readonly site: Site | undefined;
}

/** A function of so many arguments, one after the other, as builtins are. */
export type Builtin = readonly [arity: number, run: (call: BuiltinCall, ...args: readonly Thunk[]) => Value];

export function asFunction([arity, run]: Builtin, state: EvalState, given: readonly Thunk[] = []): Value {
  return {
    kind: 'function',
    fields: undefined,
    call: (argument, site) => {
      const all = [...given, argument];
      return all.length < arity ? asFunction([arity, run], state, all) : run({ state, site }, ...all);
    },
  };
}
