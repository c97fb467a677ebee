import { type CheckResult, type Finding, type Status, worse } from '../../model/report.ts';
import type { Verdict } from '../../model/status.ts';

/** What the checks have found, by the thing that it is about. */
export class Verdicts {
  readonly #results: ReadonlyMap<string, CheckResult>;
  readonly #bySubject: ReadonlyMap<string, readonly Finding[]>;

  constructor(results: readonly CheckResult[]) {
    this.#results = new Map(results.map((result) => [result.check, result]));
    this.#bySubject = Map.groupBy(
      results.flatMap(({ findings }) => findings),
      ({ subject }) => subject,
    );
  }

  /** Of a thing by all its names. `judge` is the check that looked at it: where it found nothing, the thing is in order. */
  of(subjects: readonly string[], judge: string | undefined, only?: readonly string[]): Verdict | undefined {
    const findings = [...new Set(subjects)]
      .flatMap((subject) => this.#bySubject.get(subject) ?? [])
      .filter(({ check }) => only === undefined || only.includes(check));
    return verdictOf(findings, judge !== undefined && this.#isWhollyJudged(judge) ? 'ok' : undefined);
  }

  /** Of the thing that a check looked at: unknown where the check could look at a part only, and found nothing about it. */
  ofJudged(subject: string, judge: string): Verdict | undefined {
    const { status, reason } = this.#results.get(judge) ?? {};
    const isOpen = !this.#bySubject.has(subject) && status !== 'skipped' && !this.#isWhollyJudged(judge);
    return isOpen && reason !== undefined
      ? { status: 'unknown', findings: [], reason }
      : this.of([subject], judge);
  }

  /** Of everything that these checks are about. */
  ofChecks(ids: readonly string[]): Verdict | undefined {
    const results = ids.flatMap((id) => this.#results.get(id) ?? []);
    const statuses = results.map(({ status }) => status).filter((status) => status !== 'skipped');
    const worst = statuses.reduce<Status | undefined>(
      (all, each) => (all === undefined ? each : worse(all, each)),
      undefined,
    );
    const verdict = verdictOf(
      results.flatMap(({ findings }) => findings),
      worst === 'ok' || worst === 'unknown' ? worst : undefined,
    );
    const reasons = results.flatMap(({ status, reason }) => (status === 'unknown' ? (reason ?? []) : []));
    return verdict?.status === 'unknown' && reasons.length > 0
      ? { ...verdict, reason: [...new Set(reasons)].join('; ') }
      : verdict;
  }

  /** Those whose findings no part shows, except `told` and what another finding explains. */
  checksLeftOut(told: readonly string[], shown: readonly Verdict[]): string[] {
    const titles = new Set(shown.flatMap(({ findings }) => findings.map(({ title }) => title)));
    return [...this.#results.values()].flatMap(({ check, findings }) =>
      !told.includes(check) &&
      findings.some(
        ({ status, title, waived, causedBy }) =>
          status !== 'unknown' && waived === undefined && causedBy === undefined && !titles.has(title),
      )
        ? [check]
        : [],
    );
  }

  result(id: string): CheckResult | undefined {
    return this.#results.get(id);
  }

  /** A finding is about one thing; a part that could not be looked at may be any other. */
  #isWhollyJudged(id: string): boolean {
    const { status, reason } = this.#results.get(id) ?? {};
    return status === 'ok' || ((status === 'fail' || status === 'warn') && reason === undefined);
  }
}

/** What is not all read is not in order. */
export const unlessUnread = (
  verdict: Verdict | undefined,
  notRead: readonly string[],
): Verdict | undefined =>
  verdict?.status === 'ok' && notRead.length > 0
    ? { status: 'unknown', findings: [], reason: notRead.join('; ') }
    : verdict;

/** What is waived is neither told nor in order. */
function verdictOf(
  findings: readonly Finding[],
  otherwise: 'ok' | 'unknown' | undefined,
): Verdict | undefined {
  const live = findings.filter(({ waived }) => waived === undefined);
  if (live.length === 0)
    return otherwise === undefined || findings.length > 0 ? undefined : { status: otherwise, findings: [] };
  const worst = live.reduce<Status>((all, { status }) => worse(all, status), 'skipped');
  return {
    status: worst === 'fail' || worst === 'warn' ? worst : 'unknown',
    findings: live
      .toSorted((a, b) => rank(a) - rank(b))
      .map(({ check, kind, title }) => ({ check, kind, title })),
  };
}

/** The worst first, and what explains others before them. */
const rank = ({ status, causedBy }: Finding) =>
  ['fail', 'unknown', 'warn'].indexOf(status) * 2 + (causedBy === undefined ? 0 : 1);
