import type { FailOn } from '../model/fail-on.ts';
import type { Report } from '../model/report.ts';
import type { HumanOptions } from './human.ts';

/** What a format may tell of a check beside its results. */
export interface CheckInfo {
  readonly id: string;
  /** What is in order when it is `ok`. */
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  readonly tags: readonly string[];
}

/** What a format may need to know beside the report. */
export interface Presentation extends HumanOptions {
  readonly failOn: FailOn;
  readonly checks: readonly CheckInfo[];
}

export type Format = (report: Report, about: Presentation) => string;
