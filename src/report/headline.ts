import type { HeadlineEntry, TargetReport } from '../model/report.ts';
import { changesBefore } from './changes.ts';
import { remedyParts, type ToldRemedy } from './remedy-lines.ts';
import { minuteBeside } from './time.ts';

/** A line of what is down: its columns, for a format to set one below the other. */
interface ToldEntry {
  readonly what: string;
  readonly state: string;
  readonly cause: string;
}

export interface ToldHeadline {
  /** `2 services are down, 1 is degraded`. */
  readonly tally: string;
  readonly entries: readonly ToldEntry[];
  /** What changed just before it began, by time alone. */
  readonly before: readonly string[];
  /** What gets something back at once; none where nothing does. */
  readonly now: ToldRemedy | undefined;
  /** What nothing gets back at once, and the check that tells what does. */
  readonly later: readonly { readonly check: string; readonly what: readonly string[] }[];
}

/** The answer first: what is down, since when, why, and what helps at once. Undefined where nothing is down. */
export function toldHeadline(target: TargetReport): ToldHeadline | undefined {
  const { headline } = target;
  if (headline.length === 0) return undefined;
  const steps = headline.flatMap(({ now = [] }) => now);
  const distinct = [...new Map(steps.map((step) => [JSON.stringify(step), step])).values()];
  return {
    tally: tallyOf(headline),
    entries: headline.map(({ what, state, since, cause }) => ({
      what,
      state:
        since === undefined
          ? STATES[state]
          : `${STATES[state]} since ${minuteBeside(since, target.system.collectedAt)}`,
      cause,
    })),
    before: changesBefore(target),
    now: remedyParts({ now: distinct, lasting: [] }, target)[0],
    later: [
      ...Map.groupBy(
        headline.filter(({ now }) => now === undefined),
        ({ check }) => check,
      ),
    ].map(([check, entries]) => ({ check, what: entries.map(({ what }) => what) })),
  };
}

const STATES: Readonly<Record<HeadlineEntry['state'], string>> = {
  down: 'down',
  'not-running': 'not running',
  degraded: 'degraded',
};

function tallyOf(headline: readonly HeadlineEntry[]): string {
  const parts = Object.entries(STATES).flatMap(([key, state]) => {
    const number = headline.filter((entry) => entry.state === key).length;
    return number === 0 ? [] : [{ state, number }];
  });
  return parts
    .map(({ state, number }, index) => {
      const noun = index > 0 ? '' : number === 1 ? ' service' : ' services';
      return `${number}${noun} ${number === 1 ? 'is' : 'are'} ${state}`;
    })
    .join(', ');
}

/** Whether a look at the configuration would tell where to write the fixes that are told here without a place. */
export function wantsPlaces({ kind, results }: TargetReport): boolean {
  return (
    kind !== 'source' &&
    results.some(({ findings }) =>
      findings.some(({ remedy }) =>
        remedy?.lasting.some((step) => step.kind === 'edit' && step.file === undefined),
      ),
    )
  );
}
