import { aligned } from './alignment.ts';

/** Items that leave a list, one behind the other, and what comes in their place: at the end, where none leaves. */
export interface ListChange {
  readonly remove: readonly string[];
  readonly add: readonly string[];
}

/** What makes one list of the other, by the items that change alone; undefined where those do not say it clearly. */
export function listChanges(
  before: readonly string[],
  after: readonly string[],
): readonly ListChange[] | undefined {
  const steps = aligned(before, after);
  if (steps === undefined) return undefined;
  const changes: { readonly remove: string[]; readonly add: string[] }[] = [];
  let open: (typeof changes)[number] | undefined;
  for (const { kind, text } of steps) {
    if (kind === 'both') {
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = { remove: [], add: [] };
      changes.push(open);
    }
    open[kind === 'removed' ? 'remove' : 'add'].push(text);
  }
  return changes.length > 0 && isSame(changedList(before, changes), after) ? changes : undefined;
}

/** The list with these changes; undefined where what leaves is not there, or could be meant at another place, too. */
export function changedList(
  list: readonly string[],
  changes: readonly ListChange[],
): readonly string[] | undefined {
  const replaced = new Map<number, ListChange>();
  const leaving = changes.filter(({ remove }) => remove.length > 0);
  for (const alike of Map.groupBy(leaving, ({ remove }) => JSON.stringify(remove)).values()) {
    const places = placesOf(alike[0]?.remove ?? [], list);
    if (places.length !== alike.length) return undefined;
    for (const [index, change] of alike.entries()) replaced.set(places[index] ?? 0, change);
  }
  const result: string[] = [];
  for (let at = 0; at < list.length; ) {
    const { remove, add } = replaced.get(at) ?? { remove: [''], add: list.slice(at, at + 1) };
    result.push(...add);
    at += remove.length;
  }
  return [...result, ...changes.flatMap(({ remove, add }) => (remove.length === 0 ? add : []))];
}

/** Where these items stand in a list, one behind the other. */
const placesOf = (items: readonly string[], list: readonly string[]) =>
  list.flatMap((_, at) => (isSame(list.slice(at, at + items.length), items) ? at : []));

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
