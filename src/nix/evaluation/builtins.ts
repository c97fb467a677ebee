import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { UNSET_VARIABLES } from '../knowledge/origins.ts';
import { originOf } from '../origin.ts';
import type { Site } from '../place.ts';
import {
  asFunction,
  type Builtin,
  type BuiltinCall,
  forceKind,
  forceString,
  forceStrings,
} from './arguments.ts';
import { interpolated, printed } from './coerce.ts';
import { equal, less } from './equality.ts';
import type { EvalState } from './eval-state.ts';
import { fromJson, fromToml, toJson } from './json.ts';
import {
  bare,
  concatenation,
  derived,
  listOf,
  type OpenItem,
  type OpenList,
  openList,
  uncertainty,
} from './open-list.ts';
import { arithmetic, bounded } from './operators.ts';
import { select } from './select.ts';
import { readBack } from './store-path.ts';
import { bytes, compareVersions, matchWhole, splitVersion } from './strings.ts';
import {
  boolean,
  computedSet,
  describe,
  entries,
  FALSE,
  integer,
  isOutside,
  joined,
  list,
  NULL,
  plainText,
  type SetValue,
  set,
  Thunk,
  TRUE,
  text,
  type Unknown,
  unknown,
  type Value,
} from './value.ts';

const MOST_ITEMS = 200_000;

/** TypeScript sees to it that what is asked for is there: fewer arguments are never given. */
type Arguments = readonly [Thunk, Thunk, Thunk];

const one = (run: (call: BuiltinCall, a: Thunk) => Value): Builtin => [
  1,
  (call, ...args) => run(call, ...pad(args)),
];
const two = (run: (call: BuiltinCall, a: Thunk, b: Thunk) => Value): Builtin => [
  2,
  (call, ...args) => run(call, ...firstTwo(args)),
];
const three = (run: (call: BuiltinCall, a: Thunk, b: Thunk, c: Thunk) => Value): Builtin => [
  3,
  (call, ...args) => run(call, ...all(args)),
];

const nothing = Thunk.of(NULL);
const all = ([a = nothing, b = nothing, c = nothing]: readonly Thunk[]): Arguments => [a, b, c];
const firstTwo = (args: readonly Thunk[]): readonly [Thunk, Thunk] => [
  args[0] ?? nothing,
  args[1] ?? nothing,
];
const pad = (args: readonly Thunk[]): readonly [Thunk] => [args[0] ?? nothing];

const isKind = (...kinds: readonly Value['kind'][]): Builtin =>
  one((_, a) => {
    const value = kindOf(a);
    return value.kind === 'unknown' ? value : boolean(kinds.includes(value.kind));
  });

/** What begins with something unknown may be a path as well as a string. */
function kindOf(thunk: Thunk): Value {
  const value = thunk.force();
  const [first] = value.kind === 'text' ? value.parts : [];
  // The path of a file of this tree in a text is a text.
  return first !== undefined && typeof first !== 'string' && first.path === undefined ? first : value;
}

const apply = ({ state, site }: BuiltinCall, callee: Value, ...args: readonly Thunk[]): Value =>
  args.reduce((result, argument) => state.call(result, argument, site), callee);

const later = (work: () => Value, site: Site | undefined) => Thunk.delay(work, site);

const number = (operator: '+' | '-' | '*' | '/'): Builtin =>
  two(({ site }, a, b) => arithmetic(operator, a.force(), b.force(), site));

const rounded = (round: (value: number) => number): Builtin =>
  one(({ site }, a) => {
    const value = a.force();
    if (value.kind === 'integer' || value.kind === 'unknown') return value;
    return value.kind === 'float' ? integer(round(value.value)) : unknown('a number is needed', site);
  });

const bits = (join: (a: bigint, b: bigint) => bigint): Builtin =>
  two(({ site }, a, b) => {
    const [left, right] = [forceKind(a, 'integer', site), forceKind(b, 'integer', site)];
    if (left.kind === 'unknown') return left;
    if (right.kind === 'unknown') return right;
    return integer(Number(join(BigInt(left.value), BigInt(right.value))));
  });

/** The items for which the function says so; of those for which it says nothing that is known, why. */
function chosen(call: BuiltinCall, test: Thunk, { items, rest }: OpenList): OpenList | Unknown {
  if (!call.state.spend(items.length)) return unknown('there is too much to evaluate', call.site);
  const kept: OpenItem[] = [];
  let lost: Unknown | undefined;
  for (const each of items) {
    const answer = apply(call, test.force(), each.item);
    if (answer.kind === 'unknown') kept.push({ ...each, doubt: each.doubt ?? bare(answer) });
    else if (answer.kind !== 'boolean') return unknown('the function does not return a Boolean', call.site);
    else if (answer.value) kept.push(each);
    // Where nix ends with an error for the item, it ends so for the list, whatever is left of it.
    else if (each.doubt !== undefined && !isOutside(each.doubt)) lost ??= each.doubt;
  }
  return { items: kept, rest: rest ?? (lost && derived(lost)) };
}

