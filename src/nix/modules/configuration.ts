import type { SourceLocation } from '../../model/source-location.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { bare, derived, type OpenList, openList } from '../evaluation/open-list.ts';
import { updated } from '../evaluation/operators.ts';
import { select } from '../evaluation/select.ts';
import {
  computedSet,
  entries,
  type PathValue,
  type SetValue,
  set,
  Thunk,
  type Unknown,
  unknown,
  type Value,
} from '../evaluation/value.ts';
import { type Origins, type Touches, touches } from '../origins.ts';
import { ownSite, placeOf, type Site } from '../place.ts';
import { ENCRYPTED, LIMITS, LOCKED } from '../source-tree.ts';
import {
  type Definition,
  type DischargedDefinition,
  definition,
  PLAIN_ORDER,
  PLAIN_PRIORITY,
} from './definition.ts';
import { type ModuleSystem, OptionTree } from './option-tree.ts';
import { type OptionType, textOf } from './option-type.ts';
import { optionsArgument } from './options-argument.ts';

/** A module as it stands in a list of modules: a path, a function, a set; with what `mkIf` said where it stands. */
export interface ModuleSource {
  readonly value: Thunk;
  readonly within?:
    | (Pick<Definition, 'conditions' | 'priority' | 'order'> & { readonly isDoubtful?: boolean })
    | undefined;
  /** A set is the configuration itself, as the value of an option that is a submodule. */
  readonly onlyConfig?: boolean;
  /** It is a list of modules. */
  readonly isList?: boolean;
}

interface Module {
  readonly file: string | undefined;
  readonly config: Definition | undefined;
  readonly options: SetValue | undefined;
}

/** A module among those that import it, and those that it imports: who is disabled imports nothing. */
interface Collected {
  readonly module: Module;
  readonly key: string | undefined;
  readonly children: readonly Collected[];
  /** Nothing that is not known decides whether it is imported. */
  readonly isCertain: boolean;
}

/** Something that belongs to the configuration and was not read. */
export interface Gap {
  /**
   * `outside`: a module of another flake or of nixpkgs. Of this tree: a file that is not there (`missing`), that git-crypt keeps
   * `locked`, that is `encrypted` by age, beyond a `limit` of this reader, or otherwise `unreadable`; or something that is not known
   * (`unread`).
   */
  readonly kind: 'outside' | 'missing' | 'locked' | 'encrypted' | 'limit' | 'unreadable' | 'unread';
  /** What it may set: nothing that these files do not ask for, more of what there may be several of, or anything. */
  readonly touches: Touches;
  /** The path of the submodule whose options those are: a home of home-manager; empty for the machine. */
  readonly within: readonly string[];
  /** What it is called, where it has a name: `inputs.x.nixosModules.y`. */
  readonly name: string | undefined;
  readonly reason: string;
  readonly at: SourceLocation | undefined;
  /** The file that was to be read as a module there. */
  readonly file?: string | undefined;
}

export interface ConfigurationOptions {
  readonly evaluator: Evaluator;
  readonly modules: readonly ModuleSource[];
  /** `specialArgs`. */
  readonly special: Value | undefined;
  readonly lib: Thunk;
  readonly pkgs: Thunk;
  readonly origins: Pick<Origins, 'touchedBy'>;
  /** What a submodule is given beside these: `name`, `osConfig`. */
  readonly given?: ReadonlyMap<string, Thunk>;
  readonly path?: readonly string[];
}

/** How the reason begins of everything that a part which was not read may set. */
export const UNREAD_PART = 'a part of the configuration was not read';

const MOST_MODULES = 20_000;
/** What stands beside `config`, `options` and `imports` in a module, and is no option. */
const NO_OPTIONS = new Set(['imports', 'disabledModules', '_file', 'key', '_class', 'freeformType', 'meta']);

const STRUCTURE = new Set(['config', 'options']);

