import type { AppliedSetting, CheckedTarget } from '../model/report.ts';

export interface Narrowed {
  /** Checks that somebody left out. */
  readonly leftOut: readonly string[];
  /** What a settings file had a say in. */
  readonly applied: readonly AppliedSetting[];
}

/** The same report, which says what settings files left out of it: whoever reads it did not see them. */
export function withSettings(report: CheckedTarget, { leftOut, applied }: Narrowed): CheckedTarget {
  const skip = applied.find(({ key }) => key === 'check.skip');
  const skipped = skip === undefined ? [] : leftOut;
  return {
    ...(applied.length === 0 ? {} : { settings: [...applied] }),
    ...report,
    results: [
      ...report.results,
      ...skipped.map((check) => ({
        check,
        status: 'skipped' as const,
        reason: `left out by ${skip?.by} (skip)`,
        findings: [],
      })),
    ],
  };
}