/** What is known of a list, also where a part of it is not. */
function forceOpen(thunk: Thunk, site: Site | undefined): OpenList | Unknown {
  const value = thunk.force();
  const open = openList(value);
  if (open === undefined) return unknown(`${describe(value)} was given where a list is needed`, site);
  // Nothing at all is known of it: then it stays what it is.
  return value.kind === 'unknown' && open.rest === value ? value : open;
}

/** What a function makes of each item. */
function eachItem({ items, rest }: OpenList, make: (item: Thunk) => Thunk): OpenList {
  return {
    items: items.map(({ item, doubt }) => ({ item: make(item), doubt })),
    rest: rest && derived(rest),
  };
}

const isUnknown = (value: object): value is Unknown => 'kind' in value && value.kind === 'unknown';

const quantified = (wanted: boolean): Builtin =>
  two((call, test, items) => {
    const values = forceKind(items, 'list', call.site);
    if (values.kind === 'unknown') return values;
    for (const item of values.items) {
      const answer = apply(call, test.force(), item);
      if (answer.kind === 'unknown') return answer;
      if (answer.kind !== 'boolean') return unknown('the function does not return a Boolean', call.site);
      if (answer.value === wanted) return boolean(wanted);
    }
    return boolean(!wanted);
  });

function flattened({ items, rest }: OpenList, { state, site }: BuiltinCall): Value {
  const lists: OpenList[] = [];
  let length = 0;
  for (const { item, doubt } of items) {
    const value = item.force();
    const inner = openList(value);
    if (inner === undefined) return unknown(`${describe(value)} was given where a list is needed`, site);
    length += inner.items.length;
    if (length > MOST_ITEMS || !state.spend(inner.items.length + 1))
      return unknown('the list is too long', site);
    lists.push(doubt === undefined ? inner : doubted(inner, doubt));
  }
  return concatenation(rest === undefined ? lists : [...lists, { items: [], rest }], site);
}

const doubted = ({ items, rest }: OpenList, doubt: Unknown): OpenList => ({
  items: items.map((each) => ({ ...each, doubt: each.doubt ?? doubt })),
  rest,
});

/** The items of lists in lists; what is not known may be a list, too, and stays. */
function flat(value: Value, call: BuiltinCall, depth = 0): OpenList {
  const open = openList(value);
  if (open === undefined || depth > 100 || !call.state.spend(1)) return single(Thunk.of(value));
  if (value.kind === 'unknown' && open.rest === value) return single(Thunk.of(value, call.site));
  const inner = open.items.map(({ item, doubt }) => {
    const below = item.force();
    const list = openList(below) === undefined ? single(item) : flat(below, call, depth + 1);
    return doubt === undefined ? list : doubted(list, doubt);
  });
  return {
    items: inner.flatMap(({ items }) => items),
    rest: open.rest ?? inner.find(({ rest }) => rest)?.rest,
  };
}

const single = (item: Thunk): OpenList => ({ items: [{ item, doubt: undefined }], rest: undefined });

function complete(thunk: Thunk, site: Site | undefined): SetValue | Unknown {
  const value = forceKind(thunk, 'set', site);
  return value.kind === 'set' ? (value.attributes.rest ?? value) : value;
}

/** A list made of what is known of a set. */
function partly({ attributes: { rest } }: SetValue, items: readonly Thunk[], site: Site | undefined): Value {
  if (rest === undefined) return list(items);
  return listOf({ items: items.map((item) => ({ item, doubt: undefined })), rest }, site);
}

/** The attributes for which the function says so; where it says nothing that is known, there may be others. */
function kept(call: BuiltinCall, test: Thunk, from: SetValue): Value {
  let rest = from.attributes.rest;
  const found = entries(from).filter(([name, value]) => {
    const answer = apply(call, test.force(), Thunk.of(text(name)), value);
    if (answer.kind !== 'boolean')
      rest ??=
        answer.kind === 'unknown'
          ? derived(answer)
          : unknown('the function does not return a Boolean', call.site);
    return answer.kind === 'boolean' && answer.value;
  });
  return set(found, rest);
}

/** Each item once, where it first stands. */
function distinct({ items, rest }: OpenList, { state, site }: BuiltinCall): Value {
  const found: OpenItem[] = [];
  for (const each of items) {
    if (!state.spend(found.length)) return unknown('there is too much to evaluate', site);
    const isThere = found.some(
      ({ item, doubt }) => doubt === undefined && equal(item.force(), each.item.force(), site) === TRUE,
    );
    if (!isThere) found.push(each);
  }
  return listOf({ items: found, rest }, site);
}

