import { posix } from 'node:path';
import type { Site } from '../place.ts';
import type { BinaryOperator } from '../syntax/expression.ts';
import { interpolated } from './coerce.ts';
import { equal, less } from './equality.ts';
import type { EvalState } from './eval-state.ts';
import { concatenation, type OpenList, openList } from './open-list.ts';
import {
  boolean,
  computedSet,
  describe,
  integer,
  isOutside,
  joined,
  list,
  plainText,
  type SetValue,
  set,
  Thunk,
  text,
  type Unknown,
  unknown,
  type Value,
} from './value.ts';

/** Longer strings and lists are not made: what doubles itself would fill the memory. */
const LONGEST_TEXT = 4 * 1024 * 1024;
const LONGEST_LIST = 200_000;

type Strict = Exclude<BinaryOperator, '&&' | '||' | '->'>;

export function binary(operator: Strict, left: Value, right: Value, state: EvalState, site: Site): Value {
  switch (operator) {
    case '==':
      return equal(left, right, site);
    case '!=':
      return negated(equal(left, right, site), site);
    case '<':
      return less(left, right, site);
    case '>':
      return less(right, left, site);
    case '<=':
      return negated(less(right, left, site), site);
    case '>=':
      return negated(less(left, right, site), site);
    case '++':
      return concatenated(left, right, state, site);
    case '//':
      return updated(left, right, site);
    case '+':
      return sum(left, right, state, site);
    default:
      return arithmetic(operator, left, right, site);
  }
}

export function negated(value: Value, site: Site): Value {
  if (value.kind === 'boolean') return boolean(!value.value);
  return value.kind === 'unknown' ? value : unknown(`${describe(value)} is not a Boolean`, site);
}

export function arithmetic(
  operator: '+' | '-' | '*' | '/',
  left: Value,
  right: Value,
  site: Site | undefined,
): Value {
  if (left.kind === 'unknown') return left;
  if (right.kind === 'unknown') return right;
  const whole = left.kind === 'integer' && right.kind === 'integer';
  if (
    (left.kind !== 'integer' && left.kind !== 'float') ||
    (right.kind !== 'integer' && right.kind !== 'float')
  )
    return unknown(
      `"${operator}" needs numbers, but was given ${describe(left)} and ${describe(right)}`,
      site,
    );
  const [a, b] = [left.value, right.value];
  if (operator === '/' && b === 0) return unknown('division by zero', site);
  const result = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b;
  return whole ? integer(Math.trunc(result)) : { kind: 'float', value: result };
}

function sum(left: Value, right: Value, state: EvalState, site: Site): Value {
  if (left.kind === 'integer' || left.kind === 'float') return arithmetic('+', left, right, site);
  if (left.kind === 'path') {
    if (right.kind === 'path') return joinedPath(left.path, `/${right.path}`);
    const tail = right.kind === 'text' ? plainText(right) : undefined;
    if (tail !== undefined) return joinedPath(left.path, tail);
    return right.kind === 'unknown'
      ? right
      : unknown(`a path and ${describe(right)} cannot be joined to a path`, site);
  }
  if (left.kind === 'unknown' && (right.kind !== 'text' || !isOutside(left))) return left;
  const front = interpolated(left, state, site);
  // Behind a set with an outPath a path is no copy: self + /modules.
  const isBelow = left.kind === 'set' && right.kind === 'path' && right.path.startsWith('/');
  const back = isBelow ? text(right.path) : interpolated(right, state, site);
  if (front.kind === 'unknown') return front;
  if (back.kind === 'unknown') return back;
  return bounded(joined([...front.parts, ...back.parts]), site);
}

/** In the tree, `..` at its top stays there, as a flake cannot look outside of itself either. */
export function joinedPath(front: string, tail: string): Value {
  const path = posix.normalize(`${front}${tail}`).replace(/(?<=.)\/$/, '');
  if (path === '..' || path.startsWith('../')) return unknown('the path leads out of this tree', undefined);
  return { kind: 'path', path };
}

export function bounded(value: Value, site: Site | undefined): Value {
  if (value.kind !== 'text') return value;
  const plain = plainText(value);
  if (plain !== undefined && plain.length <= LONGEST_TEXT) return value;
  const length = value.parts.reduce(
    (sum, part) => sum + (typeof part === 'string' ? part.length : 0),
    value.parts.length,
  );
  return length > LONGEST_TEXT ? unknown('the string is too long', site) : value;
}

function concatenated(left: Value, right: Value, state: EvalState, site: Site): Value {
  const lists: OpenList[] = [];
  for (const value of [left, right]) {
    const known = openList(value);
    if (known === undefined) return unknown(`"++" needs lists, but was given ${describe(value)}`, site);
    lists.push(known);
  }
  const length = lists.reduce((sum, { items }) => sum + items.length, 0);
  if (length > LONGEST_LIST || !state.spend(length)) return unknown('the list is too long', site);
  if (left.kind === 'list' && right.kind === 'list') return list([...left.items, ...right.items]);
  return concatenation(lists, site);
}

/** `left // right`: of a side that is not known, the other's attributes are. */
export function updated(left: Value, right: Value, site: Site | undefined): Value {
  for (const side of [left, right]) if (side.kind === 'unknown' && !isOutside(side)) return side;
  if (left.kind === 'unknown' && right.kind === 'unknown') return right;
  if (right.kind === 'unknown') {
    if (left.kind !== 'set') return unknown(`"//" needs sets, but was given ${describe(left)}`, site);
    return set(
      left.attributes.names().map((name) => [name, Thunk.of(right, site)]),
      right,
    );
  }
  if (right.kind !== 'set') return unknown(`"//" needs sets, but was given ${describe(right)}`, site);
  if (left.kind === 'unknown') return overlaid(set([], left), right);
  if (left.kind !== 'set') return unknown(`"//" needs sets, but was given ${describe(left)}`, site);
  return overlaid(left, right);
}

function overlaid(left: SetValue, right: SetValue): Value {
  const { rest } = right.attributes;
  const hidden = (front: Unknown) => Thunk.of(front, front.site);
  return computedSet({
    rest: rest ?? left.attributes.rest,
    names: () => [...new Set([...left.attributes.names(), ...right.attributes.names()])].sort(),
    get(name) {
      const found = right.attributes.get(name);
      if (found !== undefined) return found;
      const behind = left.attributes.get(name);
      return behind !== undefined && rest !== undefined ? hidden(rest) : behind;
    },
  });
}
