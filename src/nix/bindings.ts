import type { SourceLocation } from '../model/source-location.ts';
import { placeOf } from './place.ts';
import type { SourceFile } from './source-tree.ts';
import type { Binding, Expression, NodeId } from './syntax/expression.ts';

/** A name that a file gives a value, with the names around it: `["network", "minipcTailscaleIP"]`. */
export interface NamedValue {
  readonly path: readonly string[];
  /** The text, where the value is one that is written out. */
  readonly text: string | undefined;
  /** Likewise, where it is a list of nothing but texts. */
  readonly list: readonly string[] | undefined;
  readonly at: SourceLocation;
  /** The value itself. */
  readonly node: NodeId;
}

type WrittenOut = Extract<Expression, { readonly type: 'text' }>;

/** Stands in a script for what is computed there. */
const HOLE = `$\{…}`;
/** `${…}/bin/podman` */
const OF_PROGRAM = /^\S*\/bin\/[\w-]+$/;

/** Everything in a file that has a name, in force or not: for what no option tells, such as constants. */
export function namedValues(file: SourceFile): readonly NamedValue[] {
  return walked(file).values;
}

/** A text anywhere in a file, with the names around it. */
export interface WrittenText extends Pick<NamedValue, 'path' | 'at'> {
  readonly text: string;
  /** The same, with a program that is computed in it by its name, and `${…}` for all else. */
  readonly script: string;
}

/** Every text of a file, in force or not, without what is computed in it. */
export function writtenTexts(file: SourceFile): readonly WrittenText[] {
  return walked(file).texts;
}

/** Lists that have texts in them, each as one script: a command may be written as a list of its words. */
export function writtenWords(file: SourceFile): readonly Omit<WrittenText, 'text'>[] {
  return walked(file).words;
}

function walked(file: SourceFile) {
  const found: NamedValue[] = [];
  const texts: WrittenText[] = [];
  const words: Omit<WrittenText, 'text'>[] = [];
  const { tree, root } = file.syntax;
  /** Programs that the file gives a name. */
  const programs = new Map<string, string>();
  const bind = (bindings: readonly Binding[], around: readonly string[]) => {
    for (const { name, value } of bindings.flatMap((each) => (each.type === 'inherit' ? [] : [each]))) {
      const written = tree.read(value);
      const script = written.type === 'text' || written.type === 'apply' ? scriptOf(written) : HOLE;
      if (
        typeof name === 'string' &&
        script !== HOLE &&
        (written.type === 'apply' || OF_PROGRAM.test(script))
      )
        programs.set(name, script);
    }
    for (const binding of bindings) {
      if (binding.type === 'inherit') continue;
      const names = [binding.name, ...binding.below].map((each) =>
        typeof each === 'string' ? each : literal(tree.read(each)),
      );
      const value = tree.read(binding.value);
      const path = [...around, ...names.map((name) => name ?? '…')];
      const list = value.type === 'list' ? literals(value.items.map((item) => tree.read(item))) : undefined;
      const at = placeOf({ file, start: binding.start });
      found.push({ path, text: literal(value), list, at, node: binding.value });
      read(value, path);
    }
  };
  /** `lib.getExe pkgs.podman`, `lib.getExe' pkgs.podman "podman"`, or a name of either or of its path. */
  const programOf = (expression: Expression): string | undefined => {
    if (expression.type === 'identifier') return programs.get(expression.name);
    if (expression.type !== 'apply') return undefined;
    const callee = tree.read(expression.callee);
    const argument = tree.read(expression.argument);
    const isSecond = callee.type === 'apply' && nameOf(tree.read(callee.callee)) === "getExe'";
    if (isSecond) return literal(argument);
    return nameOf(callee) === 'getExe' ? nameOf(argument) : undefined;
  };
  const textOf = ({ parts }: WrittenOut, hole: (part: NodeId) => string) =>
    parts.map((part) => (typeof part === 'string' ? part : hole(part))).join('');
  const scriptOf = (expression: Expression): string =>
    expression.type === 'text'
      ? textOf(expression, (part) => programOf(tree.read(part)) ?? HOLE)
      : (programOf(expression) ?? HOLE);
  const read = (expression: Expression, path: readonly string[]): void => {
    if (expression.type === 'text') {
      texts.push({
        path,
        text: textOf(expression, () => ' '),
        script: scriptOf(expression),
        at: placeOf({ file, start: expression.start }),
      });
    } else if (expression.type === 'list') {
      const items = expression.items.map((item) => tree.read(item));
      if (items.filter(({ type }) => type === 'text').length > 1)
        words.push({
          path,
          script: items.map(scriptOf).join(' '),
          at: placeOf({ file, start: expression.start }),
        });
    } else if (expression.type === 'set') bind(expression.bindings, path);
    else if (expression.type === 'let') bind(expression.bindings, []);
    for (const inner of within(expression)) read(tree.read(inner), path);
  };
  read(tree.read(root), []);
  return { values: found, texts, words };
}

/** The last name of `pkgs.podman`. */
function nameOf(expression: Expression): string | undefined {
  if (expression.type === 'identifier') return expression.name;
  const last = expression.type === 'select' ? expression.path.at(-1)?.name : undefined;
  return typeof last === 'string' ? last : undefined;
}

/** The parts of an expression that have no name of their own. */
function within(expression: Expression): readonly NodeId[] {
  switch (expression.type) {
    case 'let':
    case 'lambda':
    case 'assert':
    case 'with':
      return [expression.body];
    case 'if':
      return [expression.consequent, expression.alternate];
    case 'apply':
      return [expression.callee, expression.argument];
    case 'binary':
      return [expression.left, expression.right];
    case 'list':
      return expression.items;
    case 'text':
      return expression.parts.filter((part) => typeof part !== 'string');
    case 'select':
      return [expression.from];
    default:
      return [];
  }
}

function literal(expression: Expression): string | undefined {
  if (expression.type !== 'text') return undefined;
  const [only = ''] = expression.parts;
  return expression.parts.length <= 1 && typeof only === 'string' ? only : undefined;
}

function literals(items: readonly Expression[]): readonly string[] | undefined {
  const texts = items.map(literal);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}
