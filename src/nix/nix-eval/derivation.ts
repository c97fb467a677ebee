/** What matters of a `.drv` file, which says how something in the store is built. */
export interface Derivation {
  /** The paths that it makes. */
  readonly outputs: readonly string[];
  /** The text that it writes, where it does only that: `pkgs.writeText`, `pkgs.writeShellScript`. */
  readonly content: string | undefined;
  /** The function that writes it, by what it becomes: a text, a script, or a folder with one. */
  readonly writer: string;
  /** The `.drv` files that it needs. */
  readonly needs: readonly string[];
}

/** Reads the form in which nix writes it: `Derive([(...)],...)`. */
export function readDerivation(text: string): Derivation {
  const terms = [...text.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|[[\]]/g)];
  const outputs: string[] = [];
  const needs: string[] = [];
  const environment: string[] = [];
  let depth = 0;
  let list = 0;
  for (const [term, string] of terms) {
    if (term === '[') {
      if (depth++ === 0) list++;
    } else if (term === ']') depth--;
    else if (string !== undefined && depth > 0) {
      const value = unescaped(string);
      if (list === 1) outputs.push(value);
      else if (list === 2 && depth === 1) needs.push(value);
      else if (list === 5) environment.push(value);
    }
  }
  const variables = new Map(
    environment.flatMap((name, index) => (index % 2 === 0 ? [[name, environment[index + 1] ?? '']] : [])),
  );
  const structured = structuredAttributes(variables.get('__json'));
  const value = (name: string) => variables.get(name) ?? structured[name];
  const content = value('text');
  return {
    outputs: outputs.filter((_, index) => index % 4 === 1),
    content: typeof content === 'string' ? content : undefined,
    writer: writerOf(value('destination'), value('executable')),
    needs,
  };
}

function writerOf(destination: unknown, executable: unknown): string {
  if (typeof destination === 'string' && destination.startsWith('/bin/')) return 'pkgs.writeShellScriptBin';
  return executable === true || executable === '1' ? 'pkgs.writeShellScript' : 'pkgs.writeText';
}

function structuredAttributes(json: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const attributes = JSON.parse(json ?? '{}');
    return typeof attributes === 'object' && attributes !== null ? attributes : {};
  } catch {
    return {};
  }
}

function unescaped(string: string): string {
  return string.replace(/\\([\s\S])/g, (_, char: string) => {
    if (char === 'n') return '\n';
    if (char === 't') return '\t';
    return char === 'r' ? '\r' : char;
  });
}
