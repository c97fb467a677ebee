import {
  type AttributePath,
  BINARY_OPERATORS,
  type BinaryOperator,
  type Binding,
  type Expression,
  type Field,
  type NodeId,
  type Part,
  type Pattern,
} from './expression.ts';

const TYPE = {
  identifier: 0,
  integer: 1,
  float: 2,
  text: 3,
  path: 4,
  'search path': 5,
  list: 6,
  set: 7,
  let: 8,
  with: 9,
  assert: 10,
  if: 11,
  lambda: 12,
  apply: 13,
  select: 14,
  has: 15,
  unary: 16,
  binary: 17,
  broken: 18,
} as const satisfies Record<Expression['type'], number>;
const TYPES = Object.keys(TYPE) as readonly Expression['type'][];

const NONE = -1;
const NOTHING: readonly never[] = [];

/**
 * The expressions of one file, as numbers in a row: as objects they take five times the memory, and most of the time of
 * reading goes into keeping them. An expression is made an object when somebody looks at it.
 *
 * Each begins with the number of its type and the offset where it starts; then come what it consists of: nodes, counts, and
 * strings by their number. Where a string or a node may stand, a string is the complement of its number.
 */
export class SyntaxTree {
  readonly #words: Int32Array;
  readonly #strings: readonly string[];

  constructor(words: Int32Array, strings: readonly string[]) {
    this.#words = words;
    this.#strings = strings;
  }

