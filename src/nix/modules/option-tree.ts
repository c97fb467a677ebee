import {
  type Attributes,
  computedSet,
  list,
  NULL,
  recursion,
  recursionsSoFar,
  type SetValue,
  set,
  Thunk,
  type Unknown,
  unknown,
  type Value,
} from '../evaluation/value.ts';
import { ownSite } from '../place.ts';
import {
  DEFAULT_PRIORITY,
  type Definition,
  type DischargedDefinition,
  definition,
  dischargedValue,
  dischargeProperties,
  holds,
  isWeak,
  PLAIN_ORDER,
  PLAIN_PRIORITY,
} from './definition.ts';
import { DEEPEST_NIXOS, EXTERNAL_OPTIONS, type ExternalOption, nixosSets } from './external-options.ts';
import { inForce, merged, strongestOf } from './merge.ts';
import { isOption, type OptionType, optionOf, optionType, UNTYPED } from './option-type.ts';

/** What an option tree needs of the configuration that it belongs to. */
export interface ModuleSystem {
  /** Why something more may be set that could not be read; undefined where all was read. */
  gap(path: () => readonly string[]): Unknown | undefined;
  /** The configuration that a submodule makes of its definitions. */
  submodule(
    path: readonly string[],
    type: OptionType,
    definitions: readonly DischargedDefinition[],
  ): OptionTree;
  call(callee: Value, argument: Thunk): Value;
  /** Counts one more tree; false where there are too many. */
  takeOption(): boolean;
  readonly isOutOfOptions: boolean;
}

/** The definitions and declarations that an option tree takes its own from: those of the tree above, or of all modules at the root. */
export interface OptionScope {
  readonly path: readonly string[];
  definitionsOf(name: string): readonly Definition[];
  declarationsOf(name: string): readonly SetValue[];
}

interface Declaration {
  readonly option: SetValue | undefined;
  readonly trees: readonly SetValue[];
}

const NOTHING: readonly never[] = [];
const UNDECLARED: Declaration = { option: undefined, trees: NOTHING };

const TOO_MUCH = unknown('there is too much to evaluate', undefined);

/** Where the trees are used up: of nothing below it is known what it is, or whether it is set. */
const unread = (path: readonly string[]): OptionScope => ({
  path,
  definitionsOf: () => [definition(Thunk.of(TOO_MUCH), { standing: 'perhaps' })],
  declarationsOf: () => NOTHING,
});

/** An index of so few levels would take more than it saves. */
const FEW_LEVELS = 4;

/**
 * One path of a configuration with everything that sets it: a set of options, or a single one. It is the thunk of
 * its own value, as there are as many of both.
 */
export class OptionTree extends Thunk implements OptionScope {
  readonly #modules: ModuleSystem;
  readonly #scope: OptionScope;
  /** Undefined for the root, which is all that is in its scope. */
  readonly name: string | undefined;
  readonly #depth: number;
  readonly #external: ExternalOption | undefined;
  readonly #givenType: OptionType | undefined;
  #children: Map<string, OptionTree> | undefined;
  #definitions: readonly DischargedDefinition[] | undefined;
  #found: Declaration | undefined;
  #nested: OptionTree | undefined;
  #strongest: DischargedDefinition | undefined;
  #index: DefinitionIndex | readonly DischargedDefinition[] | undefined;
  #isLooking = false;
  #isDischarging = false;

  /** @param name below `scope`; none for the root, whose path is that of `scope` */
  constructor(modules: ModuleSystem, scope: OptionScope, name?: string, type?: OptionType) {
    super();
    this.#modules = modules;
    this.#scope = scope;
    this.name = name;
    if (scope instanceof OptionTree && name !== undefined) {
      this.#depth = scope.#depth + 1;
      this.#external = scope.#external?.below(name);
      this.#givenType = type ?? this.#external?.type;
    } else {
      this.#depth = scope.path.length;
      this.#external = EXTERNAL_OPTIONS.at(scope.path);
    }
  }

