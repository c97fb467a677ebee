import { type Data, dataOf, type Opaque } from './data.ts';
import type { Entry } from './ground-truth/expression.ts';
import { reachable } from './imports.ts';
import type { Configuration, Gap } from './modules/configuration.ts';
import { type Flat, holds } from './modules/definition.ts';
import { ownSite, type Place, placeOf } from './place.ts';
import type { SourceTree } from './source-tree.ts';

/** What an option is, as far as these files tell. */
export type Option =
  | {
      readonly state: 'known';
      readonly value: Data;
      /** The definition that is in force; the first of several that are merged; the declaration of a default. */
      readonly at: Place | undefined;
      readonly isDefault: boolean;
    }
  /** Nothing here sets it: it has its default, which is declared elsewhere. */
  | { readonly state: 'unset' }
  | ({ readonly state: 'unknown'; readonly parts?: readonly (string | Opaque)[] } & Omit<Opaque, 'kind'>);

export interface DefinitionPlace {
  readonly at: Place | undefined;
  readonly priority: number;
  /** Whether the conditions above it hold. */
  readonly holds: boolean | 'unknown';
  readonly value: Data;
}

export interface AttributeNames {
  readonly names: readonly string[];
  /** Whether there are no others, as far as the files of this tree go. */
  readonly complete: boolean;
}

type Path = string | readonly string[];

/** The configuration of one machine. Nothing in it throws, and what was asked once is kept. */
export class Host {
  readonly name: string;
  readonly system: 'nixos' | 'darwin' | 'home' | 'unknown';
  /** Where nix finds it. */
  readonly entry: Entry;
  readonly #configuration: Configuration;

  readonly #tree: SourceTree;

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
  option(path: Path): Option {
    const branch = this.#configuration.root.at(namesOf(path));
    const flats = branch.flats();
    const defaults = branch.defaults();
    const winners = branch.winners();
    const value = branch.force();
    if (value.kind === 'unknown') {
      const nothing = !('kind' in winners) && winners.length === 0;
      const gap = this.#configuration.gap();
      if (nothing && gap === undefined) return { state: 'unset' };
      return unknownOption(dataOf(value));
    }
    const [first = flats.find((flat) => holds(flat) !== false)] = 'kind' in winners ? [] : winners;
    const at = placeOfFlat(first);
    const data = dataOf(value);
    if (isObject(data) && data.kind === 'text') {
      const hole = data.parts.find((part) => typeof part !== 'string');
      return { ...unknownOption(hole ?? data), parts: data.parts, ...(at === undefined ? {} : { at }) };
    }
    if (
      flats.length === 0 &&
      defaults.length === 0 &&
      isObject(data) &&
      data.kind === 'set' &&
      data.attributes.size === 0
    )
      return { state: 'unset' };
    return { state: 'known', value: data, at, isDefault: first !== undefined && defaults.includes(first) };
  }

  /** The items of a list, each where it stands; one item where it is no list. Why there may be others, or what they are. */
  items(path: Path): {
    readonly items: readonly { readonly value: Data; readonly at: Place | undefined }[];
    readonly isList: boolean;
    readonly unknown?: string;
  } {
    const option = this.option(path);
    if (option.state === 'unset') return { items: [], isList: false };
    const value = this.#configuration.root.at(namesOf(path)).force();
    if (value.kind === 'list')
      return {
        items: value.items.map((item) => {
          const site = ownSite(item.site);
          return { value: dataOf(item.force()), at: site === undefined ? option.at : placeOf(site) };
        }),
        isList: true,
      };
    if (option.state === 'known')
      return { items: option.value === null ? [] : [{ value: option.value, at: option.at }], isList: false };
    const items = option.parts === undefined ? [] : [{ value: dataOf(value), at: option.at }];
    return { items, isList: false, ...(option.parts === undefined ? { unknown: option.reason } : {}) };
  }

  /** The names below a path: the containers, the units, the secrets. */
  attributes(path: Path): AttributeNames {
    const { names, rest } = this.#configuration.root.at(namesOf(path)).names();
    return { names: names.filter((name) => name !== '_module'), complete: rest === undefined };
  }

  /** Everything that sets a path itself, in force or not; what sets only a part of it is asked for by that part. */
  definitions(path: Path): readonly DefinitionPlace[] {
    const branch = this.#configuration.root.at(namesOf(path));
    return branch.flats().map((flat) => {
      const verdict = holds(flat);
      return {
        at: placeOfFlat(flat),
        priority: flat.priority,
        holds: typeof verdict === 'boolean' ? verdict : 'unknown',
        value: dataOf(flat.content),
      };
    });
  }

  /** The files whose modules this machine is made of, and those that these name, sorted. */
  get files(): readonly string[] {
    return reachable(
      this.#all().flatMap(({ files }) => [...files]),
      this.#tree,
    );
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
      queue.push(...configuration.nested);
    }
    return all;
  }
}

function unknownOption(data: Data): Option & { readonly state: 'unknown' } {
  if (isObject(data) && data.kind === 'unknown') {
    const { kind: _, ...rest } = data;
    return { state: 'unknown', ...rest };
  }
  return {
    state: 'unknown',
    reason: 'it is not known',
    at: undefined,
    name: undefined,
    arguments: [],
    path: undefined,
  };
}

function isObject(data: Data): data is Extract<Data, { readonly kind: string }> {
  return typeof data === 'object' && data !== null && 'kind' in data;
}

function placeOfFlat(flat: Flat | undefined): Place | undefined {
  const site = ownSite(flat?.site);
  return site === undefined ? undefined : placeOf(site);
}

/** The names of a path, also of one that is written as a text. */
export function namesOf(path: Path): readonly string[] {
  if (typeof path !== 'string') return path;
  if (!/"|^\.|\.\.|\.$|^$/.test(path)) return path.split('.');
  return [...path.matchAll(/"((?:[^"\\]|\\.)*)"|[^.]+/g)].map(([all, quoted]) => quoted ?? all);
}
