import type { SourceLocation } from '../model/source-location.ts';
import { type Aligned, aligned } from '../text/alignment.ts';
import { type NamedValue, namedValues } from './bindings.ts';
import { SourceFile } from './source-tree.ts';
import type { NodeId } from './syntax/expression.ts';
import { literalsIn, parse, type Span } from './syntax/parse.ts';
import { readIndentedText, readText } from './syntax/text.ts';

/** What a name is given, both as Nix writes it: one text, or a list of texts. */
export interface Rewriting {
  readonly before: string;
  readonly after: string;
}

interface Replacement extends Span {
  readonly text: string;
}

/**
 * The text of a file in which the name at a place has another value, and all else is as it was: of a list also what stands
 * between its items. Undefined where that value is not what it should be before, or not written out there.
 */
export function rewritten(
  file: SourceFile,
  at: Pick<SourceLocation, 'line' | 'column'>,
  { before, after }: Rewriting,
): string | undefined {
  if (file.syntax.problems.length > 0) return undefined;
  const named = namedAt(file, at);
  const [from, to] = [literalOf(before), literalOf(after)];
  if (named === undefined || from === undefined || to === undefined || !isSame(writtenIn(named), from.value))
    return undefined;
  const replaced = Array.isArray(to.value)
    ? inList(file, named.node, to.value, to.items)
    : inText(file, named.node, after);
  if (replaced === undefined) return undefined;
  const result = new SourceFile(file.path, replaced);
  return result.syntax.problems.length === 0 && isSame(writtenIn(namedAt(result, at)), to.value)
    ? replaced
    : undefined;
}

