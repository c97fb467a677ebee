import type { CheckInfo } from '../model/check.ts';
import type { FailOn } from '../model/fail-on.ts';
import type { Report } from '../model/report.ts';
import type { ShownReport } from './shown.ts';
import type { Style } from './terminal.ts';

/** What a format may need to know beside the report. */
export interface Presentation extends Style {
  readonly exitStatus: number;
  readonly failOn: FailOn;
  readonly checks: readonly CheckInfo[];
  /** All of the evidence, and not only its first lines. */
  readonly verbose: boolean;
  /** The report is an example: the exit status is what a real check would have had. */
  readonly example?: boolean;
}

export type Format = (report: ShownReport, about: Presentation) => ReturnType<Render>;

/** A format as it is called: it alone decides whether it takes the text as it is. */
export type Render = (report: Report, about: Presentation) => string | Generator<string>;