function inverted(value: Value): Value {
  return value.kind === 'boolean' ? boolean(!value.value) : value;
}

function mapped(call: BuiltinCall, callee: Thunk, from: SetValue): Value {
  const made = new Map<string, Thunk>();
  const { attributes } = from;
  return computedSet({
    rest: attributes.rest,
    names: () => attributes.names(),
    get(name) {
      const value = attributes.get(name);
      if (value === undefined) return undefined;
      const thunk =
        made.get(name) ??
        later(() => apply(call, callee.force(), Thunk.of(text(name)), value), value.site ?? call.site);
      made.set(name, thunk);
      return thunk;
    },
  });
}

function sorted(call: BuiltinCall, comparator: Thunk, items: readonly Thunk[]): Value {
  if (!call.state.spend(items.length)) return unknown('there is too much to evaluate', call.site);
  let failed: Unknown | undefined;
  const before = (a: Thunk, b: Thunk) => {
    const answer = apply(call, comparator.force(), a, b);
    if (answer.kind === 'unknown') failed ??= answer;
    return answer.kind === 'boolean' && answer.value;
  };
  const result = items.toSorted((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : 0));
  return failed ?? list(result);
}

function folded(call: BuiltinCall, callee: Thunk, start: Thunk, { items, rest }: OpenList): Value {
  let result = start;
  for (const { item } of items) result = Thunk.of(apply(call, callee.force(), result, item));
  const value = result.force();
  const doubt = uncertainty({ items, rest });
  if (doubt === undefined) return value;
  // What is not known of the list may take away what the rest of it gave.
  const open = openList(value);
  return open === undefined
    ? derived(doubt)
    : listOf(doubted({ ...open, rest: derived(doubt) }, doubt), call.site);
}

function replaced(from: readonly string[], to: readonly string[], subject: string): string {
  let result = '';
  for (let at = 0; at <= subject.length; ) {
    const index = from.findIndex((each) => subject.startsWith(each, at));
    const found = from[index];
    if (found !== undefined) result += to[index];
    if (found === undefined || found === '') {
      result += subject[at] ?? '';
      at++;
    } else at += found.length;
  }
  return result;
}

