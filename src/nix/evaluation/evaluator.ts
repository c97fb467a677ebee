import { posix } from 'node:path';
import type { Site } from '../place.ts';
import type { SourceFile, SourceTree } from '../source-tree.ts';
import type {
  Assert,
  Binary,
  HasAttribute,
  If,
  Lambda,
  NodeId,
  Part,
  Pattern,
  Select,
  Unary,
} from '../syntax/expression.ts';
import { type Plan, planOf, type Slot } from '../syntax/plan.ts';
import { interpolated } from './coerce.ts';
import type { EvalState } from './eval-state.ts';
import { choice } from './open-list.ts';
import { arithmetic, binary, bounded, joinedPath, negated } from './operators.ts';
import { Scope } from './scope.ts';
import { select } from './select.ts';
import {
  AttributeSet,
  type BooleanValue,
  describe,
  FALSE,
  integer,
  isOutside,
  joined,
  list,
  NULL,
  type PathValue,
  plainText,
  type SetValue,
  type TextValue,
  Thunk,
  TRUE,
  text,
  type Unknown,
  unknown,
  type Value,
} from './value.ts';

/** Bounds: what needs more than this is unknown, and nothing hangs. The stack holds more than twice this depth. */
const DEEPEST = 700;
const MOST_STEPS = 8_000_000;
/** Of all machines together: of ten thousand containers less than half as many are asked for. */
const MOST_OPTIONS = 1_000_000;
/** What took more steps is kept, whoever asked. */
const CHEAP = 100;

/** What several names are inherited from, which is one thunk for all of them. */
type InheritedFrom = Record<NodeId, Thunk>;

interface BoundNames {
  readonly scope: Scope;
  readonly names: AttributeSet;
}

/** An expression, or a planned set, with its scope: of most values of a tree nobody asks. */
class SuspendedThunk extends Thunk implements Site {
  readonly file: SourceFile;
  readonly start: number;
  readonly #evaluator: Evaluator;
  #expression: NodeId | Plan | undefined;
  #scope: Scope | undefined;

  constructor(evaluator: Evaluator, expression: NodeId | Plan, scope: Scope, start: number) {
    super();
    this.file = scope.file;
    this.start = start;
    this.#evaluator = evaluator;
    this.#expression = expression;
    this.#scope = scope;
  }

  override get site(): Site {
    return this;
  }

  override look(): Value {
    const before = this.#evaluator.steps;
    const value = this.passing();
    // A set is what holds the thunks of all that is in it.
    if (value.kind === 'set' || this.#evaluator.steps - before > CHEAP) this.keep(value);
    return value;
  }

  protected override work(): Value {
    const scope = this.#scope;
    const expression = this.#expression;
    if (scope === undefined || expression === undefined) return NULL;
    return typeof expression === 'number'
      ? this.#evaluator.evaluate(expression, scope)
      : this.#evaluator.planned(expression, scope);
  }

  protected override release(): void {
    this.#scope = undefined;
    this.#expression = undefined;
  }
}

/** Evaluates the files of a tree, each when it is first asked for. Never throws. */
export class Evaluator implements EvalState {
  readonly tree: SourceTree;
  readonly #globals: ReadonlyMap<string, Thunk>;
  readonly #imports = new Map<string, Thunk>();
  readonly #outside: EvalState['importOutside'];
  #depth = 0;
  #steps = 0;
  #options = 0;

  constructor(
    tree: SourceTree,
    globals: (state: EvalState) => ReadonlyMap<string, Thunk>,
    outside: EvalState['importOutside'],
  ) {
    this.tree = tree;
    this.#globals = globals(this);
    this.#outside = outside;
  }

  importOutside(source: Unknown, path: string): Value | undefined {
    return this.#outside(source, path);
  }

  get steps(): number {
    return this.#steps;
  }

  /** Counts a path of a configuration that somebody asks for; false where nothing is left. */
  takeOption(): boolean {
    this.#options += 1;
    return this.#options <= MOST_OPTIONS;
  }

