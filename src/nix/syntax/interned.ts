/** How many different texts are kept at once. */
export const SLOTS = 4096;
const LONGEST = 40;

/**
 * All files have the same few names: the last one of each slot is kept, so that it is one string for all of them. To forget
 * one costs no more than to have it twice.
 */
const kept = new Array<string>(SLOTS).fill('');

/** The slot of a text that may be the same as others; undefined for one that is too long for that, or empty. */
export function slotOf(text: string, start: number, end: number): number | undefined {
  const length = end - start;
  if (length > LONGEST || length <= 0) return undefined;
  const first = text.charCodeAt(start);
  const middle = text.charCodeAt(start + (length >> 1));
  const last = text.charCodeAt(end - 1);
  return (Math.imul(Math.imul(Math.imul(length, 31) + first, 31) + middle, 31) + last) & (SLOTS - 1);
}

/** A part of a text, without a new string for what was there before. */
export function interned(text: string, start: number, end: number): string {
  const slot = slotOf(text, start, end);
  if (slot === undefined) return text.slice(start, end);
  const known = kept[slot] ?? '';
  if (known.length === end - start && text.startsWith(known, start)) return known;
  const content = text.slice(start, end);
  kept[slot] = content;
  return content;
}
