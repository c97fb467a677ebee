import type { CheckResult, Status } from './report.ts';

/** The least status that makes the exit status 1. */
export type FailOn = 'fail' | 'warn' | 'unknown';

const COUNTED: Readonly<Record<FailOn, readonly Status[]>> = {
  fail: ['fail'],
  warn: ['fail', 'warn'],
  unknown: ['fail', 'warn', 'unknown'],
};

export function countsAsFault(status: Status, failOn: FailOn): boolean {
  return COUNTED[failOn].includes(status);
}

/** Every status that a result stands for: its own, and that of each finding which nobody has waived. */
export function statusesOf({ status, findings }: CheckResult): Status[] {
  return [status, ...findings.filter(({ waived }) => waived === undefined).map((finding) => finding.status)];
}