  get isOutOfOptions(): boolean {
    return this.#options > MOST_OPTIONS;
  }

  spend(steps: number): boolean {
    this.#steps += steps;
    return this.#steps <= MOST_STEPS;
  }

  import(path: PathValue, site: Site | undefined): Value {
    const file = this.#fileOf(path);
    let imported = this.#imports.get(file);
    if (imported === undefined) {
      const read = this.#read(path, file);
      if (typeof read === 'string') return unknown(`${file} ${read}`, site, { path: file, isUnread: true });
      imported = Thunk.delay(() => this.file(read), site);
      this.#imports.set(file, imported);
    }
    return imported.force();
  }

  #fileOf({ path }: PathValue): string {
    return this.tree.kind(path) === 'folder' ? posix.join(path, 'default.nix') : path;
  }

  #read({ path }: PathValue, file: string): SourceFile | string {
    return path.startsWith('/') ? 'is outside of this tree' : this.tree.file(file);
  }

  file(file: SourceFile): Value {
    return this.evaluate(file.syntax.root, Scope.ofFile(file, this.#globals));
  }

  call(callee: Value, argument: Thunk, site: Site | undefined): Value {
    if (!this.spend(1)) return unknown('there is too much to evaluate', site);
    if (callee.kind === 'function') return callee.call(argument, site);
    if (callee.kind === 'unknown' && callee.either !== undefined)
      return choice(
        callee,
        callee.either.map((each) => Thunk.delay(() => this.call(each.force(), argument, site))),
      );
    if (callee.kind === 'unknown') {
      const { name = 'a function that is not known', isDerived, origin } = callee;
      return unknown(callee.reason, site ?? callee.site, {
        ...(isDerived === undefined ? {} : { isDerived }),
        ...(origin === undefined ? {} : { origin }),
        name: callee.arguments === undefined ? name : name.replace(/(?: …)?$/, ''),
        arguments: [...(callee.arguments ?? []), argument],
      });
    }
    const functor = callee.kind === 'set' ? callee.attributes.get('__functor') : undefined;
    if (functor !== undefined)
      return this.call(this.call(functor.force(), Thunk.of(callee), site), argument, site);
    const rest = callee.kind === 'set' ? callee.attributes.rest : undefined;
    // An input of a flake may be called, and only it knows how.
    if (rest !== undefined) return this.call(rest, argument, site);
    return unknown(`${describe(callee)} is not a function`, site);
  }

  evaluate(id: NodeId, scope: Scope): Value {
    const depth = this.#depth;
    if (depth >= DEEPEST || !this.spend(1))
      return unknown(
        depth >= DEEPEST ? 'it is nested too deeply' : 'there is too much to evaluate',
        scope.site(scope.tree.start(id)),
      );
    this.#depth = depth + 1;
    const value = this.#evaluate(id, scope);
    this.#depth = depth;
    return value;
  }

  #evaluate(id: NodeId, scope: Scope): Value {
    const { tree } = scope;
    const name = tree.nameAt(id);
    if (name !== undefined) return scope.read(name, tree.start(id));
    const written = tree.textAt(id);
    if (written !== undefined) return text(written);
    if (tree.type(id) === 'set') return this.planned(planOf(tree, id), scope);
    const expression = tree.read(id);
    const { start } = expression;
    switch (expression.type) {
      case 'identifier':
        return scope.read(expression.name, expression.start);
      case 'integer':
        return integer(Number(expression.digits));
      case 'float':
        return { kind: 'float', value: Number(expression.digits) };
      case 'text':
        return this.#text(expression.parts, scope, start);
      case 'path':
        return this.#path(expression.parts, scope, scope.site(start));
      case 'search path':
        return unknown(`<${expression.path}> is outside of this tree`, scope.site(start), {
          name: `<${expression.path}>`,
        });
      case 'list':
        return this.#list(expression.items, scope);
      case 'set':
        return this.planned(planOf(tree, id), scope);
      case 'let': {
        const bound = this.#bind(planOf(tree, id), scope);
        return this.evaluate(expression.body, bound.scope);
      }
      case 'with':
        return this.evaluate(expression.body, scope.opening(this.thunk(expression.set, scope)));
      case 'assert':
        return this.#assert(expression, scope);
      case 'if':
        return this.#conditional(expression, scope);
      case 'lambda':
        return this.#lambda(expression, scope);
      case 'apply':
        return this.call(
          this.evaluate(expression.callee, scope),
          this.thunk(expression.argument, scope),
          scope.site(start),
        );
      case 'select':
        return this.#select(expression, scope);
      case 'has':
        return this.#has(expression, scope);
      case 'unary':
        return this.#unary(expression, scope);
      case 'binary':
        return this.#binary(expression, scope);
      case 'broken':
        return unknown(`syntax error: ${expression.message}`, scope.site(start));
    }
  }

  #assert({ condition, body, start }: Assert, scope: Scope): Value {
    const holds = this.#condition(condition, scope, start);
    if (holds === FALSE) return unknown('an assertion failed', scope.site(start));
    if (holds.kind === 'unknown' && !isOutside(holds)) return holds;
    // Of what lies outside it is taken that Nix goes on: else there is no value at all.
    return this.evaluate(body, scope);
  }

  #conditional({ condition, consequent, alternate, start }: If, scope: Scope): Value {
    const holds = this.#condition(condition, scope, start);
    if (holds.kind !== 'unknown') return this.evaluate(holds === TRUE ? consequent : alternate, scope);
    // Nix ends with what is an error: then there is no value.
    if (!isOutside(holds)) return holds;
    return choice(holds, [this.thunk(consequent, scope), this.thunk(alternate, scope)]);
  }

  #unary({ operator, operand, start }: Unary, scope: Scope): Value {
    const value = this.evaluate(operand, scope);
    const site = scope.site(start);
    return operator === '!'
      ? negated(value, site)
      : arithmetic('-', { kind: 'integer', value: 0 }, value, site);
  }

  #binary({ operator, left, right, start }: Binary, scope: Scope): Value {
    if (operator !== '&&' && operator !== '||' && operator !== '->')
      return binary(
        operator,
        this.evaluate(left, scope),
        this.evaluate(right, scope),
        this,
        scope.site(start),
      );
    const first = this.#condition(left, scope, start);
    if (first.kind === 'unknown') return first;
    const decided = operator === '||' ? TRUE : FALSE;
    if (first === decided) return operator === '->' ? TRUE : first;
    return this.#condition(right, scope, start);
  }

  /** @param start where it is told to stand: at the name that it is given, if it has one */
  thunk(id: NodeId, scope: Scope, start?: number): Thunk {
    const { tree } = scope;
    const own = tree.start(id);
    const name = (start ?? own) === own ? tree.nameAt(id) : undefined;
    const bound = name === undefined ? undefined : scope.bound(name);
    return bound ?? new SuspendedThunk(this, id, scope, start ?? own);
  }

  /** For where the scope is still being filled: nothing may be looked up in it yet. */
  #suspended(id: NodeId, scope: Scope): Thunk {
    return new SuspendedThunk(this, id, scope, scope.tree.start(id));
  }

  #list(items: readonly NodeId[], scope: Scope): Value {
    const thunks = new Array<Thunk>(items.length);
    for (const [index, item] of items.entries()) thunks[index] = this.thunk(item, scope);
    return list(thunks);
  }

  #condition(id: NodeId, scope: Scope, start: number): BooleanValue | Unknown {
    const value = this.evaluate(id, scope);
    if (value.kind === 'boolean') return value.value ? TRUE : FALSE;
    return value.kind === 'unknown'
      ? value
      : unknown(`${describe(value)} is not a Boolean`, scope.site(start));
  }

  #text(parts: readonly Part[], scope: Scope, start: number): Value {
    const made: (string | Unknown)[] = [];
    let known = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        known += part;
        continue;
      }
      const value = this.#interpolated(part, scope);
      if (value.kind === 'unknown') return value;
      const plain = plainText(value);
      if (plain !== undefined) known += plain;
      else {
        made.push(known, ...value.parts);
        known = '';
      }
    }
    return bounded(made.length === 0 ? text(known) : joined([...made, known]), scope.site(start));
  }

  #interpolated(part: NodeId, scope: Scope): TextValue | Unknown {
    const value = this.evaluate(part, scope);
    // As most are: then nobody asks where it stands.
    if (value.kind === 'text') return value;
    return interpolated(value, this, scope.site(scope.tree.start(part)));
  }

  #path(parts: readonly Part[], scope: Scope, site: Site): Value {
    let written = '';
    for (const part of parts) {
      if (typeof part === 'string') {
        written += part;
        continue;
      }
      const value = this.evaluate(part, scope);
      const piece = value.kind === 'path' ? `/${value.path}` : plainText(value);
      if (piece === undefined)
        return value.kind === 'unknown' ? value : unknown('a part of the path is not known', site);
      written += piece;
    }
    if (written.startsWith('~')) return unknown('a path in a home folder is outside of this tree', site);
    if (written.startsWith('/')) return { kind: 'path', path: posix.normalize(written) };
    return joinedPath(posix.dirname(scope.file.path), `/${written}`);
  }

  planned(plan: Plan, scope: Scope): Value {
    const { scope: inner, names } = this.#bind(plan, scope);
    let rest: Unknown | undefined;
    for (const { name, slot } of plan.computed) {
      const site = scope.site(slot.start);
      const value = this.evaluate(name, inner);
      if (value.kind === 'null') continue;
      const known = plainText(value);
      if (known === undefined) {
        rest = outsideOf(value) ?? unknown(`${describe(value)} is used as an attribute name`, site);
        if (!isOutside(rest)) return rest;
      } else if (names.has(known))
        names.set(known, Thunk.of(unknown(`attribute "${known}" is defined twice`, site), site));
      else names.set(known, this.#slot(slot, inner, scope, {}));
    }
    names.rest = rest;
    return names;
  }

  #bind(plan: Plan, outer: Scope): BoundNames {
    const names = new AttributeSet();
    // Names that are computed are no part of what a recursive set sees of itself.
    const seen = plan.computed.length === 0 ? names : new AttributeSet();
    const scope = plan.recursive ? outer.binding(seen) : outer;
    const inheritedFrom: InheritedFrom = {};
    for (const [name, slot] of plan.slots) {
      const thunk = this.#slot(slot, scope, outer, inheritedFrom);
      names.set(name, thunk);
      if (seen !== names) seen.set(name, thunk);
    }
    return { scope, names };
  }

  #slot(slot: Slot, scope: Scope, outer: Scope, inheritedFrom: InheritedFrom): Thunk {
    if (slot.type === 'value') return this.thunk(slot.expression, scope, slot.start);
    if (slot.type === 'set') return new SuspendedThunk(this, slot.plan, scope, slot.start);
    const site = scope.site(slot.start);
    switch (slot.type) {
      case 'outer':
        return Thunk.delay(() => outer.read(slot.name, slot.start), site);
      case 'from': {
        const from = inheritedFrom[slot.from] ?? this.#suspended(slot.from, scope);
        inheritedFrom[slot.from] = from;
        return Thunk.delay(() => this.#attribute(from.force(), slot.name, site), site);
      }
      case 'duplicate':
        return Thunk.of(unknown(`attribute "${slot.name}" is defined twice`, site), site);
      case 'broken':
        return Thunk.of(unknown(slot.reason, site), site);
    }
  }

  #attribute(from: Value, name: string, site: Site): Value {
    const found = select(from, name, site);
    if (found !== undefined) return found.force();
    return unknown(
      from.kind === 'set' ? `attribute "${name}" is missing` : `${describe(from)} is not a set`,
      site,
    );
  }

  #select({ from, path, fallback, start: begin }: Select, scope: Scope): Value {
    let value = this.evaluate(from, scope);
    for (const { name: written, start } of path) {
      // Most are there: then nobody asks where it is written.
      const found =
        typeof written === 'string' && value.kind === 'set' && fallback === undefined
          ? value.attributes.get(written)
          : undefined;
      if (found !== undefined) {
        value = found.force();
        continue;
      }
      const at = scope.site(start);
      const name = this.#name(written, at, scope);
      if (typeof name !== 'string') return name;
      if (fallback !== undefined) {
        const present = this.#presence(value, name);
        if (present.kind === 'unknown')
          return unknown(
            present.reason,
            scope.site(begin),
            nameOf(select(value, name, scope.site(begin))?.force()),
          );
        if (present === FALSE) return this.evaluate(fallback, scope);
      }
      value = this.#attribute(value, name, at);
    }
    return value;
  }

  #has({ from, path }: HasAttribute, scope: Scope): Value {
    let value = this.evaluate(from, scope);
    for (const [index, { name: written, start }] of path.entries()) {
      const at = scope.site(start);
      const name = this.#name(written, at, scope);
      if (typeof name !== 'string') return name;
      const present = this.#presence(value, name);
      if (present !== TRUE || index === path.length - 1) return present;
      value = this.#attribute(value, name, at);
    }
    return TRUE;
  }

  #presence(value: Value, name: string): Value {
    if (value.kind === 'unknown') return value;
    if (value.kind !== 'set') return FALSE;
    return value.attributes.get(name) === undefined ? (value.attributes.rest ?? FALSE) : TRUE;
  }

  #name(attribute: Part, site: Site, scope: Scope): string | Unknown {
    if (typeof attribute === 'string') return attribute;
    const value = this.evaluate(attribute, scope);
    if (value.kind === 'unknown') return value;
    return plainText(value) ?? unknown('the name of the attribute is not known', site);
  }

  #lambda({ name, pattern, body }: Lambda, scope: Scope): Value {
    if (pattern === undefined)
      return {
        kind: 'function',
        fields: undefined,
        call: (argument) =>
          this.evaluate(
            body,
            name === undefined ? scope : scope.binding(new AttributeSet([[name, argument]])),
          ),
      };
    const fields = new Map(pattern.fields.map((field) => [field.name, field.fallback !== undefined]));
    return {
      kind: 'function',
      fields,
      call: (argument, site) => {
        const given = argument.force();
        if (given.kind === 'unknown' && !isOutside(given)) return given;
        if (given.kind !== 'set' && given.kind !== 'unknown')
          return unknown(`the function needs a set, but was given ${describe(given)}`, site);
        const names = new AttributeSet();
        if (name !== undefined) names.set(name, argument);
        const inner = scope.binding(names);
        const missing = this.#bindFields(pattern, given, names, inner);
        if (missing !== undefined)
          return unknown(`the function is called without the argument "${missing}"`, site);
        const strange =
          pattern.open || given.kind === 'unknown'
            ? undefined
            : given.attributes.names().find((each) => !fields.has(each));
        if (strange !== undefined) return unknown(`the function has no argument "${strange}"`, site);
        return this.evaluate(body, inner);
      },
    };
  }

  /** Returns the first name that is neither given nor has a default. */
  #bindFields(
    { fields }: Pattern,
    given: SetValue | Unknown,
    names: AttributeSet,
    scope: Scope,
  ): string | undefined {
    for (const { name, start, fallback } of fields) {
      const found = select(given, name, scope.site(start));
      if (found !== undefined) names.set(name, found);
      else if (fallback !== undefined) names.set(name, this.#suspended(fallback, scope));
      else return name;
    }
    return undefined;
  }
}

/** What a name or a text lacks. */
function outsideOf(value: Value): Unknown | undefined {
  if (value.kind === 'text') return value.parts.find((part) => typeof part !== 'string');
  return value.kind === 'unknown' ? value : undefined;
}

function nameOf(value: Value | undefined): Pick<Unknown, 'name' | 'origin'> {
  if (value?.kind !== 'unknown' || value.name === undefined) return {};
  const { name, origin } = value;
  return { name, ...(origin === undefined ? {} : { origin }) };
}
