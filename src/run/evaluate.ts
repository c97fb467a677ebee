import { createHash } from 'node:crypto';
import type { Blindness, Check, Context, FindingDraft } from '../checks/define.ts';
import type { Fact } from '../model/fact.ts';
import { type CheckResult, type Evidence, type Finding, worse } from '../model/report.ts';
import { type FactName, type Facts, probes } from '../probes/index.ts';
import { plain, plainThroughout } from '../text/plain.ts';

export type FactTable = { readonly [K in FactName]: Fact<Facts[K]> };

/** What could not be read of a target, or not wholly, among what was asked for. */
export function blindness(facts: FactTable): Blindness[] {
  return (Object.keys(facts) as FactName[]).flatMap((name): Blindness[] => {
    const fact = facts[name];
    const { id, reads } = probes[name];
    if (fact.outcome !== 'ok') return [{ probe: id, reads, outcome: fact.outcome, reason: fact.reason }];
    return fact.incomplete === undefined
      ? []
      : [{ probe: id, reads, outcome: 'incomplete' as const, reason: fact.incomplete }];
  });
}

/** Judges all checks on the facts of one target. A check that throws is `unknown`, and stops no other. */
export function evaluate(
  checks: readonly Check[],
  facts: FactTable,
  context: Context,
  target: string,
): CheckResult[] {
  const judged = checks.map((check) => judge(check, facts, context));
  const drafts = judged.flatMap(({ check, drafts: own }) => own.map((draft) => ({ check: check.id, draft })));
  return judged.map(({ check, result, drafts: own }) => ({
    ...result,
    findings: own.map((draft) => finish(check.id, draft, drafts, context, target)),
  }));
}

type Judged = { check: Check; drafts: readonly FindingDraft[]; result: Omit<CheckResult, 'findings'> };

function judge(check: Check, facts: FactTable, context: Context): Judged {
  const nothing = (status: 'unknown' | 'skipped', reason: string): Judged => ({
    check,
    drafts: [],
    result: { check: check.id, status, reason: plain(reason) },
  });
  const needed = check.needs.map((name) => ({ name, fact: facts[name] }));
  const blocked = needed.flatMap(({ name, fact }) =>
    fact.outcome === 'ok' ? [] : [{ ...fact, reads: probes[name].reads }],
  );
  const absent = blocked.find(({ outcome }) => outcome === 'not-installed' || outcome === 'not-applicable');
  if (absent !== undefined) return nothing('skipped', absent.reason);
  if (blocked.length > 0) return nothing('unknown', sentences(blocked).join('; '));
  try {
    const names = [...check.needs, ...check.wants];
    const values = names.map(
      (name) => [name, facts[name].outcome === 'ok' ? facts[name].value : undefined] as const,
    );
    const verdict = check.evaluate(Object.fromEntries(values), context);
    if ('skip' in verdict) {
      // Who saw only a part cannot tell that there is nothing.
      const partly = needed.flatMap(({ fact }) => (fact.outcome === 'ok' ? (fact.incomplete ?? []) : []));
      return partly.length > 0 ? nothing('unknown', partly.join('; ')) : nothing('skipped', verdict.skip);
    }
    const unseen = [...unseenOf(names, facts), ...(verdict.unseen ?? [])];
    const worst = verdict.findings.reduce<CheckResult['status']>(
      (status, finding) => worse(status, finding.status),
      'ok',
    );
    const status = unseen.length > 0 ? worse(worst, 'unknown') : worst;
    const reason = unseen.length > 0 ? unseen.join('; ') : status === 'ok' ? verdict.note : undefined;
    return {
      check,
      drafts: verdict.findings,
      result: { check: check.id, status, ...(reason === undefined ? {} : { reason: plain(reason) }) },
    };
  } catch (error) {
    return nothing(
      'unknown',
      `this check failed, which is a fault of hsdoctor: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
  }
}

function unseenOf(names: readonly FactName[], facts: FactTable): string[] {
  const missing = names.flatMap((name) => {
    const fact = facts[name];
    // What is not installed cannot hide a fault.
    const hides =
      fact.outcome !== 'ok' && fact.outcome !== 'not-installed' && fact.outcome !== 'not-applicable';
    return hides ? [{ reads: probes[name].reads, reason: fact.reason }] : [];
  });
  const partly = names.flatMap((name) => {
    const fact = facts[name];
    return fact.outcome === 'ok' && fact.incomplete !== undefined ? [fact.incomplete] : [];
  });
  // Several sources may be incomplete for one and the same reason.
  return [...new Set(partly), ...sentences(missing)];
}

/** A sentence for each reason, with all the sources that it keeps dark. */
function sentences(missing: readonly { readonly reads: string; readonly reason: string }[]): string[] {
  return [...Map.groupBy(missing, ({ reason }) => reason)].map(
    ([reason, sources]) => `${reason} (${sources.map(({ reads }) => reads).join('; ')})`,
  );
}

function finish(
  check: string,
  draft: FindingDraft,
  all: readonly { check: string; draft: FindingDraft }[],
  { now, windowStart }: Context,
  target: string,
): Finding {
  const cause = draft.explainedBy
    ?.map(({ check: id, subject, status }) =>
      all.find(
        (other) =>
          other.check === id &&
          other.draft !== draft &&
          (subject === undefined || other.draft.subject === subject) &&
          (status === undefined || other.draft.status === status),
      ),
    )
    .find((found) => found !== undefined);
  const { explainedBy: _, ...rest } = draft;
  const evidence: Evidence[] = draft.evidence.map((item) => {
    const { at, ...what } = item as Omit<Evidence, 'at'> & { at?: number };
    if (at === undefined) return what;
    return {
      ...what,
      at: new Date(Math.min(at, now)).toISOString(),
      ...(at < windowStart ? { history: true } : {}),
    };
  });
  return plainThroughout({
    ...rest,
    check,
    evidence,
    ...(cause === undefined
      ? {}
      : { causedBy: cause.check, causedByFingerprint: fingerprint(target, cause.check, cause.draft) }),
    fingerprint: fingerprint(target, check, draft),
  });
}

function fingerprint(target: string, check: string, { subject, status }: FindingDraft): string {
  return createHash('sha256').update([target, check, subject, status].join('\0')).digest('hex').slice(0, 16);
}
