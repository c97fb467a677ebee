import { type Aligned, aligned } from './alignment.ts';

const MARKS = { both: ' ', removed: '-', added: '+' } as const;

/** What changes in a text, with unchanged lines around it. */
export interface Hunk {
  /** How many lines stand above it, before and after. */
  readonly above: number;
  readonly lines: readonly Aligned[];
}

/**
 * All changes in one hunk, once for each number of unchanged lines around it. None where nothing changes, or where the two texts
 * differ in too much.
 */
export function hunksOf(before: string, after: string, contexts: readonly number[]): readonly Hunk[] {
  const all = aligned(linesOf(before), linesOf(after));
  const first = all?.findIndex(isChange) ?? -1;
  if (all === undefined || first < 0) return [];
  const end = all.findLastIndex(isChange) + 1;
  return contexts.map((context) => {
    const above = Math.max(0, first - context);
    return { above, lines: all.slice(above, end + context) };
  });
}

/** Whether what a hunk changes stands at one place only: elsewhere it cannot be applied by mistake. */
export function isUnique({ lines }: Hunk, before: string): boolean {
  const from = lines.map(({ kind, text }) => (kind === 'added' ? '' : text)).join('');
  const all = `\n${before}`;
  return from !== '' && all.indexOf(`\n${from}`) === all.lastIndexOf(`\n${from}`);
}

/** What `patch -p1` takes of the file at `path`, and `git apply` with `--unidiff-zero`, as there may be no lines around it. */
export function unifiedDiff(path: string, { above, lines }: Hunk): string {
  const count = (left: Aligned['kind']) => lines.filter(({ kind }) => kind !== left).length;
  const range = (length: number) => `${length === 0 ? above : above + 1},${length}`;
  return [
    `--- a/${path}\n+++ b/${path}\n`,
    `@@ -${range(count('added'))} +${range(count('removed'))} @@\n`,
    ...lines.map(
      ({ kind, text }) =>
        `${MARKS[kind]}${text}${text.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`,
    ),
  ].join('');
}

const isChange = ({ kind }: Aligned) => kind !== 'both';

/** Each with what ends it. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