function grouped(call: BuiltinCall, callee: Thunk, items: readonly Thunk[]): Value {
  const groups = new Map<string, Thunk[]>();
  for (const item of items) {
    const name = forceString(
      later(() => apply(call, callee.force(), item), call.site),
      call.site,
    );
    if (typeof name !== 'string') return name;
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return set([...groups].map(([name, members]) => [name, Thunk.of(list(members))]));
}

function fromList({ items, rest }: OpenList, site: Site | undefined): Value {
  const made = new Map<string, Thunk>();
  let open = rest && derived(rest);
  for (const { item, doubt } of items) {
    const pair = forceKind(item, 'set', site);
    const name = pair.kind === 'unknown' ? undefined : select(pair, 'name', site);
    const value = pair.kind === 'unknown' ? undefined : select(pair, 'value', site);
    if (pair.kind !== 'unknown' && (name === undefined || value === undefined))
      return unknown('"name" or "value" is missing', site);
    const key = pair.kind === 'unknown' || name === undefined ? pair : forceString(name, site);
    // Of two of one name the first is taken: this may be the first.
    if (doubt !== undefined || typeof key !== 'string' || value === undefined) {
      if (typeof key !== 'string' && (key.kind !== 'unknown' || !isOutside(key)))
        return key.kind === 'unknown' ? key : unknown('the name of an attribute is not known', site);
      open ??= derived(
        doubt ?? (typeof key !== 'string' && key.kind === 'unknown' ? key : unknown('', site)),
      );
    } else if (!made.has(key)) made.set(key, value);
  }
  return set(made, open);
}

/** Forces all that is in a value; the first that is unknown, where there is one. */
function deep(value: Value, state: EvalState, depth = 0): Unknown | undefined {
  if (value.kind === 'unknown') return value;
  if (depth > 100 || !state.spend(1)) return unknown('it is nested too deeply', undefined);
  const inner =
    value.kind === 'list'
      ? value.items
      : value.kind === 'set'
        ? entries(value).map(([, thunk]) => thunk)
        : [];
  for (const thunk of inner) {
    const found = deep(thunk.force(), state, depth + 1);
    if (found !== undefined) return found;
  }
  return value.kind === 'set' ? value.attributes.rest : undefined;
}

function pathTo(thunk: Thunk, { state, site }: BuiltinCall): string | Unknown {
  const given = thunk.force();
  if (given.kind === 'path') return given.path;
  const value = given.kind === 'set' ? interpolated(given, state, site) : given;
  const [part, tail = '', more] = value.kind === 'text' ? value.parts : [];
  // "${./x}" and "${self}/x" are copies of what is in the tree.
  if (typeof part === 'object' && part.path !== undefined && typeof tail === 'string' && more === undefined)
    return posix.normalize(`${part.path}${tail}`);
  return forceString(Thunk.of(value), site);
}

/** What a text begins with that is not known, and the path behind it. */
function sourceIn(value: Value): readonly [source: Unknown, path: string] | undefined {
  if (value.kind === 'unknown') return [value, ''];
  const [source, path = '', more] = value.kind === 'text' ? value.parts : [];
  return typeof source === 'object' && typeof path === 'string' && more === undefined
    ? [source, path]
    : undefined;
}

const TABLE: Readonly<Record<string, Builtin>> = {
  abort: one(({ site }, a) => thrown(a, site)),
  throw: one(({ site }, a) => thrown(a, site)),
  add: number('+'),
  sub: number('-'),
  mul: number('*'),
  div: number('/'),
  bitAnd: bits((a, b) => a & b),
  bitOr: bits((a, b) => a | b),
  bitXor: bits((a, b) => a ^ b),
  ceil: rounded(Math.ceil),
  floor: rounded(Math.floor),
  lessThan: two(({ site }, a, b) => less(a.force(), b.force(), site)),

  isAttrs: isKind('set'),
  isBool: isKind('boolean'),
  isFloat: isKind('float'),
  isFunction: isKind('function'),
  isInt: isKind('integer'),
  isList: isKind('list'),
  isNull: isKind('null'),
  isPath: isKind('path'),
  isString: isKind('text'),
  typeOf: one((_, a) => {
    const value = kindOf(a);
    const names = { boolean: 'bool', integer: 'int', text: 'string', function: 'lambda' } as const;
    if (value.kind === 'unknown') return value;
    return text(value.kind in names ? names[value.kind as keyof typeof names] : value.kind);
  }),

  all: quantified(false),
  any: quantified(true),
  concatLists: one((call, a) => {
    const lists = forceOpen(a, call.site);
    return isUnknown(lists) ? lists : flattened(lists, call);
  }),
  concatMap: two((call, f, a) => {
    const items = forceOpen(a, call.site);
    if (isUnknown(items)) return items;
    return flattened(
      eachItem(items, (item) => later(() => apply(call, f.force(), item), call.site)),
      call,
    );
  }),
  elem: two(({ site }, wanted, a) => {
    const known = forceOpen(a, site);
    if (isUnknown(known)) return known;
    let open = known.rest;
    for (const { item, doubt } of known.items) {
      const same = equal(wanted.force(), item.force(), site);
      if (same === TRUE && doubt === undefined) return same;
      if (same.kind === 'unknown' && known.rest === undefined && doubt === undefined) return same;
      if (same !== FALSE) open ??= same.kind === 'unknown' ? same : doubt;
      // Of a list that nix ends with an error for, nothing is an item and nothing is not.
      else if (doubt !== undefined && !isOutside(doubt)) open ??= doubt;
    }
    return open ?? FALSE;
  }),
  elemAt: two(({ site }, a, b) => {
    const [items, index] = [forceKind(a, 'list', site), forceKind(b, 'integer', site)];
    if (items.kind === 'unknown') return items;
    if (index.kind === 'unknown') return index;
    return items.items[index.value]?.force() ?? unknown(`there is no item ${index.value} in the list`, site);
  }),
  filter: two((call, test, a) => {
    const items = forceOpen(a, call.site);
    const kept = isUnknown(items) ? items : chosen(call, test, items);
    return isUnknown(kept) ? kept : listOf(kept, call.site);
  }),
  partition: two((call, test, a) => {
    const items = forceOpen(a, call.site);
    if (isUnknown(items)) return items;
    const not = later(
      () =>
        asFunction(
          one((inner, item) => inverted(apply(inner, test.force(), item))),
          call.state,
        ),
      call.site,
    );
    const those = (wanted: Thunk) =>
      later(() => {
        const kept = chosen(call, wanted, items);
        return isUnknown(kept) ? kept : listOf(kept, call.site);
      }, call.site);
    return set([
      ['right', those(test)],
      ['wrong', those(not)],
    ]);
  }),
  "foldl'": three((call, f, start, a) => {
    const items = forceOpen(a, call.site);
    return isUnknown(items) ? items : folded(call, f, start, items);
  }),
  genList: two((call, f, a) => {
    const count = forceKind(a, 'integer', call.site);
    if (count.kind === 'unknown') return count;
    if (count.value < 0 || count.value > MOST_ITEMS || !call.state.spend(count.value))
      return unknown('a list of that length', call.site);
    return list(
      Array.from({ length: count.value }, (_, index) =>
        later(() => apply(call, f.force(), Thunk.of(integer(index))), call.site),
      ),
    );
  }),
  groupBy: two((call, f, a) => {
    const items = forceKind(a, 'list', call.site);
    return items.kind === 'unknown' ? items : grouped(call, f, items.items);
  }),
  head: one(({ site }, a) => {
    const items = forceKind(a, 'list', site);
    return items.kind === 'unknown' ? items : (items.items[0]?.force() ?? unknown('the list is empty', site));
  }),
  tail: one(({ site }, a) => {
    const items = forceKind(a, 'list', site);
    if (items.kind === 'unknown') return items;
    return items.items.length === 0 ? unknown('the list is empty', site) : list(items.items.slice(1));
  }),
  length: one(({ site }, a) => {
    const items = forceKind(a, 'list', site);
    return items.kind === 'unknown' ? items : integer(items.items.length);
  }),
  map: two((call, f, a) => {
    const items = forceOpen(a, call.site);
    if (isUnknown(items)) return items;
    if (!call.state.spend(items.items.length)) return unknown('there is too much to evaluate', call.site);
    const made = eachItem(items, (item) => later(() => apply(call, f.force(), item), item.site ?? call.site));
    return listOf(made, call.site);
  }),
  sort: two((call, comparator, a) => {
    const items = forceKind(a, 'list', call.site);
    return items.kind === 'unknown' ? items : sorted(call, comparator, items.items);
  }),

  attrNames: one(({ site }, a) => {
    const from = forceKind(a, 'set', site);
    if (from.kind === 'unknown') return from;
    return partly(
      from,
      from.attributes.names().map((name) => Thunk.of(text(name))),
      site,
    );
  }),
  attrValues: one(({ site }, a) => {
    const from = forceKind(a, 'set', site);
    if (from.kind === 'unknown') return from;
    return partly(
      from,
      entries(from).map(([, value]) => value),
      site,
    );
  }),
  catAttrs: two(({ site }, a, b) => {
    const [name, items] = [forceString(a, site), forceKind(b, 'list', site)];
    if (typeof name !== 'string') return name;
    if (items.kind === 'unknown') return items;
    const found: Thunk[] = [];
    for (const item of items.items) {
      const from = complete(item, site);
      if (from.kind === 'unknown') return from;
      const value = from.attributes.get(name);
      if (value !== undefined) found.push(value);
    }
    return list(found);
  }),
  getAttr: two(({ site }, a, b) => {
    const [name, from] = [forceString(a, site), b.force()];
    if (typeof name !== 'string') return name;
    return select(from, name, site)?.force() ?? unknown(`attribute "${name}" is missing`, site);
  }),
  hasAttr: two(({ site }, a, b) => {
    const [name, from] = [forceString(a, site), forceKind(b, 'set', site)];
    if (typeof name !== 'string') return name;
    if (from.kind === 'unknown') return from;
    return from.attributes.get(name) === undefined ? (from.attributes.rest ?? FALSE) : TRUE;
  }),
  intersectAttrs: two(({ site }, a, b) => {
    const [left, right] = [complete(a, site), complete(b, site)];
    if (left.kind === 'unknown') return left;
    if (right.kind === 'unknown') return right;
    return set(entries(right).filter(([name]) => left.attributes.get(name) !== undefined));
  }),
  listToAttrs: one(({ site }, a) => {
    const items = forceOpen(a, site);
    return isUnknown(items) ? items : fromList(items, site);
  }),
  mapAttrs: two((call, f, a) => {
    const from = forceKind(a, 'set', call.site);
    return from.kind === 'unknown' ? from : mapped(call, f, from);
  }),
  removeAttrs: two(({ site }, a, b) => {
    const [from, names] = [forceKind(a, 'set', site), forceOpen(b, site)];
    if (from.kind === 'unknown') return from;
    if (isUnknown(names)) return names;
    const { items, rest } = names;
    const removed = forceStrings(
      items.map(({ item }) => item),
      site,
    );
    if (isUnknown(removed)) return removed;
    const doubt = uncertainty({ items, rest });
    return set(
      rest === undefined ? entries(from).filter(([name]) => !removed.includes(name)) : [],
      from.attributes.rest ?? (doubt && derived(doubt)),
    );
  }),
  zipAttrsWith: two((call, f, a) => {
    const items = forceKind(a, 'list', call.site);
    if (items.kind === 'unknown') return items;
    const values = new Map<string, Thunk[]>();
    for (const item of items.items) {
      const from = complete(item, call.site);
      if (from.kind === 'unknown') return from;
      for (const [name, value] of entries(from)) values.set(name, [...(values.get(name) ?? []), value]);
    }
    const zipped = set([...values].map(([name, found]) => [name, Thunk.of(list(found))]));
    return mapped(call, f, zipped);
  }),
  functionArgs: one(({ site }, a) => {
    const value = forceKind(a, 'function', site);
    if (value.kind === 'unknown') return value;
    return set([...(value.fields ?? [])].map(([name, fallback]) => [name, Thunk.of(boolean(fallback))]));
  }),

  concatStringsSep: two(({ site, state }, a, b) => {
    const [separator, items] = [forceKind(a, 'text', site), forceKind(b, 'list', site)];
    if (separator.kind === 'unknown') return separator;
    if (items.kind === 'unknown') return items;
    const parts: (string | Unknown)[] = [];
    for (const [index, item] of items.items.entries()) {
      const made = interpolated(item.force(), state, site);
      if (made.kind === 'unknown') return made;
      if (index > 0) for (const part of separator.parts) parts.push(part);
      for (const part of made.parts) parts.push(part);
    }
    return bounded(joined(parts), site);
  }),
  replaceStrings: three(({ site }, a, b, c) => {
    const [from, to, subject] = [
      forceKind(a, 'list', site),
      forceKind(b, 'list', site),
      forceString(c, site),
    ];
    if (from.kind === 'unknown') return from;
    if (to.kind === 'unknown') return to;
    if (typeof subject !== 'string') return subject;
    const [old, fresh] = [forceStrings(from.items, site), forceStrings(to.items, site)];
    if (isUnknown(old)) return old;
    if (isUnknown(fresh)) return fresh;
    if (old.length !== fresh.length) return unknown('the lists differ in length', site);
    return bounded(readBack(replaced(old, fresh, subject)), site);
  }),
  stringLength: one(({ site }, a) => {
    const value = forceString(a, site);
    return typeof value === 'string' ? integer(Buffer.byteLength(value)) : value;
  }),
  substring: three(({ site }, a, b, c) => {
    const [start, length, subject] = [
      forceKind(a, 'integer', site),
      forceKind(b, 'integer', site),
      forceString(c, site),
    ];
    if (start.kind === 'unknown') return start;
    if (length.kind === 'unknown') return length;
    if (typeof subject !== 'string') return subject;
    if (start.value < 0) return unknown('a string has no negative positions', site);
    return bytes(subject, start.value, length.value) ?? unknown('half a character', site);
  }),
  match: two(({ site }, a, b) => {
    const [pattern, subject] = [forceString(a, site), forceString(b, site)];
    if (typeof pattern !== 'string') return pattern;
    if (typeof subject !== 'string') return subject;
    const groups = matchWhole(pattern, subject);
    if (groups === undefined) return unknown('hsdoctor cannot evaluate this regular expression', site);
    return groups === null
      ? NULL
      : list(groups.map((group) => Thunk.of(group === undefined ? NULL : readBack(group))));
  }),
  compareVersions: two(({ site }, a, b) => {
    const [left, right] = [forceString(a, site), forceString(b, site)];
    if (typeof left !== 'string') return left;
    return typeof right === 'string' ? integer(compareVersions(left, right)) : right;
  }),
  splitVersion: one(({ site }, a) => {
    const version = forceString(a, site);
    return typeof version === 'string'
      ? list(splitVersion(version).map((part) => Thunk.of(text(part))))
      : version;
  }),
  toString: one(({ state, site }, a) => {
    const value = a.force();
    return bounded(printed(value, state, site), site);
  }),
  toJSON: one(({ state, site }, a) => {
    const parts = toJson(a.force(), state, site);
    return isUnknown(parts) ? parts : bounded(joined(parts), site);
  }),
  fromJSON: one(({ site }, a) => {
    const written = forceString(a, site);
    return typeof written === 'string' ? fromJson(written, site) : written;
  }),
  fromTOML: one(({ site }, a) => {
    const written = forceString(a, site);
    return typeof written === 'string' ? fromToml(written, site) : written;
  }),
  hashString: two(({ site }, a, b) => {
    const [type, subject] = [forceString(a, site), forceString(b, site)];
    if (typeof type !== 'string') return type;
    if (typeof subject !== 'string') return subject;
    if (!['md5', 'sha1', 'sha256', 'sha512'].includes(type)) return unknown(`no hash "${type}"`, site);
    return text(createHash(type).update(subject).digest('hex'));
  }),
  unsafeDiscardStringContext: one(({ state, site }, a) => interpolated(a.force(), state, site)),
  baseNameOf: one(({ site }, a) => {
    const value = a.force();
    if (value.kind === 'path') return text(posix.basename(value.path));
    const name = forceString(a, site);
    return typeof name === 'string' ? readBack(name.replace(/\/$/, '').replace(/^.*\//s, '')) : name;
  }),
  dirOf: one(({ site }, a) => {
    const value = a.force();
    if (value.kind === 'path') return { kind: 'path', path: posix.dirname(value.path) };
    const name = forceString(a, site);
    if (typeof name !== 'string') return name;
    const slash = name.lastIndexOf('/');
    return readBack(slash < 0 ? '.' : slash === 0 ? '/' : name.slice(0, slash));
  }),

  import: one((call, a) => {
    const { state, site } = call;
    const value = a.force();
    const written = value.kind === 'set' ? interpolated(value, state, site) : value;
    const source = sourceIn(written);
    const outside = source && state.importOutside(...source);
    if (outside !== undefined) return outside;
    if (written.kind === 'unknown') return importOf(written, site);
    const path = pathTo(Thunk.of(written), call);
    return typeof path === 'string' ? state.import({ kind: 'path', path }, site) : importOf(path, site);
  }),
  getEnv: one(({ site }, a) => {
    const name = forceString(a, site);
    if (typeof name !== 'string') return name;
    if (UNSET_VARIABLES.test(name)) return text('');
    return unknown(notEvaluated('getEnv'), site, { name: 'builtins.getEnv', arguments: [a] });
  }),
  pathExists: one((call, a) => {
    const { state, site } = call;
    const path = pathTo(a, call);
    if (typeof path !== 'string') return path;
    if (path.startsWith('/')) return unknown(`${path} is outside of this tree`, site);
    return boolean(state.tree.kind(path) !== 'absent');
  }),
  readFile: one((call, a) => {
    const { state, site } = call;
    const path = pathTo(a, call);
    if (typeof path !== 'string') return path;
    const read = path.startsWith('/') ? { reason: 'is outside of this tree' } : state.tree.text(path);
    return 'text' in read
      ? bounded(text(read.text), site)
      : unknown(`${path} ${read.reason}`, site, { path });
  }),
  readDir: one((call, a) => {
    const { state, site } = call;
    const path = pathTo(a, call);
    if (typeof path !== 'string') return path;
    const names = path.startsWith('/') ? undefined : state.tree.folder(path);
    if (names === undefined) return unknown(`${path} is not a folder in this tree`, site);
    return set([...names].map(([name, kind]) => [name, Thunk.of(text(kind))]));
  }),
  readFileType: one((call, a) => {
    const { state, site } = call;
    const path = pathTo(a, call);
    if (typeof path !== 'string') return path;
    const kind = path.startsWith('/') ? 'absent' : state.tree.kind(path);
    if (kind !== 'file' && kind !== 'folder') return unknown(`${path} is not in this tree`, site);
    return text(kind === 'file' ? 'regular' : 'directory');
  }),
  toPath: one((_, a) => a.force()),
  path: one(({ site }, a) => {
    const from = forceKind(a, 'set', site);
    const path = from.kind === 'set' ? from.attributes.get('path')?.force() : undefined;
    return unknown('its path in the store is not known', site, {
      name: 'builtins.path',
      arguments: [a],
      ...(path?.kind === 'path' ? { path: path.path } : {}),
    });
  }),

  seq: two((_, a, b) => {
    const value = a.force();
    return value.kind === 'unknown' ? value : b.force();
  }),
  deepSeq: two(({ state }, a, b) => deep(a.force(), state) ?? b.force()),
  trace: two((_, _message, b) => b.force()),
  traceVerbose: two((_, _message, b) => b.force()),
  warn: two((_, _message, b) => b.force()),
  addErrorContext: two((_, _message, b) => b.force()),
  tryEval: one((_, a) => {
    const value = a.force();
    if (value.kind === 'unknown') return value;
    return set([
      ['success', Thunk.of(TRUE)],
      ['value', Thunk.of(value)],
    ]);
  }),
};

/** What nixpkgs' `lib` has in Nix, and what here tells more where a part is not known. */
const OF_LIBRARY: Readonly<Record<string, Builtin>> = {
  // In Nix itself each step needs the list of all that follows.
  splitString: two(({ site, state }, a, b) => {
    const [separator, subject] = [forceString(a, site), forceString(b, site)];
    if (typeof separator !== 'string') return separator;
    if (typeof subject !== 'string') return subject;
    if (separator === '') return unknown('the separator is empty', site);
    const parts = subject.split(separator);
    if (!state.spend(parts.length)) return unknown('there is too much to evaluate', site);
    return list(parts.map((part) => Thunk.of(text(part), site)));
  }),
  flatten: one((call, a) => listOf(flat(a.force(), call), call.site)),
  unique: one((call, a) => {
    const items = forceOpen(a, call.site);
    return isUnknown(items) ? items : distinct(items, call);
  }),
  filterAttrs: two((call, test, a) => {
    const from = forceKind(a, 'set', call.site);
    return from.kind === 'unknown' ? from : kept(call, test, from);
  }),
};

/** What is fetched is known by where it is from. */
const FETCHERS = ['fetchGit', 'fetchMercurial', 'fetchTarball', 'fetchTree', 'getFlake'];

const fetched = (name: string): Builtin =>
  one(({ site }, a) => {
    const origin = originOf(a.force());
    return unknown(notEvaluated(name), site, {
      name: `builtins.${name}`,
      arguments: [a],
      ...(origin === undefined ? {} : { origin }),
    });
  });

const notEvaluated = (name: string) => `hsdoctor cannot evaluate builtins.${name}`;

/** What these give is a part of what they are given, or the whole of it. */
const PASSING = new Set([
  ...FETCHERS,
  ...[
    'head',
    'tail',
    'elemAt',
    'filter',
    'partition',
    'sort',
    'attrValues',
    'getAttr',
    'removeAttrs',
    'catAttrs',
  ],
  ...['seq', 'deepSeq', 'trace', 'traceVerbose', 'warn', 'addErrorContext', 'import', 'path', 'toPath'],
]);

/** What else is made of something that is not known is no longer that alone. */
function marked(name: string, [arity, run]: Builtin): Builtin {
  if (PASSING.has(name)) return [arity, run];
  return [
    arity,
    (call, ...args) => {
      const value = run(call, ...args);
      return value.kind === 'unknown' && isOutside(value) ? derived(value) : value;
    },
  ];
}

function thrown(message: Thunk, site: Site | undefined): Unknown {
  return unknown(`it ends with the error "${plainText(message.force()) ?? '…'}"`, site);
}

function importOf(from: Unknown, site: Site | undefined): Unknown {
  return unknown(from.reason, site, {
    name: `(import ${from.name ?? '…'})`,
    ...(from.isDerived === true ? { isDerived: true } : {}),
    ...(from.origin === undefined ? {} : { origin: from.origin }),
  });
}

/** What Nix has and is not worked out here: outside of these files, or of no use to a configuration. */
const OUTSIDE = [
  ...['currentSystem', 'currentTime', 'fetchurl', 'derivation', 'derivationStrict', 'filterSource'],
  ...['findFile', 'genericClosure'],
  ...['hashFile', 'nixPath', 'nixVersion', 'parseDrvName', 'placeholder', 'scopedImport', 'split'],
  ...['storeDir', 'storePath', 'toFile', 'toXML', 'unsafeGetAttrPos', 'getContext', 'hasContext'],
  ...['unsafeDiscardOutputDependency', 'langVersion', 'outputOf', 'appendContext', 'fetchClosure'],
];

/** The names that need no `builtins.` in front. */
const GLOBAL = [
  ...['abort', 'baseNameOf', 'derivation', 'derivationStrict', 'dirOf', 'fetchGit', 'fetchMercurial'],
  ...['fetchTarball', 'fetchTree', 'fromTOML', 'import', 'isNull', 'map', 'placeholder', 'removeAttrs'],
  ...['scopedImport', 'throw', 'toString'],
];

const functionsOf = (table: Readonly<Record<string, Builtin>>, state: EvalState) =>
  Object.entries(table).map(
    ([name, builtin]) => [name, Thunk.of(asFunction(marked(name, builtin), state))] as const,
  );

export function globals(state: EvalState): ReadonlyMap<string, Thunk> {
  const constants = new Map<string, Thunk>([
    ['true', Thunk.of(TRUE)],
    ['false', Thunk.of(FALSE)],
    ['null', Thunk.of(NULL)],
  ]);
  const functions = new Map<string, Thunk>([
    ...OUTSIDE.map((name) => {
      const value = unknown(notEvaluated(name), undefined, { name: `builtins.${name}` });
      return [name, Thunk.of(value)] as const;
    }),
    ...functionsOf(Object.fromEntries(FETCHERS.map((name) => [name, fetched(name)])), state),
    ...functionsOf(TABLE, state),
  ]);
  const ofLibrary = Thunk.of(set(functionsOf(OF_LIBRARY, state)));
  const more = unknown('hsdoctor does not know this builtin', undefined, { name: 'builtins' });
  const builtins: Thunk = Thunk.delay(() =>
    set([...constants, ...functions, ['builtins', builtins], ['__lib', ofLibrary]], more),
  );
  const global = GLOBAL.flatMap((name) => {
    const found = functions.get(name);
    return found === undefined ? [] : [[name, found] as const];
  });
  return new Map([...constants, ...global, ['builtins', builtins]]);
}
