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
  const slip = edits < word.length && edits <= Math.max(2, word.length / 3);
  const meant = slip ? nearest : known.find((each) => beginsAlike(word, each));
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

function beginsAlike(word: string, other: string): boolean {
  return Math.min(word.length, other.length) > 1 && (word.startsWith(other) || other.startsWith(word));
}
