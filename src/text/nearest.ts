import { closest, distance } from 'fastest-levenshtein';

/** `; did you mean "x"?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = known.length === 0 ? undefined : closest(word, known);
  return nearest !== undefined && distance(word, nearest) <= Math.max(2, word.length / 2)
    ? `; did you mean "${nearest}"?`
    : '';
}
