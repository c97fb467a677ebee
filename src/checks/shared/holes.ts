import type { Text } from '../../facts/config/text.ts';

/** Stands for a part of a text that is not known, and in no image, option or path. */
export const HOLE = '\uFFFC';

/** A text to be taken apart: what is not known in it is one character each. */
export const withHoles = ({ parts }: Text): string =>
  parts.map((part) => (typeof part === 'string' ? part : HOLE)).join('');

/** A text without its first characters, all of which are known. */
export function behind({ text, parts, at }: Text, count: number): Text {
  const [first = '', ...rest] = parts;
  const kept = typeof first === 'string' ? first.slice(count) : first;
  return { text: text.slice(count), parts: kept === '' ? rest : [kept, ...rest], at };
}
