import { stripVTControlCharacters } from 'node:util';
import { wrapAnsi } from 'fast-wrap-ansi';

const NARROWEST = 30;

/**
 * `text` in lines of at most `width` columns, the first one behind `lead` and the others below its end. Words stay
 * whole although they be longer than the line: a path must survive being copied.
 */
export function hang(lead: string, text: string, width: number): string[] {
  if (!Number.isFinite(width)) return [`${lead}${text}`];
  const indent = ' '.repeat(stripVTControlCharacters(lead).length);
  const wrapped = wrapAnsi(text, Math.max(NARROWEST, width - indent.length)).split('\n');
  return wrapped.map((line, index) => `${index === 0 ? lead : indent}${line}`);
}
