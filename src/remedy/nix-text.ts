import { isPrintable } from '../text/visible.ts';
import type { Refused } from './words.ts';

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_'-]*$/;
const KEYWORDS = new Set(['if', 'then', 'else', 'assert', 'with', 'let', 'in', 'rec', 'inherit', 'or']);

/** A text as Nix writes it: `"ghcr.io/immich-app/immich-server:release"`. */
export function nixString(text: string): string {
  return `"${text.replace(/["\\]|\$(?=\{)/g, '\\$&')}"`;
}

export function nixList(items: readonly string[]): string {
  return items.length === 0 ? '[ ]' : `[ ${items.map(nixString).join(' ')} ]`;
}

/** The path of an option, each name in quotes where it needs them; refused where one of them cannot be typed. */
export function optionPath(...names: readonly [string, ...string[]]): string | Refused {
  const unfit = names.find((name) => name === '' || !isPrintable(name));
  if (unfit !== undefined) return { refused: unfit, what: 'an option name' };
  return names
    .map((name) => (PLAIN_NAME.test(name) && !KEYWORDS.has(name) ? name : nixString(name)))
    .join('.');
}