/** The modules of a host, or of a submodule, brought together: evaluated as far as somebody asks. */
export class Configuration implements ModuleSystem {
  readonly root: OptionTree;
  readonly files = new Set<string>();
  /** Where modules are written that are values, and no files of their own. */
  readonly written = new Set<string>();
  readonly gaps: Gap[] = [];
  readonly nested: Configuration[] = [];
  readonly #options: ConfigurationOptions;
  readonly #arguments: Thunk;
  #modules: readonly Module[] | undefined;
  readonly #unread: { readonly touches: Touches; readonly why: Unknown }[] = [];

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#arguments = Thunk.of(this.#moduleArguments());
    this.root = new OptionTree(this, {
      path: options.path ?? [],
      definitionsOf: () => this.modules().flatMap(({ config }) => config ?? []),
      declarationsOf: () => this.modules().flatMap((module) => module.options ?? []),
    });
  }

  gap(path: () => readonly string[]): Unknown | undefined {
    this.modules();
    if (this.#unread.length === 0) return undefined;
    const [all] = this.#unread.filter(({ touches }) => touches === 'everything');
    if (all !== undefined) return all.why;
    return this.#unread.find((each) => touches(each.touches, path()))?.why;
  }

  takeOption(): boolean {
    return this.#options.evaluator.takeOption();
  }

  get isOutOfOptions(): boolean {
    return this.#options.evaluator.isOutOfOptions;
  }

  call(callee: Value, argument: Thunk): Value {
    return this.#options.evaluator.call(callee, argument, argument.site);
  }

  submodule(
    path: readonly string[],
    type: OptionType,
    definitions: readonly DischargedDefinition[],
  ): OptionTree {
    const { evaluator, lib, pkgs, origins } = this.#options;
    const home = path[0] === 'home-manager' && path[1] === 'users';
    const modules: ModuleSource[] = [
      type.modules,
      home ? this.#valueAt(['home-manager', 'sharedModules']) : undefined,
    ]
      .filter((each) => each !== undefined)
      .map((value) => ({ value, isList: true }));
    const given = new Map([
      ['name', Thunk.of({ kind: 'text', parts: [path.at(-1) ?? ''] })],
      ...(home ? ([['osConfig', this.root]] as const) : []),
    ]);
    const nested = new Configuration({
      evaluator,
      lib,
      pkgs,
      origins,
      given,
      path,
      special: isVariant(path)
        ? this.#options.special
        : (home ? this.#valueAt(['home-manager', 'extraSpecialArgs']) : type.specialArguments)?.force(),
      modules: [
        ...modules,
        ...definitions.map(({ content, site, conditions, order }) => ({
          value: Thunk.of(content, site),
          within: { conditions, order, priority: PLAIN_PRIORITY },
          onlyConfig: type.open !== true,
        })),
      ],
    });
    this.nested.push(nested);
    return nested.root;
  }

  #valueAt(path: readonly string[]): Thunk | undefined {
    const tree = this.root.at(path);
    return tree.isSet ? tree : undefined;
  }

  modules(): readonly Module[] {
    if (this.#modules === undefined) {
      // What asks for the configuration while it is being put together gets nothing: Nix would not end.
      this.#modules = [];
      this.#modules = this.#collect();
    }
    return this.#modules;
  }

  #collect(): readonly Module[] {
    const found: Collected[] = [];
    const byFile = new Map<string, Collected>();
    const disabled = new Set<string>();
    const roots: Collected[] = [];
    const queue = this.#options.modules.map((source) => ({ source, siblings: roots }));
    for (let index = 0; index < queue.length; index++) {
      const next = queue[index];
      if (next === undefined) break;
      if (index >= MOST_MODULES) {
        this.#miss(
          unknown(`hsdoctor reads at most ${MOST_MODULES} modules`, next.source.value.site),
          undefined,
        );
        break;
      }
      const several = this.#severalOf(next.source);
      if (several !== undefined) {
        for (const source of several) queue.push({ source, siblings: next.siblings });
        continue;
      }
      const loaded = this.#load(next.source, byFile);
      if (loaded === undefined) continue;
      if ('children' in loaded) {
        next.siblings.push(loaded);
        continue;
      }
      const { module, key, imports } = loaded;
      const children: Collected[] = [];
      const collected = { module, key, children, isCertain: isCertain(next.source) };
      if (loaded.path !== undefined) byFile.set(loaded.path, collected);
      next.siblings.push(collected);
      found.push(collected);
      for (const source of imports) queue.push({ source, siblings: children });
      for (const each of loaded.disabled) disabled.add(each);
    }
    const kept = disabled.size === 0 ? new Set(found) : reached(roots, disabled);
    // Definitions of what is imported come before those of the module that imports it.
    return found
      .filter((each) => kept.has(each) && (each.isCertain || !isSurelyIn(byFile, each)))
      .map(({ module }) => module)
      .reverse();
  }

  #load(source: ModuleSource, seen: ReadonlyMap<string, Collected>) {
    const { site } = source.value;
    let value = source.value.force();
    let file: string | undefined;
    if (value.kind === 'text' || value.kind === 'path') {
      const path = pathOf(value);
      if (path === undefined)
        return this.#miss(value.kind === 'text' ? firstUnknown(value.parts) : undefined, site);
      file = this.#fileOf(path.path);
      const known = seen.get(file);
      if (known !== undefined && (known.isCertain || !isCertain(source))) return known;
      value = this.#options.evaluator.import(path, site);
      if (value.kind !== 'unknown' || value.path !== file) this.files.add(file);
    }
    if (value.kind === 'function') value = this.#options.evaluator.call(value, this.#arguments, site);
    if (value.kind === 'unknown') return this.#miss(value, site, file);
    if (value.kind !== 'set') return this.#miss(unknown('it is not a module', site), site, file);
    // A module that is a value is written somewhere, too.
    const within = file === undefined ? ownSite(site)?.file.path : undefined;
    if (within !== undefined && !within.endsWith('flake.nix')) this.written.add(within);
    return { ...this.#read(value, source, file ?? site?.file.path), path: file };
  }

  #fileOf(path: string): string {
    const { tree } = this.#options.evaluator;
    return tree.kind(path) === 'folder' ? `${path === '.' ? '' : `${path}/`}default.nix` : path;
  }

  #read(module: SetValue, source: ModuleSource, file: string | undefined) {
    const { attributes } = module;
    const within = source.within ?? {};
    const value = Thunk.of(module, source.value.site);
    const type = textOf(module, '_type');
    if (type === 'if' || type === 'override' || type === 'merge' || source.onlyConfig === true)
      return {
        module: { file, config: definition(value, within), options: undefined },
        key: file,
        imports: [],
        disabled: [],
      };
    const structured = attributes.get('config') !== undefined || attributes.get('options') !== undefined;
    const options = structured ? attributes.get('options')?.force() : undefined;
    if (structured) this.#missBeside(module, source.value.site);
    const config = structured ? attributes.get('config') : Thunk.of(withoutMeta(module), source.value.site);
    if (options?.kind === 'unknown') this.#miss(options, attributes.get('options')?.site);
    return {
      module: {
        file,
        config: config === undefined ? undefined : definition(config, within),
        options: options?.kind === 'set' ? options : undefined,
      },
      key: textOf(module, 'key') ?? file,
      imports: this.#sources({ ...source, value: attributes.get('imports') }),
      disabled: this.#disabled(attributes.get('disabledModules')),
    };
  }

  /** Beside `config` or `options` nix takes no options, and ends with an error. */
  #missBeside({ attributes }: SetValue, site: Site | undefined): void {
    const beside = attributes.names().find((name) => !NO_OPTIONS.has(name) && !STRUCTURE.has(name));
    if (beside === undefined) return;
    const where = attributes.get(beside)?.site ?? site;
    this.#miss(
      unknown(
        `"${beside}" is beside config or options, where nix allows no option: it belongs into config`,
        where,
      ),
      where,
    );
  }

  /** What a module is known by to `disabledModules`; undefined for one of nixpkgs, or of another flake. */
  #keyOf(thunk: Thunk): string | undefined {
    const value = thunk.force();
    const path = pathOf(value);
    if (path !== undefined) return this.#fileOf(path.path);
    if (value.kind === 'text') {
      const hole = firstUnknown(value.parts);
      return hole === undefined || isOutside(hole) ? undefined : this.#miss(hole, thunk.site);
    }
    const key = value.kind === 'set' ? textOf(value, 'key') : undefined;
    if (key !== undefined) return key;
    if (value.kind === 'unknown' && isOutside(value)) return undefined;
    const unread =
      value.kind === 'unknown' ? value : unknown('which module is disabled is not known', thunk.site);
    return this.#miss(unread, thunk.site);
  }

  /** The modules of a list; of one of which a part is not known, those that are. */
  #sources({ value, ...source }: Omit<ModuleSource, 'value'> & { value: Thunk | undefined }): ModuleSource[] {
    const { items, rest } = this.#list(value);
    if (rest !== undefined) this.#miss(rest, value?.site);
    return items.map(({ item, doubt }) => ({
      ...source,
      isList: false,
      value: item,
      ...(doubt === undefined ? {} : { within: doubted(source.within, doubt) }),
    }));
  }

  /** A list of modules, or a module that is one of several, by a condition that is not known. */
  #severalOf(source: ModuleSource): readonly ModuleSource[] | undefined {
    if (source.isList === true) return this.#sources(source);
    const value = source.value.force();
    if (value.kind !== 'unknown' || value.either === undefined) return undefined;
    const within = doubted(source.within, bare(value));
    return value.either.map((each) => ({ ...source, value: each, within }));
  }

  #disabled(thunk: Thunk | undefined): readonly string[] {
    const { items, rest } = this.#list(thunk);
    if (rest !== undefined) this.#miss(derived(rest), thunk?.site);
    return items.flatMap(({ item, doubt }) => {
      if (doubt === undefined) return this.#keyOf(item) ?? [];
      this.#miss(derived(doubt), item.site);
      return [];
    });
  }

  #list(thunk: Thunk | undefined): OpenList {
    const value = thunk?.force();
    if (value === undefined) return { items: [], rest: undefined };
    return openList(value) ?? { items: [], rest: unknown('it is not a list', thunk?.site) };
  }

  #miss(value: Unknown | undefined, site: Site | undefined, file?: string): undefined {
    const outside = isOutside(value);
    const reason = value?.reason ?? 'the path is not known';
    const name = value?.name ?? value?.path;
    const told = name === undefined || reason.startsWith(name) ? reason : `${name}: ${reason}`;
    const where = ownSite(site) ?? ownSite(value?.site) ?? site;
    const touched = outside && value !== undefined ? this.#options.origins.touchedBy(value) : 'everything';
    // Of a home, what it declares there is no unit of the machine.
    const much = touched === 'collections' && this.root.path.length > 0 ? 'nothing' : touched;
    this.gaps.push({
      kind: outside ? 'outside' : this.#kindOf(value),
      touches: much,
      within: this.root.path,
      name,
      reason: told,
      at: where === undefined ? undefined : placeOf(where),
      file: value?.path ?? file,
    });
    if (much !== 'nothing')
      this.#unread.push({ touches: much, why: unknown(`${UNREAD_PART} (${told})`, where) });
  }

  #kindOf(value: Unknown | undefined): Exclude<Gap['kind'], 'outside'> {
    if (value?.isUnread !== true || value.path === undefined) return 'unread';
    const { tree } = this.#options.evaluator;
    if (tree.kind(value.path) === 'absent') return 'missing';
    const file = tree.file(value.path);
    if (file === LOCKED) return 'locked';
    if (file === ENCRYPTED) return 'encrypted';
    return LIMITS.has(file) ? 'limit' : 'unreadable';
  }

  #moduleArguments(): SetValue {
    const { special, lib, pkgs, given } = this.#options;
    const modulesPath = outside('modulesPath', 'the modules of nixpkgs are outside of these files');
    const own = new Map<string, Thunk>([
      ['lib', lib],
      ['config', Thunk.delay(() => this.root.force())],
      ['options', Thunk.delay(() => optionsArgument(this.root))],
      ['pkgs', pkgs],
      ['modulesPath', modulesPath],
      [
        'specialArgs',
        Thunk.delay(() => updated(set([['modulesPath', modulesPath]]), special ?? set([]), undefined)),
      ],
      ...(given ?? []),
    ]);
    const passed = special?.kind === 'set' ? special.attributes : undefined;
    return computedSet({
      rest: undefined,
      names: () => [...new Set([...own.keys(), ...(passed?.names() ?? [])])].sort(),
      get: (name) => passed?.get(name) ?? own.get(name) ?? Thunk.delay(() => this.#argument(name)),
    });
  }

  /** Given by a module: `_module.args.constants = ...`. */
  #argument(name: string): Value {
    const tree = this.root.at(['_module', 'args', name]);
    if (tree.isSet) return tree.force();
    const { special } = this.#options;
    const given = special === undefined ? undefined : select(special, name, undefined)?.force();
    if (given !== undefined) return given;
    return unknown(`no argument "${name}" is given to modules in these files`, undefined, { name });
  }
}

