import { onAnotherPlatform } from '../model/fact.ts';
import { countsAsFault, type FailOn, statusesOf } from '../model/fail-on.ts';
import {
  type CheckResult,
  type Finding,
  type Report,
  type TargetReport,
  VISIBILITY,
} from '../model/report.ts';
import type { ShownReport } from './shown.ts';

/** A result as a format has it that knows but tests that pass, fail or are skipped. */
export type TestOutcome = 'failed' | 'unknown' | 'warned' | 'waived' | 'skipped' | 'passed';

/** A fault that counts outweighs what could not be checked, and that outweighs a warning that does not count. */
export function testOutcomeOf(result: CheckResult, failOn: FailOn): TestOutcome {
  const statuses = statusesOf(result);
  const isFault = (status: CheckResult['status']) => status !== 'unknown' && countsAsFault(status, failOn);
  if (statuses.some(isFault)) return 'failed';
  if (statuses.includes('unknown')) return 'unknown';
  if (statuses.includes('warn')) return 'warned';
  if (result.findings.length > 0) return 'waived';
  return result.status === 'skipped' ? 'skipped' : 'passed';
}

export type Waived = Finding & { readonly waived: NonNullable<Finding['waived']> };

export function isWaived(finding: Finding): finding is Waived {
  return finding.waived !== undefined;
}

/** `the machine has 32 GB, until 2026-12-31 (hsdoctor.toml:3)`. */
export function waiverText({ waived: { reason, until, by } }: Waived): string {
  return `${reason}${until === undefined ? '' : `, until ${until}`} (${by})`;
}

/** What is waived last, else the worst first, and what explains others before them: who reads but some reads the right ones. */
export function worstFirst(findings: readonly Finding[]): Finding[] {
  const rank = ({ status, causedBy, waived }: Finding) =>
    (waived === undefined ? 0 : 10) +
    ['fail', 'unknown', 'warn'].indexOf(status) * 2 +
    (causedBy === undefined ? 0 : 1);
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

/** The results of a target. One of which nothing could be read has at least the one that says so. */
export function resultsOf({ error, results }: TargetReport): readonly CheckResult[] {
  return error === undefined || results.length > 0
    ? results
    : [{ check: VISIBILITY, status: 'unknown', reason: error, findings: [] }];
}

/** The results of what could not be checked, beside what their findings tell. */
export function notCheckedIn(results: readonly CheckResult[]): CheckResult[] {
  return results.filter(
    ({ check, status, reason, findings }) =>
      status !== 'ok' &&
      status !== 'skipped' &&
      (reason !== undefined || (status === 'unknown' && findings.length === 0)) &&
      // What could not be read is what the finding of visibility tells.
      !(check === VISIBILITY && findings.length > 0),
  );
}

/** The results that are skipped, each with its reason. Why something is waived is told with the finding. */
export function skippedIn(results: readonly CheckResult[]): CheckResult[] {
  return results
    .filter(({ status }) => status === 'skipped')
    .map((result) =>
      result.findings.length === 0 ? result : { ...result, reason: 'what was found is waived' },
    );
}

/** What is known of it in a line: the reason, or what was found. */
export function reasonOf({ reason, findings }: CheckResult): string {
  return reason ?? findings.map(({ title }) => title).join('; ');
}

const OTHER_PLATFORMS = ['linux', 'darwin'].map(onAnotherPlatform);

/** A check of a Mac on a server, or the other way round. */
const isOfOtherPlatform = ({ status, reason = '' }: CheckResult): boolean =>
  status === 'skipped' && OTHER_PLATFORMS.includes(reason);

/**
 * Who looks at a server does not want to read of the checks of a Mac, unless they are all that was asked for: the formats for
 * people neither list nor count them.
 */
export function withoutOtherPlatforms(report: ShownReport): ShownReport {
  let left = 0;
  const targets = report.targets.map((target) => {
    const here = target.results.filter((result) => !isOfOtherPlatform(result));
    // What could not be read is told everywhere.
    if (!here.some(({ check }) => check !== VISIBILITY)) return target;
    left += target.results.length - here.length;
    return { ...target, results: here };
  });
  return { ...report, targets, summary: { ...report.summary, skipped: report.summary.skipped - left } };
}

/** The checks of each reason, in the order in which the reasons come. */
export function byReason(results: readonly CheckResult[]): [reason: string, checks: string[]][] {
  const groups = Map.groupBy(results, ({ reason }) => reason ?? '');
  return [...groups].map(([reason, of]) => [reason, of.map(({ check }) => check)]);
}

/** `2 fail, 1 unknown, 14 ok`. */
export function tallyText({ summary }: Report): string {
  const { fail, unknown, warn, ok, skipped, waived } = summary;
  const counts = Object.entries({ fail, unknown, warn, ok, skipped, waived });
  return counts
    .filter(([status, count]) => count > 0 || status === 'fail')
    .map(([status, count]) => `${count} ${status}`)
    .join(', ');
}

/** Worst first. */
export const live = ({ findings }: CheckResult): readonly Finding[] =>
  worstFirst(findings.filter((finding) => !isWaived(finding)));
