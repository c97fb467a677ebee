/** The entry of a table by a name from outside: what every object has, such as `constructor`, is none of its entries. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
