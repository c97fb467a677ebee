import type { Report } from '../model/report.ts';
import { HIDDEN } from '../text/visible.ts';

/** The indent of the list that findings stand in. */
const DEEPEST = 10;

/** In pieces: that of ten thousand findings is tens of megabytes. */
export function* json(report: Report): Generator<string> {
  yield* pieces(report, '');
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
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const inner = `${indent}  `;
  let before = open;
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    yield `${before}\n${inner}${Array.isArray(value) ? '' : `${harmless(JSON.stringify(key))}: `}`;
    yield* pieces(item, inner);
    before = ',';
  }
  yield before === open ? `${open}${close}` : `\n${indent}${close}`;
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
