export interface Assignments {
  readonly values: ReadonlyMap<string, string>;
  /** Lines that are neither an assignment nor a comment. */
  readonly rest: readonly string[];
}

/** Quoted text, or a bare word that ends where a comment begins. */
const VALUE = /^(?:"((?:\\.|[^"\\])*)"|'([^']*)'|([^\s"'](?:[^\s]|[ \t]+(?!#)(?=\S))*)?)(?:\s+#.*|\s*)$/;

/** `KEY=value` lines as a shell takes them in: `export`, quotes and comments may stand there; the last one of a name counts. */
export function assignments(text: string): Assignments {
  const values = new Map<string, string>();
  const rest: string[] = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name, assigned = ''] = /^(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(trimmed) ?? [];
    const value = name === undefined ? undefined : unquoted(assigned);
    if (name === undefined || value === undefined) rest.push(trimmed);
    else values.set(name, value);
  }
  return { values, rest };
}

/** Undefined where a quote is not closed, or something follows it. */
export function unquoted(text: string): string | undefined {
  const match = VALUE.exec(text);
  if (match === null) return undefined;
  const [, double, single, bare] = match;
  return double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? bare ?? '';
}
