/** One of two rows of things: what both have, only the first, or only the second. */
export interface Aligned {
  readonly kind: 'both' | 'removed' | 'added';
  readonly text: string;
}

/** Beyond, comparing each with each takes too long. */
const MOST_COMPARISONS = 1_000_000;

/** What becomes of one row on the way to the other, with as little changed as possible; undefined where they are too long. */
export function aligned(before: readonly string[], after: readonly string[]): readonly Aligned[] | undefined {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const middle = alignedMiddle(
    before.slice(head, before.length - tail),
    after.slice(head, after.length - tail),
  );
  if (middle === undefined) return undefined;
  return [...before.slice(0, head).map(both), ...middle, ...before.slice(before.length - tail).map(both)];
}

const both = (text: string): Aligned => ({ kind: 'both', text });

function alignedMiddle(before: readonly string[], after: readonly string[]): Aligned[] | undefined {
  if (before.length * after.length > MOST_COMPARISONS) return undefined;
  const width = after.length + 1;
  // Of what begins at a place of each: how many are in both.
  const common = new Uint32Array((before.length + 1) * width);
  const at = (one: number, other: number) => common[one * width + other] ?? 0;
  for (let one = before.length - 1; one >= 0; one--)
    for (let other = after.length - 1; other >= 0; other--)
      common[one * width + other] =
        before[one] === after[other]
          ? at(one + 1, other + 1) + 1
          : Math.max(at(one + 1, other), at(one, other + 1));
  const found: Aligned[] = [];
  let [one, other] = [0, 0];
  while (one < before.length || other < after.length) {
    const [removed, added] = [before[one], after[other]];
    if (removed !== undefined && removed === added) {
      found.push(both(removed));
      one++;
      other++;
    } else if (removed !== undefined && (added === undefined || at(one + 1, other) >= at(one, other + 1))) {
      found.push({ kind: 'removed', text: removed });
      one++;
    } else {
      found.push({ kind: 'added', text: added ?? '' });
      other++;
    }
  }
  return found;
}
