import type { Report } from '../model/report.ts';
import { HIDDEN } from '../text/visible.ts';

export function json(report: Report): string {
  return jsonText(report);
}

/** What JSON leaves as it is, but for the ends of its lines. */
const UNSEEN = new RegExp(`(?!\\n)(?:${HIDDEN})`, 'gu');

/**
 * JSON with the true text, in which every character that cannot be seen is an escape. A CI may show it: its runners take
 * `##[…]` and `##vso[…]` for commands wherever in a line they stand.
 */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)
    .replace(UNSEEN, (char) =>
      [...Array(char.length).keys()]
        .map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
    )
    .replaceAll('##', '#\\u0023')}\n`;
}
