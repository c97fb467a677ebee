import type { Report } from '../model/report.ts';
import { HIDDEN } from '../text/visible.ts';

/** The indent of the list that findings stand in. */
const DEEPEST = 10;

export const json = (report: Report): Generator<string> => jsonPieces(report);

/** In pieces: that of ten thousand findings is tens of megabytes. What is only iterable is written as a list. */
export function* jsonPieces(value: object): Generator<string> {
  yield* pieces(value, '');
  yield '\n';
}

export function jsonText(value: unknown): string {
  return `${harmless(JSON.stringify(value, null, 2))}\n`;
}

/** As `JSON.stringify(value, null, 2)` writes it: what holds other things a part at a time, down to the single finding. */
function* pieces(value: unknown, indent: string): Generator<string> {
  if (typeof value !== 'object' || value === null || indent.length > DEEPEST) {
    yield harmless(JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`));
    return;
  }
  const isList = Symbol.iterator in value;
  const [open, close] = isList ? '[]' : '{}';
  const inner = `${indent}  `;
  let before = open;
  for (const [key, item] of isList ? listed(value as Iterable<unknown>) : Object.entries(value)) {
    if (item === undefined) continue;
    yield `${before}\n${inner}${isList ? '' : `${harmless(JSON.stringify(key))}: `}`;
    yield* pieces(item, inner);
    before = ',';
  }
  yield before === open ? `${open}${close}` : `\n${indent}${close}`;
}

function* listed(items: Iterable<unknown>): Generator<[string, unknown]> {
  for (const item of items) yield ['', item];
}

/** What JSON leaves as it is, but for the ends of its lines. */
const UNSEEN = new RegExp(`(?!\\n)(?:${HIDDEN})`, 'gu');

/**
 * JSON with the true text, in which every character that cannot be seen is an escape. A CI may show it: its runners take
 * `##[…]` and `##vso[…]` for commands wherever in a line they stand.
 */
function harmless(text: string): string {
  return text
    .replace(UNSEEN, (char) =>
      [...Array(char.length).keys()]
        .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    )
    .replaceAll('##', '#\\u0023');
}
