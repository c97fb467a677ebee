import { stripVTControlCharacters } from 'node:util';
import { wrapAnsi } from 'fast-wrap-ansi';

const NARROWEST = 30;

/**
 * `text` in lines of at most `width` columns, the first one behind `lead` and the others below its end. Words stay
 * whole although they be longer than the line: a path must survive being copied. Its own line breaks go: with them a text
 * from a host could pass for lines of ours.
 */
export function hang(lead: string, text: string, width: number): string[] {
  const indent = ' '.repeat(stripVTControlCharacters(lead).length);
  const flat = text.replace(/[^\S ]+/g, ' ');
  const wrapped = wrapAnsi(flat, Math.max(NARROWEST, width - indent.length)).split('\n');
  return wrapped.map((line, index) => `${index === 0 ? lead : indent}${line}`);
}
