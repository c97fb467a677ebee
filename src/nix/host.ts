import type { Several } from '../model/known.ts';
import { reachable } from './imports.ts';
import type { Configuration, Gap } from './modules/configuration.ts';
import type { Entry } from './nix-eval/expression.ts';
import { type DefinitionPlace, type Items, type Option, OptionReading, type Reading } from './reading.ts';
import type { SourceTree } from './source-tree.ts';

export type OptionPath = string | readonly string[];

/** The configuration of one machine. Nothing in it throws, and what was asked once is kept. */
export class Host {
  readonly name: string;
  readonly system: 'nixos' | 'darwin' | 'home' | 'unknown';
  /** Where nix finds it. */
  readonly entry: Entry;
  readonly #configuration: Configuration;

  readonly #tree: SourceTree;
  #files: { readonly configurations: number; readonly files: readonly string[] } | undefined;

  constructor(
    name: string,
    system: Host['system'],
    configuration: Configuration,
    tree: SourceTree,
    entry: Entry,
  ) {
    this.#tree = tree;
    this.entry = entry;
    this.name = name;
    this.system = system;
    this.#configuration = configuration;
  }

  /**
   * @param path `services.immich.enable`, or its names: `["age", "secrets", "a.b", "file"]`. In a text, names with
   * dots stand in quotes: `age.secrets."a.b".file`.
   */
  option(path: OptionPath): Option {
    return this.#at(path).option();
  }

  /** The items of a list, each where it stands; one item where it is no list. */
  items(path: OptionPath): Items {
    return this.#at(path).items();
  }

  /** The names below a path: the containers, the units, the secrets. */
  attributes(path: OptionPath): Several<string> {
    return this.#at(path).names();
  }

  /** Everything that sets a path itself, in force or not; what sets only a part of it is asked for by that part. */
  definitions(path: OptionPath): readonly DefinitionPlace[] {
    return this.#at(path).definitions();
  }

  /** A path from which to pass through everything below. */
  reading(path: OptionPath): Reading {
    return this.#at(path);
  }

  #at(path: OptionPath): OptionReading {
    return new OptionReading(this.#configuration.root.at(namesOf(path)));
  }

  /** The files whose modules this machine is made of, and those that these name, sorted. */
  get files(): readonly string[] {
    const all = this.#all();
    // What is read later may add modules of submodules, and nothing else.
    if (this.#files?.configurations !== all.length)
      this.#files = { configurations: all.length, files: this.#filesOf(all) };
    return this.#files.files;
  }

  #filesOf(all: readonly Configuration[]): readonly string[] {
    const files = reachable(
      all.flatMap(({ files }) => [...files]),
      this.#tree,
    );
    const written = all.flatMap((each) => [...each.written]);
    return written.length === 0 ? files : [...new Set([...files, ...written])].sort();
  }

  /** What belongs to this machine and was not read. */
  get gaps(): readonly Gap[] {
    return this.#all().flatMap(({ gaps }) => gaps);
  }

  #all(): readonly Configuration[] {
    const all: Configuration[] = [];
    const queue = [this.#configuration];
    for (const configuration of queue) {
      configuration.modules();
      all.push(configuration);
      for (const nested of configuration.nested) queue.push(nested);
    }
    return all;
  }
}

/** The names of a path, also of one that is written as a text. */
export function namesOf(path: OptionPath): readonly string[] {
  if (typeof path !== 'string') return path;
  if (!/"|^\.|\.\.|\.$|^$/.test(path)) return path.split('.');
  return [...path.matchAll(/"((?:[^"\\]|\\.)*)"|[^.]+/g)].map(([all, quoted]) => quoted ?? all);
}
