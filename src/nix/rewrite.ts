import type { SourceLocation } from '../model/source-location.ts';
import { type Aligned, aligned } from '../text/alignment.ts';
import { changedList, type ListChange } from '../text/list-changes.ts';
import { type NamedValue, namedValues } from './bindings.ts';
import { SourceFile } from './source-tree.ts';
import type { NodeId } from './syntax/expression.ts';
import { literalsIn, parse, type Span } from './syntax/parse.ts';
import { readIndentedText, readText } from './syntax/text.ts';

/** What a name is given, as Nix writes it: another text, or a list in which some texts change. */
export type Rewriting =
  | { readonly before: string; readonly after: string }
  | { readonly items: readonly ListChange[] };

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
  rewriting: Rewriting,
): string | undefined {
  if (file.syntax.problems.length > 0) return undefined;
  const named = namedAt(file, at);
  const replaced =
    named && ('items' in rewriting ? withItems(file, named, rewriting) : withText(file, named, rewriting));
  if (replaced === undefined) return undefined;
  const result = new SourceFile(file.path, replaced.text);
  return result.syntax.problems.length === 0 && isSame(writtenIn(namedAt(result, at)), replaced.value)
    ? replaced.text
    : undefined;
}

interface Replaced {
  readonly text: string;
  /** What the name has then. */
  readonly value: string | readonly string[];
}

function withText(
  { text, syntax: { tree } }: SourceFile,
  { node, text: now }: NamedValue,
  { before, after }: Extract<Rewriting, { readonly before: string }>,
): Replaced | undefined {
  const [from, to] = [textOf(before), textOf(after)];
  const span = spanOf(text, tree.start(node));
  if (from === undefined || to === undefined || now !== from || span === undefined) return undefined;
  return { text: text.slice(0, span.start) + after + text.slice(span.end), value: to };
}

function withItems(
  file: SourceFile,
  { node, list: now }: NamedValue,
  { items }: Extract<Rewriting, { readonly items: unknown }>,
): Replaced | undefined {
  const changes = items.map(({ remove, add }) => ({ remove: textsOf(remove), add: textsOf(add) }));
  const value = now && changedList(now, changes);
  if (value === undefined) return undefined;
  const written = new Map(items.flatMap(({ add }) => add).map((text) => [textOf(text), text]));
  const text = inList(
    file,
    node,
    value,
    value.map((each) => written.get(each) ?? ''),
  );
  return text === undefined ? undefined : { text, value };
}

/** The texts that a change takes away or brings; what a text is changed into is no part of a list. */
export function changedIn(rewriting: Rewriting): ReadonlySet<string> {
  const items = 'items' in rewriting ? rewriting.items : [];
  return new Set(items.flatMap(({ remove, add }) => textsOf([...remove, ...add])));
}

/** A comment of nothing but words. */
const WORDS = /^[\p{L}\p{M}\p{Extended_Pictographic}\s#*/.,;!?()-]*$/u;
const NAMES_SECRET = /pass|secret|token|credential|\b(?:key|pin|pwd?|code)\b/i;

/**
 * The lines of a file, from 0, that may hold a secret, which nobody can tell from another value: those with a text or a number
 * that is not the value at a place, or of a list there not what changes, and those with a comment that is more than words.
 */
export function linesToHide(
  file: SourceFile,
  at: Pick<SourceLocation, 'line' | 'column'>,
  changed: ReadonlySet<string>,
): ReadonlySet<number> {
  const own = new Set(ownTexts(file, at, changed));
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

/** Where a text begins, or those texts of a list that change. */
function ownTexts(
  file: SourceFile,
  at: Pick<SourceLocation, 'line' | 'column'>,
  changed: ReadonlySet<string>,
): readonly number[] {
  const named = namedAt(file, at);
  if (named === undefined) return [];
  const { tree } = file.syntax;
  const value = tree.read(named.node);
  const own =
    value.type === 'list' ? value.items.filter((item) => changed.has(tree.textAt(item) ?? '')) : [named.node];
  return own.map((node) => tree.start(node));
}

const namedAt = (file: SourceFile, { line, column }: Pick<SourceLocation, 'line' | 'column'>) =>
  namedValues(file).find(({ at }) => at.line === line && at.column === column);

const writtenIn = (named: NamedValue | undefined) => named?.text ?? named?.list;

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** The text that Nix code is; undefined where it is none, or something is put into it. */
function textOf(written: string): string | undefined {
  const { tree, root, problems } = parse(written);
  if (problems.length > 0 || spanOf(written, tree.start(root))?.end !== written.length) return undefined;
  return tree.textAt(root);
}

const textsOf = (written: readonly string[]) => written.flatMap((each) => textOf(each) ?? []);

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
