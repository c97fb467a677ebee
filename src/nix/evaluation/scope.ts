import type { Site } from '../place.ts';
import type { SourceFile } from '../source-tree.ts';
import type { SyntaxTree } from '../syntax/tree.ts';
import { select } from './select.ts';
import { type Thunk, unknown, type Value } from './value.ts';

interface Names {
  get(name: string): Thunk | undefined;
}

/** The names that an expression sees. What is bound by a name wins over every `with`, however near that is. */
export class Scope {
  readonly file: SourceFile;
  readonly #parent: Scope | undefined;
  readonly #names: Names | undefined;
  readonly #with: Thunk | undefined;

  private constructor(file: SourceFile, parent: Scope | undefined, names: Names | undefined, opened?: Thunk) {
    this.file = file;
    this.#parent = parent;
    this.#names = names;
    this.#with = opened;
  }

  get tree(): SyntaxTree {
    return this.file.syntax.tree;
  }

  /** A place in the file that it is the scope of. */
  site(start: number): Site {
    return { file: this.file, start };
  }

  static ofFile(file: SourceFile, names: Names): Scope {
    return new Scope(file, undefined, names);
  }

  /** Names may still be added: recursive sets see themselves. */
  binding(names: Names): Scope {
    return new Scope(this.file, this, names);
  }

  opening(set: Thunk): Scope {
    return new Scope(this.file, this, undefined, set);
  }

  /** What the name is bound to already, without a look into what a `with` opens. */
  bound(name: string): Thunk | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) {
      const found = scope.#names?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  read(name: string, start: number): Value {
    return this.bound(name)?.force() ?? this.#opened(name, start);
  }

  #opened(name: string, start: number): Value {
    const site = this.site(start);
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) {
      const opened = scope.#with?.force();
      if (opened === undefined) continue;
      if (opened.kind !== 'set' && opened.kind !== 'unknown') continue;
      const found = select(opened, name, site);
      if (found !== undefined) return found.force();
    }
    return unknown(`undefined variable "${name}"`, site);
  }
}