  /** Not kept: there are as many as values, and it is only needed to tell of one. */
  get path(): readonly string[] {
    const { path } = this.#scope;
    return this.name === undefined ? path : [...path, this.name];
  }

  override get site(): undefined {
    return undefined;
  }

  /** The tree below, through the submodule where this is one. */
  child(name: string): OptionTree {
    const nested = this.#submodule();
    if (nested !== undefined) return nested.child(name);
    this.#children ??= new Map();
    let child = this.#children.get(name);
    if (child === undefined) {
      if (!this.#modules.takeOption()) return new OptionTree(this.#modules, unread(this.path), name);
      child = new OptionTree(this.#modules, this, name, this.#typeBelow());
      this.#children.set(name, child);
    }
    return child;
  }

  at(path: readonly string[]): OptionTree {
    let tree: OptionTree = this;
    for (const name of path) tree = tree.child(name);
    return tree;
  }

  /** Everything that sets this, in the order of NixOS, whether it is in force or not. */
  definitions(): readonly DischargedDefinition[] {
    if (this.#definitions !== undefined) return this.#definitions;
    if (this.#isDischarging) return dischargeProperties(definition(Thunk.of(recursion(undefined))));
    this.#isDischarging = true;
    // A thunk further up catches that the stack is full, and goes on.
    try {
      const recursions = recursionsSoFar();
      const defs = this.#discharged();
      if (recursions === recursionsSoFar()) this.#definitions = defs;
      return defs;
    } finally {
      this.#isDischarging = false;
    }
  }

  #discharged(): readonly DischargedDefinition[] {
    const definitions = this.#scope.definitionsOf(this.name ?? '');
    const [only] = definitions;
    const all =
      only !== undefined && definitions.length === 1 ? dischargeProperties(only) : dischargeAll(definitions);
    return this.#depth <= DEEPEST_NIXOS && all.some(isWeak) ? this.#besideNixos(all) : all;
  }

  #besideNixos(all: readonly DischargedDefinition[]): readonly DischargedDefinition[] {
    const sets = nixosSets(this.path);
    if (sets === 'never') return all;
    if (sets === 'always') return all.filter((def) => !isWeak(def));
    const doubt = unknown('whether NixOS itself sets something that replaces this is not known', undefined);
    return all.map((def) => (isWeak(def) ? { ...def, content: doubt } : def));
  }

  /** With the default of the declaration. */
  #all(): readonly DischargedDefinition[] {
    const defaults = this.defaults();
    return defaults.length === 0 ? this.definitions() : [...this.definitions(), ...defaults];
  }

  get declared(): boolean {
    const { option, trees } = this.#declaration();
    return option !== undefined || trees.length > 0 || this.#givenType !== undefined;
  }

  /** By `options` of these files. */
  get isDeclaredHere(): boolean {
    return this.#declaration().option !== undefined;
  }

  /** What these files declare here: an option, a set of such, or neither. */
  get declaration(): SetValue | 'set' | undefined {
    const { option, trees } = this.#declaration();
    return option ?? (trees.length > 0 ? 'set' : undefined);
  }

  /** The names of what these files declare below. */
  declaredNames(): readonly string[] {
    return [...new Set(this.#declaration().trees.flatMap((tree) => tree.attributes.names()))].sort();
  }

  /** `default` of the declaration, as the definition with the lowest priority. */
  defaults(): readonly DischargedDefinition[] {
    const { option } = this.#declaration();
    const value = option?.attributes.get('default');
    return value === undefined
      ? NOTHING
      : dischargeProperties(definition(value, { priority: DEFAULT_PRIORITY }));
  }

  /** The names that are set below, sorted, and why there may be others. */
  names(): { readonly names: readonly string[]; readonly rest: Unknown | undefined } {
    const { parts, rest } = this.below();
    return { names: parts.map(({ name }) => name ?? '').sort(), rest };
  }

  /** What is set below, and why there may be more. */
  below(): Children {
    const nested = this.#submodule();
    if (nested !== undefined) return nested.below();
    // Everything is looked at, also what asked for this: what needs itself to be set is not.
    if (this.#isLooking) return { parts: NOTHING, rest: this.unset() };
    this.#isLooking = true;
    try {
      return this.#below();
    } finally {
      this.#isLooking = false;
    }
  }

  #below(): Children {
    const parts: (OptionTree | Singleton)[] = [];
    const levels = this.#levels();
    const { trees } = this.#declaration();
    const isOpen = trees.length === 0 && this.#type() === undefined;
    // Of sets, one may replace the others.
    const strongest = isOpen ? strongestOf(levels) : undefined;
    // A thousand modules set the same name: what they say of it together is asked for once.
    const seen = levels.length > 1 ? new Set<string>() : undefined;
    let rest = this.gap();
    for (const level of levels) {
      const { content } = level;
      if (content.kind === 'unknown') rest = content;
      if (content.kind !== 'set') continue;
      const inEffect = holds(level);
      if (inEffect === false) continue;
      const mayBeSingle =
        inEffect === true && level.priority === strongest && !isWeak(level) && isCertain(level);
      const open = mayBeSingle
        ? this.#addSingletons(parts, seen, level, content)
        : this.#addChildren(parts, seen, namesIn(content));
      rest ??= content.attributes.rest ?? open;
    }
    if (trees.length > 0 && this.#type() === undefined) {
      const found = new Set(parts.map(({ name }) => name));
      for (const name of this.declaredNames()) if (!found.has(name)) parts.push(this.child(name));
    }
    return { parts, rest };
  }

  /** Why there may be more of these names than those that are set. */
  #addChildren(
    parts: (OptionTree | Singleton)[],
    seen: Set<string> | undefined,
    names: readonly string[],
  ): Unknown | undefined {
    let open: Unknown | undefined;
    for (const name of names) {
      if (seen?.has(name)) continue;
      seen?.add(name);
      const below = this.child(name);
      const standing = standingOf(below.definitions());
      if (standing === true) parts.push(below);
      else open ??= standing;
    }
    return open;
  }

  /** As `#addChildren`, of a level that is in force, with no tree for what nothing else defines. */
  #addSingletons(
    parts: (OptionTree | Singleton)[],
    seen: Set<string> | undefined,
    level: DischargedDefinition,
    content: SetValue,
  ): Unknown | undefined {
    const others: string[] = [];
    for (const name of namesIn(content)) {
      const thunk = this.#isOnlyIn(level, name) ? content.attributes.get(name) : undefined;
      const value = thunk && dischargedValue(thunk);
      if (value === undefined) others.push(name);
      else parts.push({ name, value });
    }
    return others.length === 0 ? undefined : this.#addChildren(parts, seen, others);
  }

  /** Whether no other level, and nothing outside of these files, says anything of a name. */
  #isOnlyIn(level: DischargedDefinition, name: string): boolean {
    if (this.#external?.below(name) !== undefined) return false;
    const levels = this.#levelsOf(name);
    if (levels.length === 1) return true;
    return levels.every((other) => other === level || !mayHave(other, name));
  }

  /** The definitions in force, or why that is not known: those of a set are not told apart here. */
  winners(): readonly DischargedDefinition[] | Unknown {
    return inForce(this.#all());
  }

  protected override work(): Value {
    const value = this.#submodule()?.force() ?? this.#merged();
    const apply = this.#declaration().option?.attributes.get('apply');
    return apply === undefined ? value : this.#modules.call(apply.force(), Thunk.of(value));
  }

  #merged(): Value {
    const type = this.#type();
    const defs = this.#all();
    const { option, trees } = this.#declaration();
    if (defs.length === 0) return trees.length > 0 && option === undefined ? this.#asSet() : this.unset();
    if (option === undefined && type === undefined) {
      // A set needs no look at its conditions: they are looked at where its values are.
      if (trees.length > 0) return this.#asSet();
      const sets = defs.filter(({ content }) => content.kind === 'set' && !isPackage(content));
      const others = defs.filter(({ content }) => content.kind !== 'set' && content.kind !== 'unknown');
      if (sets.length > 0 && others.length === 0) return this.#asSet();
    }
    const winners = inForce(defs);
    if ('kind' in winners) return winners;
    if (winners.length === 0) return this.unset();
    if (type?.name === 'deferredModule') return asModule(winners);
    if (!winners.every(({ content }) => content.kind === 'set' && !isPackage(content)))
      return merged(this, winners, type);
    const [only] = winners;
    return only !== undefined && winners.length === 1 && type?.name !== 'attrsOf'
      ? only.content
      : this.#asSet();
  }

  /** Why something more may be set here that could not be read. */
  gap(): Unknown | undefined {
    return this.gapAt(() => this.path);
  }

  /** As `gap`, at a path below that has no tree of its own. */
  gapAt(path: () => readonly string[]): Unknown | undefined {
    return this.#modules.gap(path);
  }

  /** What it is where nothing sets it. */
  unset(): Unknown {
    const name = ['config', ...this.path].join('.');
    const gap = this.gap();
    return gap === undefined
      ? unknown('nothing in these files sets it', undefined, { name })
      : unknown(gap.reason, gap.site, { name });
  }

  get isOutOfOptions(): boolean {
    return this.#modules.isOutOfOptions;
  }

  #asSet(): Value {
    return computedSet(new TreeAttributes(this));
  }

