import { closest, distance } from 'fastest-levenshtein';

/** The known word of which this is a slip of one or two letters. */
export function slipOf(word: string, known: readonly string[]): string | undefined {
  const nearest = known.length === 0 ? undefined : closest(word, known);
  return nearest !== undefined && word.length > 3 && distance(word, nearest) <= 2 ? nearest : undefined;
}

/** `; did you mean "x"?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = known.length === 0 ? undefined : closest(word, known);
  if (nearest === undefined) return '';
  const edits = distance(word, nearest);
  // Of a short word nearly every other one is near: `dns` of `nas`, which is a host. Two swapped letters are one slip.
  const isShort = word.length < 5 && lettersOf(word) !== lettersOf(nearest);
  const most = isShort ? 1 : Math.max(2, word.length / 3);
  const slip = edits < word.length && edits <= most;
  const meant = slip ? nearest : known.find((each) => beginsAlike(word, each));
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

const lettersOf = (word: string) => [...word].sort().join('');

function beginsAlike(word: string, other: string): boolean {
  return Math.min(word.length, other.length) > 1 && (word.startsWith(other) || other.startsWith(word));
}