/** A comment of nothing but words. */
const WORDS = /^[\p{L}\p{M}\p{Extended_Pictographic}\s#*/.,;!?()-]*$/u;
const NAMES_SECRET = /pass|secret|token|credential|\b(?:key|pin|pwd?|code)\b/i;

/**
 * The lines of a file, from 0, that may hold a secret, which nobody can tell from another value: those with a text or a number
 * that is not the value at a place, and those with a comment that is more than words.
 */
export function linesToHide(
  file: SourceFile,
  at: Pick<SourceLocation, 'line' | 'column'>,
): ReadonlySet<number> {
  const own = new Set(ownTexts(file, at));
  const lines = new Set<number>();
  const hide = ({ start, end }: Span) => {
    const last = file.lines.of(Math.max(start, end - 1)).line - 1;
    for (let line = file.lines.of(start).line - 1; line <= last; line++) lines.add(line);
  };
  for (const literal of literalsIn(file.text)) if (!own.has(literal.start)) hide(literal);
  for (const comment of file.syntax.comments) {
    const text = file.text.slice(comment.start, comment.end);
    if (!WORDS.test(text) || NAMES_SECRET.test(text)) hide(comment);
  }
  return lines;
}

/** Where a text, or the texts of a list, begin. */
function ownTexts(file: SourceFile, at: Pick<SourceLocation, 'line' | 'column'>): readonly number[] {
  const named = namedAt(file, at);
  if (named === undefined) return [];
  const { tree } = file.syntax;
  const value = tree.read(named.node);
  return (value.type === 'list' ? value.items : [named.node]).map((node) => tree.start(node));
}

const namedAt = (file: SourceFile, { line, column }: Pick<SourceLocation, 'line' | 'column'>) =>
  namedValues(file).find(({ at }) => at.line === line && at.column === column);

const writtenIn = (named: NamedValue | undefined) => named?.text ?? named?.list;

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** A text, or a list of texts, with its items as they are written. */
function literalOf(written: string) {
  const { tree, root, problems } = parse(written);
  if (problems.length > 0) return undefined;
  const text = tree.textAt(root);
  if (text !== undefined) return { value: text, items: [] };
  const list = tree.read(root);
  if (list.type !== 'list') return undefined;
  const items = list.items.flatMap((item) => {
    const [value, span] = [tree.textAt(item), spanOf(written, tree.start(item))];
    return value === undefined || span === undefined
      ? []
      : [{ value, written: written.slice(span.start, span.end) }];
  });
  if (items.length < list.items.length) return undefined;
  return { value: items.map(({ value }) => value), items: items.map((item) => item.written) };
}

function inText({ text, syntax: { tree } }: SourceFile, node: NodeId, after: string): string | undefined {
  const span = spanOf(text, tree.start(node));
  return span && text.slice(0, span.start) + after + text.slice(span.end);
}

/** Where a text in quotes stands; a URI has none. */
function spanOf(text: string, start: number): Span | undefined {
  let isPlain = true;
  const interpolation = () => {
    isPlain = false;
    return { expression: 0 as NodeId, end: text.length };
  };
  const read = text.startsWith("''", start)
    ? readIndentedText(text, start + 2, interpolation)
    : text[start] === '"'
      ? readText(text, start + 1, interpolation)
      : undefined;
  return read?.end === undefined || !isPlain ? undefined : { start, end: read.end };
}

/** Items that stay are not touched; one that comes in the place of another one stands where that stood. */
function inList(
  { text, syntax: { tree } }: SourceFile,
  node: NodeId,
  values: readonly string[],
  written: readonly string[],
): string | undefined {
  const list = tree.read(node);
  if (list.type !== 'list') return undefined;
  const items = list.items.flatMap((item) => {
    const [value, span] = [tree.textAt(item), spanOf(text, tree.start(item))];
    return value === undefined || span === undefined ? [] : [{ ...span, value }];
  });
  const steps = aligned(
    items.map(({ value }) => value),
    values,
  );
  if (items.length < list.items.length || steps === undefined) return undefined;
  const changes = changesOf(steps, items, written, { start: list.start, end: list.start + 1 });
  // From the end to the beginning: what stands before a change stays where it is.
  return changes.reduceRight((now, change) => spliced(now, change(now)), text);
}

const spliced = (now: string, { start, end, text }: Replacement) =>
  now.slice(0, start) + text + now.slice(end);

/** What to do to a list, in the order of its items; a change is told the text as it is by then. */
type Change = (now: string) => Replacement;

/** @param bracket behind which the first item stands */
function changesOf(
  steps: readonly Aligned[],
  items: readonly Span[],
  written: readonly string[],
  bracket: Span,
): readonly Change[] {
  const changes: Change[] = [];
  let [anchor, old, next] = [bracket, 0, 0];
  for (let index = 0; index < steps.length; ) {
    const run = runAt(steps, index);
    index += Math.max(1, run.removed + run.added);
    const replaced = Math.min(run.removed, run.added);
    for (const [each, item] of items.slice(old, old + replaced).entries()) {
      const text = written[next + each] ?? '';
      anchor = item;
      changes.push(() => ({ ...item, text }));
    }
    for (const item of items.slice(old + replaced, old + run.removed))
      changes.push((now) => removal(now, item));
    const behind = anchor;
    for (const text of written.slice(next + replaced, next + run.added))
      changes.push((now) => addition(now, behind, text));
    const kept = run.removed + run.added === 0 ? 1 : 0;
    if (kept === 1) anchor = items[old] ?? anchor;
    old += run.removed + kept;
    next += run.added + kept;
  }
  return changes;
}

/** How many are removed and added from here to the next that stays. */
function runAt(steps: readonly Aligned[], from: number) {
  const found = { removed: 0, added: 0 };
  for (let at = from; ; at++) {
    const kind = steps[at]?.kind ?? 'both';
    if (kind === 'both') return found;
    found[kind]++;
  }
}

/** With its line, where it is alone there; else with the blanks on one side of it. */
function removal(now: string, { start, end }: Span): Replacement {
  const lineStart = now.lastIndexOf('\n', start - 1) + 1;
  const isFirst = isBlank(now.slice(lineStart, start));
  const [blanks = '', lineEnd = ''] = /^[ \t]*(\r?\n)?/.exec(now.slice(end)) ?? [];
  if (isFirst && lineEnd !== '') return { start: lineStart, end: end + blanks.length, text: '' };
  if (isFirst) return { start, end: end + blanks.length, text: '' };
  const before = /[ \t]*$/.exec(now.slice(lineStart, start))?.[0] ?? '';
  return { start: start - before.length, end, text: '' };
}

/** On a line of its own, where the one that it stands behind has one. */
function addition(now: string, { start, end }: Span, text: string): Replacement {
  const indentation = now.slice(now.lastIndexOf('\n', start - 1) + 1, start);
  const [rest = '', lineEnd = ''] = /^[ \t]*(?:#[^\r\n]*)?(\r?\n)/.exec(now.slice(end)) ?? [];
  if (lineEnd !== '' && isBlank(indentation) && now[start] !== '[') {
    const at = end + rest.length;
    return { start: at, end: at, text: `${indentation}${text}${lineEnd}` };
  }
  const isTight = now[start] === '[' && !/^\s/.test(now.slice(end));
  return { start: end, end, text: ` ${text}${isTight ? ' ' : ''}` };
}

const isBlank = (text: string) => /^[ \t]*$/.test(text);