  /** Why there may be more below than is told of; why nothing is, where even that is not known. */
  openness(): Value {
    const { rest } = this.below();
    const isClosed = ['attrsOf', 'attrs'].includes(this.#type()?.name ?? '');
    return isClosed && rest === undefined ? NULL : (rest ?? this.unset());
  }

  /** Whether a set certainly has this: `config.a ? b`. */
  get isThere(): boolean {
    const { option, trees } = this.#declaration();
    return (
      option !== undefined ||
      trees.length > 0 ||
      this.definitions().some((def) => isCertain(def) && holds(def) === true)
    );
  }

  get isSet(): boolean {
    return this.definitions().length > 0 || this.declared;
  }

  /** The definitions whose attributes are looked at: of an option only those that are in force. */
  #levels(): readonly DischargedDefinition[] {
    if (this.#type() === undefined) {
      const defs = this.definitions();
      return defs.length > 1 && this.#external?.isMergedAsModules === true ? defs.toReversed() : defs;
    }
    const winners = inForce(this.#all());
    return 'kind' in winners ? this.definitions() : winners;
  }

  /** The levels by the names that they set, so that a thousand modules are not asked for each of their names. */
  #levelsOf(name: string): readonly DischargedDefinition[] {
    if (this.#index === undefined) {
      const levels = this.#levels();
      this.#index = levels.length > FEW_LEVELS ? indexOf(levels) : levels;
    }
    if (!('named' in this.#index)) return this.#index;
    const { places, named, always } = this.#index;
    const found = named.get(name) ?? NOTHING;
    if (always.length === 0) return found;
    return [...found, ...always].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
  }

  definitionsOf(name: string): readonly Definition[] {
    const levels = this.#levelsOf(name);
    const [only] = levels;
    // As most are: a list that grows makes room for many at once.
    if (only !== undefined && levels.length === 1) {
      const found = this.#definitionIn(only, name);
      return found === undefined ? NOTHING : this.#doubted(name, [found]);
    }
    const found: Definition[] = [];
    const isPlain = this.#type()?.name === 'attrs';
    for (const level of levels) {
      const each = this.#definitionIn(level, name);
      if (each === undefined) continue;
      // Of plain attributes the last one replaces those before it.
      if (isPlain && each.standing !== 'perhaps' && holds(level) === true) found.length = 0;
      found.push(each);
    }
    return this.#doubted(name, found);
  }

  #definitionIn(def: DischargedDefinition, name: string): Definition | undefined {
    const { content, conditions, site } = def;
    if (content.kind === 'unknown') return { ...def, value: Thunk.of(content, site), standing: 'perhaps' };
    if (content.kind !== 'set') return undefined;
    // The value of an option has priorities of its own within.
    const isOption = this.#type() !== undefined;
    const priority = isOption ? PLAIN_PRIORITY : def.priority;
    const order = isOption ? PLAIN_ORDER : def.order;
    const value = content.attributes.get(name);
    if (value !== undefined) {
      const standing = this.#declaration().trees.length > 0 ? def.standing : undefined;
      return { value, conditions, priority, order, standing, site: ownSite(value.site) ?? site };
    }
    const { rest } = content.attributes;
    if (rest === undefined) return undefined;
    return { value: Thunk.of(rest, site), conditions, priority, order, standing: 'perhaps', site };
  }

  /**
   * `a = mkForce { ... }` replaces all other definitions of `a` where `a` is an option, and only those of the same
   * attributes where it is a set of options. What is declared outside of these files is not known to be one of both.
   */
  #doubted(name: string, found: readonly Definition[]): readonly Definition[] {
    const { trees } = this.#declaration();
    if (found.length === 0 || this.#depth < 2 || this.#type() !== undefined || trees.length > 0) return found;
    if (this.definitions().length === 1) return found;
    this.#strongest ??= this.definitions()
      .filter(({ content }) => content.kind === 'set')
      .toSorted((a, b) => a.priority - b.priority)[0];
    const stronger = this.#strongest;
    if (stronger === undefined || found.every(({ priority }) => priority <= stronger.priority)) return found;
    const doubt = unknown(
      `whether another definition of ${this.path.join('.')} replaces "${name}" is not known`,
      stronger.site,
    );
    return found.map((each) =>
      each.priority <= stronger.priority
        ? each
        : { ...each, value: Thunk.of(doubt, each.site), standing: 'perhaps' },
    );
  }

  #declaration() {
    if (this.#found === undefined) {
      const all = this.#scope.declarationsOf(this.name ?? '');
      this.#found =
        all.length === 0
          ? UNDECLARED
          : { option: optionOf(all.filter(isOption)), trees: all.filter((each) => !isOption(each)) };
    }
    return this.#found;
  }

