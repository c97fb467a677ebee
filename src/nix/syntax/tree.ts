/** Every node begins at `start`, an offset in the text of its file; `placeAt` makes it a line and a column. */
interface Node<Type extends string> {
  readonly type: Type;
  readonly start: number;
}

export type Expression =
  | Identifier
  | NumberLiteral
  | TextLiteral
  | PathLiteral
  | SearchPath
  | ListLiteral
  | SetLiteral
  | LetIn
  | With
  | Assert
  | If
  | Lambda
  | Apply
  | Select
  | HasAttribute
  | Unary
  | Binary
  | Broken;

interface Identifier extends Node<'identifier'> {
  readonly name: string;
}

interface NumberLiteral extends Node<'integer' | 'float'> {
  readonly value: number;
}

/** A string, indented or not, or a URI: escapes and indentation are already taken out of the parts. */
interface TextLiteral extends Node<'text'> {
  readonly parts: readonly (string | Expression)[];
}

/** `./a/${b}.nix`, `/etc/x`, `~/x`: the parts as written. */
export interface PathLiteral extends Node<'path'> {
  readonly parts: readonly (string | Expression)[];
}

/** `<nixpkgs/lib>`. */
interface SearchPath extends Node<'search path'> {
  readonly path: string;
}

interface ListLiteral extends Node<'list'> {
  readonly items: readonly Expression[];
}

export interface SetLiteral extends Node<'set'> {
  readonly recursive: boolean;
  readonly bindings: readonly Binding[];
}

/** `let ... in body`; the old `let { body = ...; }` reads as the selection of `body` from a recursive set. */
interface LetIn extends Node<'let'> {
  readonly bindings: readonly Binding[];
  readonly body: Expression;
}

interface With extends Node<'with'> {
  readonly set: Expression;
  readonly body: Expression;
}

interface Assert extends Node<'assert'> {
  readonly condition: Expression;
  readonly body: Expression;
}

interface If extends Node<'if'> {
  readonly condition: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

export interface Lambda extends Node<'lambda'> {
  /** The name of the whole argument: `x: ...`, `args@{ ... }: ...`. */
  readonly name: string | undefined;
  readonly pattern: Pattern | undefined;
  readonly body: Expression;
}

export interface Pattern {
  readonly fields: readonly Field[];
  /** `...`: other attributes are allowed. */
  readonly open: boolean;
}

export interface Field {
  readonly name: string;
  readonly start: number;
  readonly fallback: Expression | undefined;
}

interface Apply extends Node<'apply'> {
  readonly callee: Expression;
  readonly argument: Expression;
}

export interface Select extends Node<'select'> {
  readonly from: Expression;
  readonly path: readonly AttributeName[];
  /** Where each name of the path begins. */
  readonly starts: readonly number[];
  readonly fallback: Expression | undefined;
}

export interface HasAttribute extends Node<'has'> {
  readonly from: Expression;
  readonly path: readonly AttributeName[];
  readonly starts: readonly number[];
}

interface Unary extends Node<'unary'> {
  readonly operator: '!' | '-';
  readonly operand: Expression;
}

export type BinaryOperator =
  | '->'
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '>'
  | '<='
  | '>='
  | '//'
  | '+'
  | '-'
  | '*'
  | '/'
  | '++';

interface Binary extends Node<'binary'> {
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** What stands where an expression should: the problem is among those of the file. */
interface Broken extends Node<'broken'> {
  readonly message: string;
}

/** As it is written, or what it is computed by: no node, as these are the most of a tree. */
export type AttributeName = string | Expression;

export type Binding =
  | {
      readonly type: 'binding';
      readonly start: number;
      readonly path: readonly AttributeName[];
      readonly value: Expression;
    }
  | {
      readonly type: 'inherit';
      readonly start: number;
      readonly from: Expression | undefined;
      readonly names: readonly { readonly name: string; readonly start: number }[];
    };

/** `# ...` or a block comment, with its marks. */
export interface Comment {
  readonly start: number;
  readonly end: number;
}

export interface Problem {
  readonly message: string;
  readonly start: number;
}

export interface Syntax {
  readonly root: Expression;
  /** All paths that are written out anywhere in it: what it may import. */
  readonly paths: readonly PathLiteral[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
}
