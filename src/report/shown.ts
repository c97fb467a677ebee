import type { Report } from '../model/report.ts';
import { visibleThroughout } from '../text/visible.ts';

declare const door: unique symbol;

/** A report whose every text is harmless for the people and the logs that see it. */
export type ShownReport = Report & { readonly [door]: true };

/** The one way to a format for people: the report of the checks has the true text of hosts and files. */
export function shown(report: Report): ShownReport {
  return visibleThroughout(report) as ShownReport;
}
