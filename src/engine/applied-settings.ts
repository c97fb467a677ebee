import type { AppliedSetting, CheckedTarget } from '../model/report.ts';

export interface Narrowed {
  /** Checks that somebody left out. */
  readonly leftOut: readonly string[];
  /** What settings files, variables and flags had a say in. */
  readonly applied: readonly AppliedSetting[];
}

/** What was asked for of all that there is. */
export function askedFor(
  checks: readonly string[],
  tags: readonly string[],
  by: 'the command line' | '--last',
): AppliedSetting[] {
  return [
    { key: 'checks', value: checks.join(', '), by },
    { key: 'tags', value: tags.join(', '), by: '--tag' },
  ].filter(({ value }) => value !== '');
}

/** The same report, which says what was left out of it, and by whom: who reads it may not have seen the command. */
export function withSettings(report: CheckedTarget, { leftOut, applied }: Narrowed): CheckedTarget {
  const skip = applied.find(({ key }) => key === 'check.skip');
  const skipped = skip === undefined ? [] : leftOut;
  // Nothing to tell of where it leaves nothing out: who names a check gets it.
  const told = skipped.length === 0 ? applied.filter((each) => each !== skip) : applied;
  // A variable and a flag are named by what they do, a place in a file is not.
  const by = /skip$/i.test(skip?.by ?? '') ? skip?.by : `${skip?.by} (skip)`;
  return {
    ...(told.length === 0 ? {} : { settings: [...told] }),
    ...report,
    results: [
      ...report.results,
      ...skipped.map((check) => ({
        check,
        status: 'skipped' as const,
        reason: `left out by ${by}`,
        findings: [],
      })),
    ],
  };
}
