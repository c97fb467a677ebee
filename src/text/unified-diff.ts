import { type Aligned, aligned } from './alignment.ts';

const MARKS = { both: ' ', removed: '-', added: '+' } as const;

/**
 * What `patch -p1` and `git apply` take: one hunk of the file at `path`, with so many unchanged lines around it. Undefined where
 * nothing changes, or where the two texts differ in too much.
 */
export function unifiedDiff(
  path: string,
  before: string,
  after: string,
  context: number,
): string | undefined {
  const all = aligned(linesOf(before), linesOf(after));
  const first = all?.findIndex(isChange) ?? -1;
  if (all === undefined || first < 0) return undefined;
  const from = Math.max(0, first - context);
  const hunk = all.slice(from, all.findLastIndex(isChange) + 1 + context);
  const count = (left: Aligned['kind']) => hunk.filter(({ kind }) => kind !== left).length;
  const range = (lines: number) => `${lines === 0 ? from : from + 1},${lines}`;
  return [
    `--- a/${path}\n+++ b/${path}\n`,
    `@@ -${range(count('added'))} +${range(count('removed'))} @@\n`,
    ...hunk.map(
      ({ kind, text }) =>
        `${MARKS[kind]}${text}${text.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`,
    ),
  ].join('');
}

const isChange = ({ kind }: Aligned) => kind !== 'both';

/** Each with what ends it. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