/** Those that are still imported by one that is not disabled. */
function reached(roots: readonly Collected[], disabled: ReadonlySet<string>): ReadonlySet<Collected> {
  const found = new Set<Collected>();
  const queue = [...roots];
  for (const each of queue) {
    if (found.has(each) || (each.key !== undefined && disabled.has(each.key))) continue;
    found.add(each);
    for (const child of each.children) queue.push(child);
  }
  return found;
}

function outside(name: string, reason: string): Thunk {
  return Thunk.of(unknown(reason, undefined, { name }));
}

/** As it stands below a condition that is not known. */
const doubted = (within: ModuleSource['within'], doubt: Unknown): ModuleSource['within'] => ({
  ...(within ?? { priority: PLAIN_PRIORITY, order: PLAIN_ORDER }),
  conditions: [...(within?.conditions ?? []), Thunk.of(doubt)],
  isDoubtful: true,
});

const isCertain = ({ within }: ModuleSource): boolean => within?.isDoubtful !== true;

/** Whether the same file is imported elsewhere without a doubt. */
function isSurelyIn(byFile: ReadonlyMap<string, Collected>, { module, key }: Collected): boolean {
  const known = byFile.get(module.file ?? key ?? '');
  return known?.isCertain === true;
}

/** What NixOS makes of the modules of the machine and some more, with the same arguments. */
const isVariant = ([first, second]: readonly string[]): boolean =>
  first === 'specialisation' || (first === 'virtualisation' && second?.startsWith('vmVariant') === true);

