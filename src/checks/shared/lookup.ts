/*
 * Checks look for one thing among thousands, and do so for each of thousands: what they look through is put in order once.
 */
const orders = new WeakMap<object, Map<string, ReadonlyMap<unknown, readonly unknown[]>>>();

function order<T>(
  list: readonly T[],
  name: string,
  make: () => ReadonlyMap<unknown, readonly T[]>,
): ReadonlyMap<unknown, readonly T[]> {
  const known = orders.get(list) ?? new Map<string, ReadonlyMap<unknown, readonly unknown[]>>();
  orders.set(list, known);
  const found = known.get(name) ?? make();
  known.set(name, found);
  return found as ReadonlyMap<unknown, readonly T[]>;
}

/** Those of a list whose `key` is that value, in their order. */
export function allWith<T, K extends keyof T & string>(
  list: readonly T[] | undefined,
  key: K,
  value: T[K],
): readonly T[] {
  if (list === undefined) return [];
  return order(list, key, () => Map.groupBy(list, (item) => item[key])).get(value) ?? [];
}

/** The first of those. */
export function firstWith<T, K extends keyof T & string>(
  list: readonly T[] | undefined,
  key: K,
  value: T[K],
): T | undefined {
  return allWith(list, key, value)[0];
}

/** Those of a list whose own list under `key` has that value in it. */
export function allHaving<K extends string, T extends { readonly [key in K]: readonly string[] }>(
  list: readonly T[] | undefined,
  key: K,
  value: string,
): readonly T[] {
  if (list === undefined) return [];
  const make = () => {
    const having = new Map<string, T[]>();
    for (const item of list)
      for (const each of new Set(item[key])) {
        const others = having.get(each);
        if (others === undefined) having.set(each, [item]);
        else others.push(item);
      }
    return having;
  };
  return order(list, `each of ${key}`, make).get(value) ?? [];
}

/** Whether one of a list is that value. */
export function isAmong<T>(list: readonly T[], value: T): boolean {
  return order(list, 'itself', () => Map.groupBy(list, (item) => item)).has(value);
}
