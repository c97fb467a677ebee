interface Use {
  readonly name: string;
  readonly start: number;
}

/** What nix itself binds, beside names that begin with two underscores: `__head`, `__nixPath`. */
const GLOBALS = new Set(
  (
    'abort baseNameOf break builtins derivation derivationStrict dirOf false fetchGit fetchMercurial fetchTarball ' +
    'fetchTree fromTOML import isNull map null placeholder removeAttrs scopedImport throw toString true'
  ).split(' '),
);

/** More than any file has: each scope looks at all that was used in it. */
const MOST = 100_000;

const isGlobal = (name: string): boolean => name.startsWith('__') || GLOBALS.has(name);

/**
 * The names that are used in what was read so far and bound by nothing in it. What binds names is read before it is known
 * which: so each place that does remembers where the uses in it begin, and takes its own out of them at its end.
 */
export class FreeNames {
  readonly #names: string[] = [];
  readonly #starts: number[] = [];
  #isFull = false;

  /** Where the uses of what is read next begin. */
  get mark(): number {
    return this.#names.length;
  }

  use(name: string, start: number): void {
    if (this.mark >= MOST) {
      this.#isFull = true;
      return;
    }
    this.#names.push(name);
    this.#starts.push(start);
  }

  /** Of the uses since `mark` these names are bound. */
  bind(mark: number, bound: ReadonlySet<string> | readonly string[]): void {
    const isBound = 'has' in bound ? bound : new Set(bound);
    let kept = mark;
    for (let index = mark; index < this.#names.length; index++) {
      const name = this.#names[index] ?? '';
      if (isBound.has(name)) continue;
      this.#names[kept] = name;
      this.#starts[kept] = this.#starts[index] ?? 0;
      kept++;
    }
    this.#cut(kept);
  }

  /** The uses since `mark` stand behind a `with`, which may have any name. */
  open(mark: number): void {
    this.#cut(mark);
  }

  #cut(length: number): void {
    this.#names.length = length;
    this.#starts.length = length;
  }

  /** The first use of each name that nothing binds. */
  unbound(): readonly Use[] {
    if (this.#isFull) return [];
    const found = new Map<string, number>();
    for (const [index, name] of this.#names.entries())
      if (!isGlobal(name) && !found.has(name)) found.set(name, this.#starts[index] ?? 0);
    return [...found].map(([name, start]) => ({ name, start }));
  }
}