/** A module of another flake, of nixpkgs, of something fetched: what a name that is not ours begins with. */
function isOutside(value: Unknown | undefined): boolean {
  if (value?.path?.startsWith('/')) return true;
  if (value?.isDerived === true) return false;
  // What is made of files of this tree is ours, whoever makes it.
  if (value?.arguments?.some((argument) => holdsPath(argument.force()))) return false;
  return (
    value?.name !== undefined && !/^(?:config|lib|options|a function|(?:inputs\.)?self)\b/.test(value.name)
  );
}

function holdsPath(value: Value, depth = 0): boolean {
  if (value.kind === 'path') return !value.path.startsWith('/');
  if (depth > 2) return false;
  if (value.kind === 'list') return value.items.some((item) => holdsPath(item.force(), depth + 1));
  if (value.kind !== 'set') return false;
  return value.attributes.names().some((name) => {
    const inner = value.attributes.get(name);
    return inner !== undefined && holdsPath(inner.force(), depth + 1);
  });
}

function pathOf(value: Value): PathValue | undefined {
  if (value.kind === 'path') return value;
  if (value.kind !== 'text') return undefined;
  const [part, tail = '', more] = value.parts;
  if (typeof part === 'string') return part.startsWith('/') ? { kind: 'path', path: part } : undefined;
  if (part?.path === undefined || typeof tail !== 'string' || more !== undefined) return undefined;
  return { kind: 'path', path: `${part.path}${tail}`.replace(/^\.\//, '') };
}

function firstUnknown(parts: readonly (string | Unknown)[]): Unknown | undefined {
  return parts.find((part) => typeof part !== 'string');
}

function withoutMeta(value: SetValue): SetValue {
  const { attributes } = value;
  if (!attributes.names().some((name) => NO_OPTIONS.has(name))) return { kind: 'set', attributes };
  return set(
    entries(value).filter(([name]) => !NO_OPTIONS.has(name)),
    attributes.rest,
  );
}
