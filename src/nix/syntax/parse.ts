import type { AttributePath, BinaryOperator, Binding, Field, NodeId, Part, Pattern } from './expression.ts';
import { FreeNames } from './free-names.ts';
import { type Comment, Lexer } from './lexer.ts';
import { duplicatesOf } from './plan.ts';
import { type Interpolation, readIndentedText, readText } from './text.ts';
import { type SyntaxTree, SyntaxTreeBuilder } from './tree.ts';

interface Problem {
  readonly message: string;
  readonly start: number;
  /** It is only that nothing in the file binds a name. */
  readonly isUnbound?: boolean;
}

export interface Syntax {
  readonly tree: SyntaxTree;
  readonly root: NodeId;
  /** All paths that are written out anywhere in it: what it may import. */
  readonly paths: readonly string[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
  /** It is nested more deeply than is read here, and nothing behind that was read: nix reads more. */
  readonly isTooDeep: boolean;
}

/** Deeper nesting is not read: no configuration has it, and the stack is not endless. */
const DEEPEST = 600;
/** So many operators or arguments in one row: each stands below the next in the tree. */
const LONGEST_ROW = 2000;
const MOST_PROBLEMS = 20;

interface Power {
  readonly strength: number;
  readonly joins: 'left' | 'right' | 'not';
}

const POWERS: ReadonlyMap<string, Power> = new Map([
  ['->', { strength: 1, joins: 'right' }],
  ['||', { strength: 2, joins: 'left' }],
  ['&&', { strength: 3, joins: 'left' }],
  ['==', { strength: 4, joins: 'not' }],
  ['!=', { strength: 4, joins: 'not' }],
  ['<', { strength: 5, joins: 'not' }],
  ['>', { strength: 5, joins: 'not' }],
  ['<=', { strength: 5, joins: 'not' }],
  ['>=', { strength: 5, joins: 'not' }],
  ['//', { strength: 6, joins: 'right' }],
  ['+', { strength: 8, joins: 'left' }],
  ['-', { strength: 8, joins: 'left' }],
  ['*', { strength: 9, joins: 'left' }],
  ['/', { strength: 9, joins: 'left' }],
  ['++', { strength: 10, joins: 'right' }],
  ['?', { strength: 11, joins: 'left' }],
]);
const NOT_STRENGTH = 7;
const NEGATION_STRENGTH = 12;

const NOTHING_BELOW: readonly Part[] = [];

function beginsOperand(type: string): boolean {
  switch (type) {
    case 'name':
    case 'integer':
    case 'float':
    case 'path':
    case 'search path':
    case 'uri':
    case '"':
    case "''":
    case '(':
    case '[':
    case '{':
    case 'rec':
    case 'let':
      return true;
    default:
      return false;
  }
}

const REST_OF_PATH = /[\w.+/-]*/y;

function restOfPath(text: string, from: number): string {
  REST_OF_PATH.lastIndex = from;
  return REST_OF_PATH.exec(text)?.[0] ?? '';
}

/** Most operands have none behind them. */
function powerOf(type: string): Power | undefined {
  return type === ';' || type === ']' || type === ')' || type === '}' ? undefined : POWERS.get(type);
}

const beginsAttribute = (type: string): boolean =>
  type === 'name' || type === 'or' || type === '"' || type === '${';

/**
 * Reads a Nix expression. Never throws: where the text is no Nix, there is a problem with its place, a `broken` node,
 * and the bindings behind it are read on.
 */
export function parse(text: string): Syntax {
  return parsed(text).syntax;
}

/** A part of a text of Nix. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where texts, with their quotes and all within, numbers and URIs stand: whatever a secret can be written as. */
export const literalsIn = (text: string): readonly Span[] => parsed(text).literals;

function parsed(text: string): { readonly syntax: Syntax; readonly literals: readonly Span[] } {
  const parser = new Parser(text);
  const root = parser.file();
  const { paths, comments, isTooDeep, literals } = parser;
  const problems = parser.allProblems();
  return { syntax: { tree: parser.tree(), root, paths, comments, problems, isTooDeep }, literals };
}

class Parser {
  readonly #problems: Problem[] = [];
  /** Attributes that are given a value twice, by where they start: a set around another tells the same of it again. */
  readonly #duplicates = new Map<number, Problem>();
  readonly #free = new FreeNames();
  #isMixed = false;
  readonly paths: string[] = [];
  readonly literals: Span[] = [];
  readonly #lexer: Lexer;
  readonly #tree = new SyntaxTreeBuilder();
  #depth = 0;
  #isTooDeep = false;
  /** One mistake is told once: nothing more is told until the next `;` or bracket is found. */
  #recovering = false;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
  }

