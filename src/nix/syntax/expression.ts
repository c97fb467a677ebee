declare const node: unique symbol;

/** An expression of a file: where it stands in its `SyntaxTree`. */
export type NodeId = number & { readonly [node]: true };

/** An expression of Nix. It begins at `start`, an offset in the text of its file; what it consists of are other nodes. */
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
  /** As it is written. */
  readonly digits: string;
}

/** A string, indented or not, or a URI: escapes and indentation are already taken out of the parts. */
interface TextLiteral extends Node<'text'> {
  readonly parts: readonly Part[];
}

/** `./a/${b}.nix`, `/etc/x`, `~/x`: the parts as written. */
interface PathLiteral extends Node<'path'> {
  readonly parts: readonly Part[];
}

/** `<nixpkgs/lib>`. */
interface SearchPath extends Node<'search path'> {
  readonly path: string;
}

interface ListLiteral extends Node<'list'> {
  readonly items: readonly NodeId[];
}

interface SetLiteral extends Node<'set'> {
  readonly recursive: boolean;
  readonly bindings: readonly Binding[];
}

/** `let ... in body`; the old `let { body = ...; }` reads as the selection of `body` from a recursive set. */
interface LetIn extends Node<'let'> {
  readonly bindings: readonly Binding[];
  readonly body: NodeId;
}

interface With extends Node<'with'> {
  readonly set: NodeId;
  readonly body: NodeId;
}

export interface Assert extends Node<'assert'> {
  readonly condition: NodeId;
  readonly body: NodeId;
}

export interface If extends Node<'if'> {
  readonly condition: NodeId;
  readonly consequent: NodeId;
  readonly alternate: NodeId;
}

export interface Lambda extends Node<'lambda'> {
  /** The name of the whole argument: `x: ...`, `args@{ ... }: ...`. */
  readonly name: string | undefined;
  readonly pattern: Pattern | undefined;
  readonly body: NodeId;
}

export interface Pattern {
  readonly fields: readonly Field[];
  /** `...`: other attributes are allowed. */
  readonly open: boolean;
}

export interface Field {
  readonly name: string;
  readonly start: number;
  readonly fallback: NodeId | undefined;
}

interface Apply extends Node<'apply'> {
  readonly callee: NodeId;
  readonly argument: NodeId;
}

export interface Select extends Node<'select'> {
  readonly from: NodeId;
  readonly path: AttributePath;
  readonly fallback: NodeId | undefined;
}

export interface HasAttribute extends Node<'has'> {
  readonly from: NodeId;
  readonly path: AttributePath;
}

/** `a.${b}."c"` */
export type AttributePath = readonly { readonly name: Part; readonly start: number }[];

export interface Unary extends Node<'unary'> {
  readonly operator: '!' | '-';
  readonly operand: NodeId;
}

export const BINARY_OPERATORS = [
  ...(['->', '||', '&&', '==', '!=', '<', '>', '<=', '>=', '//', '+', '-', '*', '/', '++'] as const),
] as const;
export type BinaryOperator = (typeof BINARY_OPERATORS)[number];

export interface Binary extends Node<'binary'> {
  readonly operator: BinaryOperator;
  readonly left: NodeId;
  readonly right: NodeId;
}

/** What stands where an expression should: the problem is among those of the file. */
interface Broken extends Node<'broken'> {
  readonly message: string;
}

/** Of a text, a path, the name of an attribute: as it is written, or what it is computed by. */
export type Part = string | NodeId;

export type Binding =
  | {
      readonly type: 'binding';
      readonly start: number;
      readonly name: Part;
      /** What stands behind the name: `b` and `c` of `a.b.c = ...`. Most have nothing there. */
      readonly below: readonly Part[];
      readonly value: NodeId;
    }
  | {
      readonly type: 'inherit';
      readonly start: number;
      readonly from: NodeId | undefined;
      readonly names: readonly { readonly name: string; readonly start: number }[];
    };