  type(id: NodeId): Expression['type'] {
    return TYPES[this.#words[id] ?? NONE] ?? 'broken';
  }

  start(id: NodeId): number {
    return this.#words[id + 1] ?? 0;
  }

  /** The name that it is, if it is no more than a name. */
  nameAt(id: NodeId): string | undefined {
    return this.#words[id] === TYPE.identifier ? this.#string(id + 2) : undefined;
  }

  /** The text that it is, if it is one with nothing to evaluate in it. */
  textAt(id: NodeId): string | undefined {
    if (this.#words[id] !== TYPE.text) return undefined;
    const at = id + 2;
    const count = this.#word(at);
    if (count === 0) return '';
    const only = this.#word(at + 1);
    return count === 1 && only < 0 ? this.#strings[~only] : undefined;
  }

  read(id: NodeId): Expression {
    const type = this.type(id);
    const start = this.start(id);
    const at = id + 2;
    switch (type) {
      case 'identifier':
        return { type, start, name: this.#string(at) };
      case 'integer':
      case 'float':
        return { type, start, digits: this.#string(at) };
      case 'text':
      case 'path':
        return { type, start, parts: this.#parts(at) };
      case 'search path':
        return { type, start, path: this.#string(at) };
      case 'list':
        return { type, start, items: this.#nodes(at) };
      case 'set':
        return { type, start, recursive: this.#word(at) === 1, bindings: this.#bindings(at + 1) };
      case 'let':
        return { type, start, body: this.#node(at), bindings: this.#bindings(at + 1) };
      case 'with':
        return { type, start, set: this.#node(at), body: this.#node(at + 1) };
      case 'assert':
        return { type, start, condition: this.#node(at), body: this.#node(at + 1) };
      case 'if':
        return {
          type,
          start,
          condition: this.#node(at),
          consequent: this.#node(at + 1),
          alternate: this.#node(at + 2),
        };
      case 'lambda': {
        const name = this.#word(at) === NONE ? undefined : this.#string(at);
        return { type, start, name, body: this.#node(at + 1), pattern: this.#pattern(at + 2) };
      }
      case 'apply':
        return { type, start, callee: this.#node(at), argument: this.#node(at + 1) };
      case 'select':
        return {
          type,
          start,
          from: this.#node(at),
          fallback: this.#optional(at + 1),
          path: this.#attributePath(at + 2),
        };
      case 'has':
        return { type, start, from: this.#node(at), path: this.#attributePath(at + 1) };
      case 'unary':
        return { type, start, operator: this.#word(at) === 0 ? '!' : '-', operand: this.#node(at + 1) };
      case 'binary': {
        const operator = BINARY_OPERATORS[this.#word(at)] ?? '+';
        return { type, start, operator, left: this.#node(at + 1), right: this.#node(at + 2) };
      }
      case 'broken':
        return { type, start, message: this.#string(at) };
    }
  }

  #word(at: number): number {
    return this.#words[at] ?? 0;
  }

  #string(at: number): string {
    return this.#strings[this.#word(at)] ?? '';
  }

  #node(at: number): NodeId {
    return this.#word(at) as NodeId;
  }

  #optional(at: number): NodeId | undefined {
    return this.#word(at) === NONE ? undefined : this.#node(at);
  }

  #part(at: number): Part {
    const word = this.#word(at);
    return word < 0 ? (this.#strings[~word] ?? '') : (word as NodeId);
  }

  #parts(at: number): readonly Part[] {
    return this.#many(at, 1, (each) => this.#part(each));
  }

  #nodes(at: number): readonly NodeId[] {
    return this.#many(at, 1, (each) => this.#node(each));
  }

  #attributePath(at: number): AttributePath {
    return this.#many(at, 2, (each) => ({ name: this.#part(each), start: this.#word(each + 1) }));
  }

  /** So many as the word at `at` says, each of so many words. */
  #many<T>(at: number, size: number, read: (at: number) => T): readonly T[] {
    const count = this.#word(at);
    if (count === 0) return NOTHING;
    if (count === 1) return [read(at + 1)];
    const found = new Array<T>(count);
    for (let index = 0; index < count; index++) found[index] = read(at + 1 + index * size);
    return found;
  }

  #pattern(at: number): Pattern | undefined {
    const open = this.#word(at);
    if (open === NONE) return undefined;
    const fields = this.#many(at + 1, 3, (each): Field => {
      return { name: this.#string(each), start: this.#word(each + 1), fallback: this.#optional(each + 2) };
    });
    return { open: open === 1, fields };
  }

  #bindings(from: number): readonly Binding[] {
    const found = new Array<Binding>(this.#word(from));
    let at = from + 1;
    for (let index = 0; index < found.length; index++) {
      const start = this.#word(at);
      if (start >= 0) {
        const [name, value, below] = [this.#part(at + 1), this.#node(at + 2), this.#parts(at + 3)];
        found[index] = { type: 'binding', start, name, value, below };
        at += 4 + below.length;
      } else {
        const names = this.#many(at + 2, 2, (each) => ({
          name: this.#string(each),
          start: this.#word(each + 1),
        }));
        found[index] = { type: 'inherit', start: ~start, from: this.#optional(at + 1), names };
        at += 3 + names.length * 2;
      }
    }
    return found;
  }
}

/** Room to build in, which one file leaves to the next. */
let room = new Int32Array(1024);

/**
 * Puts the expressions of a file in a row, those that an expression consists of before itself. One is to be built before
 * another is begun.
 */
export class SyntaxTreeBuilder {
  #length = 0;
  readonly #strings: string[] = [];
  readonly #numbers = new Map<string, number>();

  built(): SyntaxTree {
    return new SyntaxTree(room.slice(0, this.#length), this.#strings);
  }

  /** As far as it is built, and until more is. */
  sofar(): SyntaxTree {
    return new SyntaxTree(room, this.#strings);
  }

  start(id: NodeId): number {
    return room[id + 1] ?? 0;
  }

  identifier(start: number, name: string): NodeId {
    const id = this.#begin(TYPE.identifier, start);
    this.#put(this.#word(name));
    return id;
  }

  number(type: 'integer' | 'float', start: number, digits: string): NodeId {
    const id = this.#begin(TYPE[type], start);
    this.#put(this.#word(digits));
    return id;
  }

  text(start: number, parts: readonly Part[]): NodeId {
    const id = this.#begin(TYPE.text, start);
    this.#parts(parts);
    return id;
  }

  path(start: number, parts: readonly Part[]): NodeId {
    const id = this.#begin(TYPE.path, start);
    this.#parts(parts);
    return id;
  }

  searchPath(start: number, path: string): NodeId {
    const id = this.#begin(TYPE['search path'], start);
    this.#put(this.#word(path));
    return id;
  }

  list(start: number, items: readonly NodeId[]): NodeId {
    const id = this.#begin(TYPE.list, start);
    this.#put(items.length);
    for (const item of items) this.#put(item);
    return id;
  }

  set(start: number, recursive: boolean, bindings: readonly Binding[]): NodeId {
    const id = this.#begin(TYPE.set, start);
    this.#put(recursive ? 1 : 0);
    this.#bindings(bindings);
    return id;
  }

  letIn(start: number, bindings: readonly Binding[], body: NodeId): NodeId {
    const id = this.#begin(TYPE.let, start);
    this.#put(body);
    this.#bindings(bindings);
    return id;
  }

  opened(start: number, set: NodeId, body: NodeId): NodeId {
    return this.#of(TYPE.with, start, set, body);
  }

  assertion(start: number, condition: NodeId, body: NodeId): NodeId {
    return this.#of(TYPE.assert, start, condition, body);
  }

  conditional(start: number, condition: NodeId, consequent: NodeId, alternate: NodeId): NodeId {
    const id = this.#of(TYPE.if, start, condition, consequent);
    this.#put(alternate);
    return id;
  }

  lambda(start: number, name: string | undefined, pattern: Pattern | undefined, body: NodeId): NodeId {
    const id = this.#of(TYPE.lambda, start, name === undefined ? NONE : this.#word(name), body);
    this.#pattern(pattern);
    return id;
  }

  apply(start: number, callee: NodeId, argument: NodeId): NodeId {
    return this.#of(TYPE.apply, start, callee, argument);
  }

  select(start: number, from: NodeId, path: AttributePath, fallback: NodeId | undefined): NodeId {
    const id = this.#of(TYPE.select, start, from, fallback ?? NONE);
    this.#attributePath(path);
    return id;
  }

  has(start: number, from: NodeId, path: AttributePath): NodeId {
    const id = this.#begin(TYPE.has, start);
    this.#put(from);
    this.#attributePath(path);
    return id;
  }

  unary(start: number, operator: '!' | '-', operand: NodeId): NodeId {
    return this.#of(TYPE.unary, start, operator === '!' ? 0 : 1, operand);
  }

  binary(start: number, operator: BinaryOperator, left: NodeId, right: NodeId): NodeId {
    const id = this.#of(TYPE.binary, start, BINARY_OPERATORS.indexOf(operator), left);
    this.#put(right);
    return id;
  }

  broken(start: number, message: string): NodeId {
    const id = this.#begin(TYPE.broken, start);
    this.#put(this.#word(message));
    return id;
  }

  #begin(type: number, start: number): NodeId {
    const id = this.#length as NodeId;
    this.#put(type);
    this.#put(start);
    return id;
  }

  #of(type: number, start: number, one: number, another: number): NodeId {
    const id = this.#begin(type, start);
    this.#put(one);
    this.#put(another);
    return id;
  }

  #put(word: number): void {
    if (this.#length === room.length) {
      const larger = new Int32Array(room.length * 2);
      larger.set(room);
      room = larger;
    }
    room[this.#length++] = word;
  }

  /** The number of a string: the same names come again and again. */
  #word(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#strings.push(text) - 1;
    this.#numbers.set(text, number);
    return number;
  }

  #part(part: Part): void {
    this.#put(typeof part === 'string' ? ~this.#word(part) : part);
  }

  #parts(parts: readonly Part[]): void {
    this.#put(parts.length);
    for (const part of parts) this.#part(part);
  }

  #attributePath(path: AttributePath): void {
    this.#put(path.length);
    for (const { name, start } of path) {
      this.#part(name);
      this.#put(start);
    }
  }

  #pattern(pattern: Pattern | undefined): void {
    if (pattern === undefined) {
      this.#put(NONE);
      return;
    }
    this.#put(pattern.open ? 1 : 0);
    this.#put(pattern.fields.length);
    for (const { name, start, fallback } of pattern.fields) {
      this.#put(this.#word(name));
      this.#put(start);
      this.#put(fallback ?? NONE);
    }
  }

  #bindings(bindings: readonly Binding[]): void {
    this.#put(bindings.length);
    for (const binding of bindings) {
      if (binding.type === 'binding') {
        this.#put(binding.start);
        this.#part(binding.name);
        this.#put(binding.value);
        this.#parts(binding.below);
        continue;
      }
      this.#put(~binding.start);
      this.#put(binding.from ?? NONE);
      this.#put(binding.names.length);
      for (const { name, start } of binding.names) {
        this.#put(this.#word(name));
        this.#put(start);
      }
    }
  }
}