  declarationsOf(name: string): readonly SetValue[] {
    const { trees } = this.#declaration();
    if (trees.length === 0) return NOTHING;
    return trees.flatMap(({ attributes }) => {
      const value = attributes.get(name)?.force();
      return value?.kind === 'set' ? [value] : [];
    });
  }

  #type(): OptionType | undefined {
    if (this.#givenType !== undefined) return unwrapped(this.#givenType);
    const { option } = this.#declaration();
    if (option === undefined) return undefined;
    return unwrapped(optionType(option.attributes.get('type')?.force())) ?? UNTYPED;
  }

  #typeBelow(): OptionType | undefined {
    const type = this.#type();
    if (type?.name === 'attrs') return UNTYPED;
    return type?.name === 'attrsOf' ? (optionType(type.element?.force()) ?? UNTYPED) : undefined;
  }

  #submodule(): OptionTree | undefined {
    const type = this.#type();
    if (type?.name !== 'submodule' && !(type?.name === NULLABLE && this.#isSet())) return undefined;
    if (this.#nested === undefined) {
      const defs = this.#all();
      const best = strongestOf(defs.filter((def) => holds(def) === true));
      const kept = defs.filter(({ priority, content }) => priority <= best && content.kind !== 'null');
      this.#nested = this.#modules.submodule(this.path, type, kept);
    }
    return this.#nested;
  }

  /** Whether a submodule that may be null certainly is none: null has no options. */
  #isSet(): boolean {
    const winners = inForce(this.#all());
    return (
      !('kind' in winners) && winners.length > 0 && winners.every(({ content }) => content.kind === 'set')
    );
  }
}

