import type { SourceLocation } from './source-location.ts';

/** A decision to live with what a check finds. */
export interface Waiver {
  /** A check, or one of its kinds of findings: `ml-oom`, `ml-oom/limit-too-low`. */
  readonly check: string;
  /** Only what it finds about this thing; undefined: whatever it finds. */
  readonly subject?: string;
  /** Only on this host, or machine of a configuration. */
  readonly host?: string;
  /** The last day on which it holds, `2027-01-01`. */
  readonly until?: string;
  readonly reason: string;
  /** Where it is written: `hsdoctor.toml:3`, `modules/plex.nix:12`. */
  readonly by: string;
  /** The same in the folder of the configuration, where it is written there. */
  readonly location?: SourceLocation;
}

/** What is wrong with a waiver itself. */
export interface WaiverProblem {
  readonly kind: 'expired' | 'unused' | 'malformed';
  readonly by: string;
  /** Where it stands in a configuration. */
  readonly location?: SourceLocation;
  readonly check?: string;
  /** What it says, or why it is not understood. */
  readonly text: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Whether it is a day of the calendar, written `2027-01-01`. */
export function isDay(text: string): boolean {
  const time = DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** @param now milliseconds since 1970; a day ends at midnight UTC */
export const isExpired = ({ until }: Pick<Waiver, 'until'>, now: number) =>
  until !== undefined && new Date(now).toISOString().slice(0, 10) > until;