  tree(): SyntaxTree {
    return this.#tree.built();
  }

  get comments() {
    return this.#lexer.comments;
  }

  get isTooDeep() {
    return this.#isTooDeep;
  }

  /** What is bound to what is only certain of a file of which the text is right. */
  allProblems(): readonly Problem[] {
    if (this.#problems.length > 0) return this.#problems;
    const free = (this.#isMixed ? [] : this.#free.unbound()).map(({ name, start }) => ({
      message: `undefined variable "${name}"`,
      start,
      isUnbound: true,
    }));
    return [...this.#duplicates.values(), ...free].sort((a, b) => a.start - b.start).slice(0, MOST_PROBLEMS);
  }

  file(): NodeId {
    const root = this.#expression();
    if (this.#lexer.type !== 'end') this.#problem(`unexpected ${this.#found()}`);
    return root;
  }

  #found(): string {
    return this.#lexer.type === 'end' ? 'end of the file' : `"${this.#lexer.content.slice(0, 40)}"`;
  }

  /** The text of this token, and on to the next one. */
  #content(): string {
    const { content } = this.#lexer;
    this.#lexer.advance();
    return content;
  }

  #problem(message: string, start = this.#lexer.start): NodeId {
    if (!this.#recovering && this.#problems.length < MOST_PROBLEMS) this.#problems.push({ message, start });
    this.#recovering = true;
    return this.#tree.broken(start, message);
  }

  #take(type: string): boolean {
    if (this.#lexer.type !== type) return false;
    this.#lexer.advance();
    return true;
  }

  #expect(type: string): void {
    if (this.#take(type)) return;
    // What is missing belongs behind what was read last.
    this.#problem(`unexpected ${this.#found()}, expected "${type}"`);
  }

  #tooDeep(): NodeId {
    this.#isTooDeep = true;
    const broken = this.#problem('nested more deeply than hsdoctor reads');
    this.#lexer.continueAt(this.#lexer.text.length);
    return broken;
  }

  #expression(): NodeId {
    if (this.#depth >= DEEPEST) return this.#tooDeep();
    this.#depth++;
    const expression = this.#function();
    this.#depth--;
    return expression;
  }

  #function(): NodeId {
    const start = this.#lexer.start;
    switch (this.#lexer.type) {
      case 'if': {
        this.#lexer.advance();
        const condition = this.#expression();
        this.#expect('then');
        const consequent = this.#expression();
        this.#expect('else');
        return this.#tree.conditional(start, condition, consequent, this.#expression());
      }
      case 'assert': {
        this.#lexer.advance();
        const condition = this.#expression();
        this.#expect(';');
        return this.#tree.assertion(start, condition, this.#expression());
      }
      case 'with': {
        this.#lexer.advance();
        const set = this.#expression();
        this.#expect(';');
        const mark = this.#free.mark;
        const body = this.#expression();
        this.#free.open(mark);
        return this.#tree.opened(start, set, body);
      }
      case 'let': {
        if (this.#lexer.nextCharacter() === '{') break;
        this.#lexer.advance();
        const mark = this.#free.mark;
        const bindings = this.#bindings('in', true);
        for (const binding of bindings)
          if (binding.type === 'binding' && typeof binding.name !== 'string')
            this.#problem('dynamic attributes not allowed in let', binding.start);
        this.#expect('in');
        const body = this.#expression();
        this.#bind(mark, bindings);
        return this.#tree.letIn(start, bindings, body);
      }
      case 'name': {
        const next = this.#lexer.nextCharacter();
        if (next !== ':' && next !== '@') break;
        const { mark } = this.#free;
        const name = this.#content();
        return this.#lambda(start, mark, name, this.#take('@') ? this.#pattern() : undefined);
      }
      case '{': {
        if (!this.#lexer.isPattern) break;
        const { mark } = this.#free;
        const pattern = this.#pattern();
        return this.#lambda(start, mark, this.#take('@') ? this.#name() : undefined, pattern);
      }
    }
    return this.#pipe(this.#operation(0));
  }

  /** `a |> f |> g` is `g (f a)`, `g <| f <| a` as well: Nix does not read both in one. */
  #pipe(first: NodeId): NodeId {
    const operator = this.#lexer.type;
    if (operator !== '|>' && operator !== '<|') return first;
    const operands = [first];
    while (this.#take(operator)) operands.push(this.#operation(0));
    if (operands.length > LONGEST_ROW) return this.#tooDeep();
    if (this.#lexer.type === '|>' || this.#lexer.type === '<|') this.#problem(`unexpected ${this.#found()}`);
    const start = this.#tree.start(first);
    return operator === '|>'
      ? operands.reduce((argument, callee) => this.#tree.apply(start, callee, argument))
      : operands.reduceRight((argument, callee) => this.#apply(callee, argument));
  }

  /** @param mark where the uses of names in the pattern begin */
  #lambda(start: number, mark: number, name: string | undefined, pattern: Pattern | undefined): NodeId {
    if (name !== undefined && pattern?.fields.some((field) => field.name === name))
      this.#problem(`duplicate formal function argument "${name}"`, start);
    this.#expect(':');
    const body = this.#expression();
    const names = pattern?.fields.map((field) => field.name) ?? [];
    this.#free.bind(mark, name === undefined ? names : [...names, name]);
    return this.#tree.lambda(start, name, pattern, body);
  }

  /** What a `let` or a recursive set binds; what it inherits, it has from around it. */
  #bind(mark: number, bindings: readonly Binding[]): void {
    const names = new Set<string>();
    for (const binding of bindings) {
      if (binding.type === 'inherit') for (const { name } of binding.names) names.add(name);
      else if (typeof binding.name === 'string') names.add(binding.name);
    }
    this.#free.bind(mark, names);
    this.#useInherited(bindings);
  }

  #useInherited(bindings: readonly Binding[]): void {
    for (const binding of bindings)
      if (binding.type === 'inherit' && binding.from === undefined)
        for (const { name, start } of binding.names) this.#free.use(name, start);
  }

  #name(): string | undefined {
    if (this.#lexer.type === 'name') return this.#content();
    this.#problem(`unexpected ${this.#found()}, expected a name`);
    return undefined;
  }

  #pattern(): Pattern {
    const fields: Field[] = [];
    const names = new Set<string>();
    let open = false;
    this.#expect('{');
    while (this.#lexer.type !== '}') {
      if (this.#take('...')) {
        open = true;
      } else if (this.#lexer.type === 'name') {
        const start = this.#lexer.start;
        const name = this.#content();
        if (names.has(name)) this.#problem(`duplicate formal function argument "${name}"`, start);
        names.add(name);
        fields.push({ name, start, fallback: this.#take('?') ? this.#expression() : undefined });
      } else break;
      if (open || !this.#take(',')) break;
    }
    this.#close('}');
    return { fields, open };
  }

  #operation(least: number): NodeId {
    if (this.#depth >= DEEPEST) return this.#tooDeep();
    this.#depth++;
    let left = this.#prefixed();
    const start = this.#tree.start(left);
    for (let [lastStrength, length] = [-1, 0]; ; length++) {
      const operator = this.#lexer.type;
      const power = powerOf(operator);
      if (power === undefined || power.strength <= least) break;
      if (length >= LONGEST_ROW) {
        this.#tooDeep();
        break;
      }
      if (power.joins === 'not' && power.strength === lastStrength)
        this.#problem(`unexpected ${this.#found()}`);
      lastStrength = power.strength;
      this.#lexer.advance();
      if (operator === '?') {
        left = this.#tree.has(start, left, this.#attributePath());
        continue;
      }
      const right = this.#operation(power.joins === 'right' ? power.strength - 0.5 : power.strength);
      left = this.#tree.binary(start, operator as BinaryOperator, left, right);
    }
    this.#depth--;
    return left;
  }

  #prefixed(): NodeId {
    const start = this.#lexer.start;
    if (this.#take('!')) return this.#tree.unary(start, '!', this.#operation(NOT_STRENGTH));
    if (this.#take('-')) return this.#tree.unary(start, '-', this.#operation(NEGATION_STRENGTH));
    return this.#application();
  }

  #application(): NodeId {
    let callee = this.#selection();
    for (let length = 0; beginsOperand(this.#lexer.type); length++) {
      if (this.#lexer.type === 'let' && this.#lexer.nextCharacter() !== '{') break;
      if (length >= LONGEST_ROW) return this.#tooDeep();
      callee = this.#apply(callee, this.#selection());
    }
    return callee;
  }

  #apply(callee: NodeId, argument: NodeId): NodeId {
    return this.#tree.apply(this.#tree.start(callee), callee, argument);
  }

  #selection(): NodeId {
    const from = this.#operand();
    if (this.#take('.')) {
      const path = this.#attributePath();
      const fallback = this.#take('or') ? this.#fallback() : undefined;
      return this.#tree.select(this.#tree.start(from), from, path, fallback);
    }
    // An old spelling of the application of a function to something named `or`.
    if (this.#lexer.type !== 'or') return from;
    const start = this.#lexer.advance();
    this.#free.use('or', start);
    return this.#apply(from, this.#tree.identifier(start, 'or'));
  }

  #fallback(): NodeId {
    if (this.#depth >= DEEPEST) return this.#tooDeep();
    this.#depth++;
    const fallback = this.#selection();
    this.#depth--;
    return fallback;
  }

  #operand(): NodeId {
    if (this.#depth >= DEEPEST) return this.#tooDeep();
    this.#depth++;
    const operand = this.#simple();
    this.#depth--;
    return operand;
  }

  #simple(): NodeId {
    const { type, start } = this.#lexer;
    switch (type) {
      case 'name': {
        const name = this.#content();
        this.#free.use(name, start);
        return this.#tree.identifier(start, name);
      }
      case 'integer':
      case 'float':
        this.#literal();
        return this.#tree.number(type, start, this.#content());
      case 'uri':
        this.#literal();
        return this.#tree.text(start, [this.#content()]);
      case 'search path':
        return this.#tree.searchPath(start, this.#content().slice(1, -1));
      case 'path':
        return this.#path();
      case '"':
      case "''":
        return this.#tree.text(start, this.#text());
      case '(': {
        this.#lexer.advance();
        const inner = this.#expression();
        this.#close(')');
        return inner;
      }
      case '[':
        return this.#list();
      case '{':
        return this.#set(start, false);
      case 'rec':
        this.#lexer.advance();
        return this.#set(start, true);
      case 'let': {
        if (this.#lexer.nextCharacter() !== '{') break;
        this.#lexer.advance();
        const from = this.#set(start, true);
        const path = [{ name: 'body', start }];
        return this.#tree.select(start, from, path, undefined);
      }
      case 'if':
      case 'assert':
      case 'with': {
        break;
      }
    }
    const broken = this.#problem(`unexpected ${this.#found()}`);
    // Read what stands there all the same, so that the rest is found behind it.
    if (['if', 'assert', 'with', 'let'].includes(this.#lexer.type)) this.#expression();
    return broken;
  }

  #literal(): void {
    const { start, end } = this.#lexer;
    this.literals.push({ start, end });
  }

  #path(): NodeId {
    const { start } = this.#lexer;
    let { content, end } = this.#lexer;
    // `./a//${x}`: two slashes are one where an interpolation stands behind them somewhere.
    const more = content.endsWith('/') ? restOfPath(this.#lexer.text, end) : '';
    if (this.#lexer.text.startsWith('${', end + more.length)) {
      content += more;
      end += more.length;
    }
    const parts: Part[] = [content];
    while (this.#lexer.text.startsWith('${', end)) {
      const { expression, end: behind } = this.#interpolation(end + 2);
      const rest = restOfPath(this.#lexer.text, behind);
      parts.push(expression, ...(rest === '' ? [] : [rest]));
      end = behind + rest.length;
    }
    this.#lexer.continueAt(end);
    const last = parts.at(-1);
    if (typeof last === 'string' && last.endsWith('/') && (last.length > 1 || parts.length > 1))
      this.#problem('a path ends with a slash', start);
    if (parts.length === 1) this.paths.push(content);
    return this.#tree.path(start, parts);
  }

  readonly #interpolation = (from: number): ReturnType<Interpolation> => {
    this.#lexer.continueAt(from);
    const expression = this.#expression();
    if (this.#lexer.type !== '}') this.#problem(`unexpected ${this.#found()}, expected "}"`);
    return { expression, end: this.#lexer.type === '}' ? this.#lexer.end : this.#lexer.start };
  };

  #text(): readonly Part[] {
    const { type, start, end } = this.#lexer;
    const read = type === '"' ? readText : readIndentedText;
    const { parts, end: closed } = read(this.#lexer.text, end, this.#interpolation);
    this.literals.push({ start, end: closed ?? this.#lexer.text.length });
    this.#lexer.continueAt(closed ?? this.#lexer.text.length);
    return closed === undefined ? [this.#problem('the string that begins here is not closed', start)] : parts;
  }

  #list(): NodeId {
    const start = this.#lexer.advance();
    const items: NodeId[] = beginsOperand(this.#lexer.type) ? [this.#selection()] : [];
    while (beginsOperand(this.#lexer.type)) items.push(this.#selection());
    this.#close(']');
    return this.#tree.list(start, items);
  }

  #set(start: number, recursive: boolean): NodeId {
    this.#expect('{');
    const mark = this.#free.mark;
    const bindings = this.#bindings('}', recursive);
    this.#close('}');
    if (recursive) this.#bind(mark, bindings);
    else this.#useInherited(bindings);
    return this.#tree.set(start, recursive, bindings);
  }

  #bindings(until: string, recursive: boolean): readonly Binding[] {
    const bindings: Binding[] = [];
    while (this.#lexer.type !== until && this.#lexer.type !== 'end') {
      const before = this.#lexer.start;
      const inherits = this.#lexer.type === 'inherit';
      if (inherits || beginsAttribute(this.#lexer.type)) {
        bindings.push(inherits ? this.#inherit() : this.#binding());
      } else {
        this.#problem(`unexpected ${this.#found()}`);
        this.#synchronize(until);
        if (this.#lexer.type !== ';' && this.#lexer.start === before) break;
      }
      if (this.#lexer.type !== ';') {
        if (this.#lexer.type === until && this.#recovering) break;
        this.#problem(`unexpected ${this.#found()}, expected ";"`);
        this.#synchronize(until);
      }
      if (this.#take(';')) this.#recovering = false;
      else if (this.#lexer.type !== until) break;
    }
    this.#tellDuplicates(bindings, recursive);
    return bindings;
  }

  #tellDuplicates(bindings: readonly Binding[], recursive: boolean): void {
    const { found, isMixed } = duplicatesOf(this.#tree.sofar(), bindings, recursive);
    // What a set within says it has told already.
    for (const { name, start } of found)
      this.#duplicates.set(start, { message: `attribute "${name}" is defined twice`, start });
    this.#isMixed ||= isMixed;
  }

  #binding(): Binding {
    const start = this.#lexer.start;
    const name = this.#attribute();
    let below: readonly Part[] = NOTHING_BELOW;
    // As most are: a list that grows makes room for many at once.
    if (this.#take('.')) below = [this.#attribute()];
    while (this.#take('.')) {
      const attribute = this.#attribute();
      if (below.length < DEEPEST) below = [...below, attribute];
      else this.#tooDeep();
    }
    this.#expect('=');
    return { type: 'binding', start, name, below, value: this.#expression() };
  }

  #inherit(): Binding {
    const start = this.#lexer.advance();
    let from: NodeId | undefined;
    if (this.#take('(')) {
      from = this.#expression();
      this.#close(')');
    }
    const names: { name: string; start: number }[] = [];
    while (beginsAttribute(this.#lexer.type)) {
      const { start: at } = this.#lexer;
      const name = this.#attribute();
      if (typeof name === 'string') names.push({ name, start: at });
      else this.#problem('dynamic attributes not allowed in inherit', at);
    }
    return { type: 'inherit', start, from, names };
  }

  #attributePath(): AttributePath {
    const first = { start: this.#lexer.start, name: this.#attribute() };
    // As most are: a list that grows makes room for many at once.
    if (this.#lexer.type !== '.') return [first];
    const path = [first];
    while (this.#take('.')) path.push({ start: this.#lexer.start, name: this.#attribute() });
    return path;
  }

  #attribute(): Part {
    const { start, type } = this.#lexer;
    if (type === 'name' || type === 'or') return this.#content();
    if (type === '"') {
      const parts = this.#text();
      const [only = ''] = parts;
      return parts.length <= 1 && typeof only === 'string' ? only : this.#tree.text(start, parts);
    }
    if (type === '${') {
      this.#lexer.advance();
      const name = this.#expression();
      this.#close('}');
      return this.#tree.sofar().textAt(name) ?? name;
    }
    return this.#problem(`unexpected ${this.#found()}, expected a name`);
  }

  /** Goes over a bracket that closes, also where something else stands in front of it. */
  #close(type: string): void {
    if (this.#take(type)) return;
    this.#problem(`unexpected ${this.#found()}, expected "${type}"`);
    this.#synchronize(type);
    if (this.#take(type)) this.#recovering = false;
  }

  /** Skips to the next `;` or closing bracket that belongs to what is being read. */
  #synchronize(until: string): void {
    const open: string[] = [];
    for (;;) {
      const { type } = this.#lexer;
      if (type === 'end') return;
      if (open.length === 0 && (type === ';' || type === until || type === '}')) return;
      if (type === '"' || type === "''") {
        this.#text();
        continue;
      }
      if (type === '{' || type === '${') open.push('}');
      else if (type === '(') open.push(')');
      else if (type === '[') open.push(']');
      else if (type === open.at(-1)) open.pop();
      this.#lexer.advance();
    }
  }
}