/** The name of the type of a submodule that may be null. */
const NULLABLE = 'nullOr submodule';

interface Children {
  /** In no order. */
  readonly parts: readonly (OptionTree | Singleton)[];
  /** Why there may be others. */
  readonly rest: Unknown | undefined;
}

/** What a single definition sets, as it stands there. Most parts of a machine are such, and need no tree of their own. */
interface Singleton {
  readonly name: string;
  readonly value: Value;
}

const namesIn = ({ attributes }: SetValue): readonly string[] => attributes.listed ?? attributes.names();

function mayHave({ content }: DischargedDefinition, name: string): boolean {
  if (content.kind !== 'set') return content.kind === 'unknown';
  const { attributes } = content;
  return (
    attributes.rest !== undefined || attributes.listed === undefined || attributes.get(name) !== undefined
  );
}

class TreeAttributes implements Attributes {
  readonly #tree: OptionTree;
  #rest: Thunk | undefined;
  #isLooking = false;

  constructor(tree: OptionTree) {
    this.#tree = tree;
  }

  get(name: string): Thunk | undefined {
    const child = this.#tree.child(name);
    return child.isThere ? child : undefined;
  }

  names(): readonly string[] {
    return this.#tree.names().names;
  }

  get rest(): Unknown | undefined {
    // To tell what is there everything is looked at, also what asked: what needs itself to be set is not.
    if (this.#isLooking) return this.#tree.unset();
    // What has no tree any more looks like what is not there.
    if (this.#tree.isOutOfOptions) return TOO_MUCH;
    this.#rest ??= Thunk.delay(() => this.#tree.openness());
    this.#isLooking = true;
    const value = this.#rest.force();
    this.#isLooking = false;
    return value.kind === 'unknown' ? value : undefined;
  }
}

interface DefinitionIndex {
  readonly places: ReadonlyMap<DischargedDefinition, number>;
  readonly named: ReadonlyMap<string, readonly DischargedDefinition[]>;
  /** Those that do not tell their names. */
  readonly always: readonly DischargedDefinition[];
}

function indexOf(levels: readonly DischargedDefinition[]): DefinitionIndex {
  const named = new Map<string, DischargedDefinition[]>();
  const always: DischargedDefinition[] = [];
  for (const def of levels) {
    const { content } = def;
    const listed =
      content.kind === 'set' && content.attributes.rest === undefined && content.attributes.listed;
    if (!listed) always.push(def);
    else
      for (const each of listed) {
        const found = named.get(each);
        if (found === undefined) named.set(each, [def]);
        else found.push(def);
      }
  }
  return {
    places: new Map(always.length === 0 ? [] : levels.map((def, place) => [def, place])),
    named,
    always,
  };
}

function dischargeAll(definitions: readonly Definition[]): readonly DischargedDefinition[] {
  const found: DischargedDefinition[] = [];
  for (const each of definitions) for (const def of dischargeProperties(each)) found.push(def);
  return found;
}

/** True where one of these certainly sets something; else why that is not known, if one may. */
function standingOf(defs: readonly DischargedDefinition[]): true | Unknown | undefined {
  let open: Unknown | undefined;
  for (const def of defs) {
    const inEffect = isCertain(def) && holds(def);
    if (inEffect === true) return true;
    if (inEffect !== false) open ??= inEffect;
  }
  return open ?? defs.map(({ content }) => content).find((content) => content.kind === 'unknown');
}

const isCertain = ({ standing }: DischargedDefinition) => standing !== 'perhaps';

/** `nullOr (listOf str)` merges as its element does: where one is null, all are. */
function unwrapped(type: OptionType | undefined): OptionType | undefined {
  if (type === undefined || !['nullOr', 'unique'].includes(type.name)) return type;
  const inner = unwrapped(optionType(type.element?.force()));
  return inner?.name === 'submodule' ? { ...inner, name: NULLABLE } : inner;
}

/** A module that is a value: of several definitions each is a part of it. */
function asModule(winners: readonly DischargedDefinition[]): Value {
  const [only] = winners;
  if (only !== undefined && winners.length === 1) return only.content;
  const parts = winners.map(({ content, site }) => Thunk.of(content, site));
  return set([['imports', Thunk.of(list(parts))]]);
}

function isPackage(value: Value): boolean {
  return value.kind === 'set' && value.attributes.get('outPath') !== undefined;
}
