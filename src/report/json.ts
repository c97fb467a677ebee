import type { Report } from '../model/report.ts';

export function json(report: Report): string {
  return jsonText(report);
}

/** JSON that a CI may show: its runners take `##[…]` and `##vso[…]` for commands wherever in a line they stand. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replaceAll('##', '#\\u0023')}\n`;
}
