import type { Site } from '../place.ts';
import { list, type Thunk, type Unknown, unknown, type Value } from './value.ts';

/**
 * A list of which a part is not known. As a value it is `Unknown`, so that who does not ask for this does not take what is
 * known of it for the whole list.
 */
export interface OpenList {
  readonly items: readonly OpenItem[];
  /** Why there may be more items than these. */
  readonly rest: Unknown | undefined;
}

export interface OpenItem {
  readonly item: Thunk;
  /** Why it may not be there. */
  readonly doubt: Unknown | undefined;
}

const NOTHING: readonly never[] = [];
/** Choices within choices are told apart so far. */
const DEEPEST = 6;
const MOST_ITEMS = 20_000;

/** What is known of a list, also of one that is not known as a whole; undefined for what is no list. */
export function openList(value: Value, depth = 0): OpenList | undefined {
  if (value.kind === 'list')
    return { items: value.items.map((item) => ({ item, doubt: undefined })), rest: undefined };
  if (value.kind !== 'unknown') return undefined;
  if (value.open !== undefined) return value.open;
  if (value.either === undefined || depth > DEEPEST) return { items: NOTHING, rest: value };
  const doubt = bare(value);
  const lists = value.either.flatMap((each) => openList(each.force(), depth + 1) ?? []);
  return {
    items: lists.flatMap(({ items }) => items.map((each) => ({ ...each, doubt: each.doubt ?? doubt }))),
    rest: lists.find(({ rest }) => rest !== undefined)?.rest,
  };
}

/** Why not all of it is known; undefined for a whole list. */
export const uncertainty = ({ items, rest }: OpenList): Unknown | undefined =>
  rest ?? items.find(({ doubt }) => doubt !== undefined)?.doubt;

/** The list, or as much of it as is known. */
export function listOf({ items, rest }: OpenList, site: Site | undefined): Value {
  const why = uncertainty({ items, rest });
  if (why === undefined) return list(items.map(({ item }) => item));
  if (items.length > MOST_ITEMS) return unknown('the list is too long', site);
  return { ...bare(why), isDerived: true, open: { items, rest } };
}

/** Of several lists one. */
export function concatenation(lists: readonly OpenList[], site: Site | undefined): Value {
  const open = { items: lists.flatMap(({ items }) => items), rest: lists.find(({ rest }) => rest)?.rest };
  return listOf(open, site);
}

/** One of these values: which, depends on a condition that is not known. */
export const choice = (condition: Unknown, either: readonly Thunk[]): Unknown => ({
  ...bare(condition),
  isDerived: true,
  either,
});

/** What was made of something that is not known. */
export const derived = (from: Unknown): Unknown => (from.isDerived ? from : { ...from, isDerived: true });

/** Why it is not known, without what is known of it. */
export function bare({ either: _, open: __, isDerived: ___, ...why }: Unknown): Unknown {
  return why;
}
