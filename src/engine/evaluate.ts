import { createHash } from 'node:crypto';
import type {
  Check,
  Context,
  Evaluation,
  Explanation,
  FindingDraft,
  Skip,
  Unread,
} from '../checks/define.ts';
import type { NotJudged } from '../facts/config/set-elsewhere.ts';
import { type FactName, type Facts, probes } from '../facts/host/index.ts';
import type { Fact } from '../model/fact.ts';
import { type CheckResult, type Evidence, type Finding, type LookedAt, worse } from '../model/report.ts';
import { remedy } from '../remedy/steps.ts';
import { firstReasons } from '../text/amount.ts';
import { withoutConflictingEdits, withoutNixOptions } from './remedies.ts';

export type FactTable = { readonly [K in FactName]: Fact<Facts[K]> };

/** What could not be read of a target, or not wholly, among what was asked for. */
export function unreadProbes(facts: FactTable): Unread[] {
  return (Object.keys(facts) as FactName[]).flatMap((name): Unread[] => {
    const fact = facts[name];
    const { id, reads } = probes[name];
    if (fact.outcome !== 'ok') return [{ probe: id, reads, outcome: fact.outcome, reason: fact.reason }];
    return fact.incomplete === undefined
      ? []
      : [{ probe: id, reads, outcome: 'incomplete' as const, reason: fact.incomplete }];
  });
}

/** One check of a kind of target, with its facts known by their names only. */
interface TargetCheck {
  readonly id: string;
  /** What it does not judge, though it could. */
  readonly notJudged?: NotJudged | undefined;
  readonly needs: readonly string[];
  readonly wants: readonly string[];
  readonly forRemedy?: readonly string[];
  readonly evaluate: (facts: never, context: never) => Evaluation | Skip;
}

/** What is known of one target. */
interface EvaluationInput {
  /** Every fact that a check asks for. */
  readonly facts: Readonly<Record<string, Fact<unknown>>>;
  /** What a fact is read from, for people. */
  readonly reads: (name: string) => string;
  readonly context: object;
  readonly target: string;
  readonly partly?: PartlyRead | undefined;
  /** Milliseconds since 1970; what is older than the window is history. */
  readonly now: number;
  readonly windowStart: number;
}

/** A target of which a part was not read, which may add to everything that was. */
export interface PartlyRead {
  /** Whether something is not known for this alone. */
  isCause(reason: string): boolean;
  /** Whether it is something of a thing that was read: that there is nothing to look at is then not known. */
  isOfThing(reason: string): boolean;
  /** It, in one sentence. */
  told(): string;
}

/** Why a check does not know everything, with one sentence for the part that was not read. */
function reasonsOf(all: readonly string[], partly: PartlyRead | undefined) {
  const others = (partly === undefined ? all : all.filter((reason) => !partly.isCause(reason))).map(
    inOneLine,
  );
  const ofPart = partly === undefined || others.length === all.length ? [] : [partly.told()];
  const isOfThing = partly !== undefined && all.some((reason) => partly.isOfThing(reason));
  const isOnlyPart = ofPart.length > 0 && others.length === 0 && !isOfThing;
  return { reasons: firstReasons([...ofPart, ...others], MOST_REASONS), isOnlyPart };
}

/** A part of a script that is not known may stand in a sentence. */
const inOneLine = (reason: string) => reason.replace(/\s*\n\s*/g, ' ');

/** Of thousands of containers each may have its own. */
const MOST_REASONS = 100;

/** Nothing is said of what was not read. */
const inWhatWasRead = (reason: string) => `in what was read, ${reason}`;

export function evaluate(
  checks: readonly Check[],
  facts: FactTable,
  context: Context,
  target: string,
): CheckResult[] {
  const targetChecks = checks.flatMap(({ id, host }) => (host === undefined ? [] : [{ ...host, id }]));
  const reads = (name: string) => probes[name as FactName].reads;
  const results = evaluateAll(targetChecks, { ...context, facts, reads, context, target });
  return context.nixos ? results : withoutNixOptions(results);
}

/** A check that throws is `unknown`, and stops no other. */
export function evaluateAll(targetChecks: readonly TargetCheck[], input: EvaluationInput): CheckResult[] {
  const drafted = targetChecks.map((check) => evaluateCheck(check, input));
  const all = new Drafts(drafted);
  const results = drafted.map(({ result, drafts: own }) => ({
    ...result,
    findings: own.map((draft) => finish(result.check, draft, all, input)),
  }));
  return withoutConflictingEdits(results);
}

/** What is not there has nothing to tell: nothing is missing without it. */
const NOTHING_TO_READ: ReadonlySet<string> = new Set(['not-installed', 'not-applicable']);

type DraftedResult = { drafts: readonly FindingDraft[]; result: Omit<CheckResult, 'findings'> };

function evaluateCheck(
  check: TargetCheck,
  { facts, reads, context, partly }: EvaluationInput,
): DraftedResult {
  const { id } = check;
  const nothing = (status: 'unknown' | 'skipped', reason: string): DraftedResult => ({
    drafts: [],
    result: { check: id, status, reason },
  });
  const factOf = (name: string): Fact<unknown> =>
    facts[name] ?? { outcome: 'failed', reason: 'it was not read' };
  const needed = check.needs.map((name) => ({ name, fact: factOf(name) }));
  const blocked = needed.flatMap(({ name, fact }) =>
    fact.outcome === 'ok' ? [] : [{ ...fact, reads: reads(name) }],
  );
  const { things, settings } = check.notJudged ?? {};
  const elsewhere = things === undefined ? [] : [things];
  const absent = blocked.find(({ outcome }) => NOTHING_TO_READ.has(outcome) || outcome === 'not-collected');
  if (absent !== undefined)
    return things === undefined ? nothing('skipped', absent.reason) : nothing('unknown', things);
  if (blocked.length > 0)
    return nothing('unknown', reasonsOf([...sentences(blocked), ...elsewhere], partly).reasons.join('; '));
  try {
    const names = [...check.needs, ...check.wants];
    const all = names.map((name) => ({ name, fact: factOf(name) }));
    const given = [...names, ...(check.forRemedy ?? [])].map((name) => ({ name, fact: factOf(name) }));
    const values = given.map(({ name, fact }) => [name, fact.outcome === 'ok' ? fact.value : undefined]);
    const evaluation = check.evaluate(Object.fromEntries(values) as never, context as never);
    if ('skip' in evaluation) {
      // Who saw only a part cannot tell that there is nothing.
      const also = (evaluation.unlessIn ?? []).map((name) => ({ fact: factOf(name), reads: reads(name) }));
      const unread = unreadOf([...needed.map(({ name, fact }) => ({ fact, reads: reads(name) })), ...also]);
      const { reasons, isOnlyPart } = reasonsOf([...unread, ...elsewhere], partly);
      if (isOnlyPart) return nothing('skipped', inWhatWasRead(evaluation.skip));
      return reasons.length > 0
        ? nothing('unknown', reasons.join('; '))
        : nothing('skipped', evaluation.skip);
    }
    const notRead = unreadOf(all.map(({ name, fact }) => ({ fact, reads: reads(name) })));
    const besides = settings === undefined || isEmpty(evaluation) ? elsewhere : [...elsewhere, settings];
    const unread = reasonsOf([...notRead, ...(evaluation.notChecked ?? []), ...besides], partly);
    return draftedResult(id, evaluation, unread);
  } catch (error) {
    return nothing(
      'unknown',
      `this check failed because of a bug in hsdoctor: ${error instanceof Error ? (error.stack ?? error.message) : error}`,
    );
  }
}

const isEmpty = ({ findings, lookedAt }: Evaluation): boolean =>
  findings.length === 0 && !Object.values(lookedAt).some((count) => count > 0);

function draftedResult(
  id: string,
  evaluation: Evaluation,
  { reasons: unread, isOnlyPart }: ReturnType<typeof reasonsOf>,
): DraftedResult {
  const { findings, lookedAt, note } = evaluation;
  if (isEmpty(evaluation) && (unread.length === 0 || isOnlyPart)) {
    const reason = note ?? 'there is nothing here for this check to look at';
    return {
      drafts: [],
      result: { check: id, status: 'skipped', reason: isOnlyPart ? inWhatWasRead(reason) : reason },
    };
  }
  const worst = findings.reduce<CheckResult['status']>(
    (status, finding) => worse(status, finding.status),
    'ok',
  );
  const more = findings.length - MOST_FINDINGS;
  const reasons = more > 0 ? [...unread, `${MORE_FINDINGS}, and found ${more} more`] : unread;
  const status = reasons.length > 0 ? worse(worst, 'unknown') : worst;
  const reason = reasons.length > 0 ? reasons.join('; ') : status === 'ok' ? note : undefined;
  return {
    drafts: more > 0 ? worstOf(findings) : findings,
    result: { check: id, status, ...(reason === undefined ? {} : { reason }), lookedAt },
  };
}

/** Nobody reads more, and a report of a hundred thousand has 100 MB. */
const MOST_FINDINGS = 1000;
const MORE_FINDINGS = `hsdoctor reports at most ${MOST_FINDINGS} findings of a check`;

function worstOf(findings: readonly FindingDraft[]): readonly FindingDraft[] {
  const failures = findings.filter(({ status }) => status === 'fail');
  const others = findings.filter(({ status }) => status !== 'fail');
  return [...failures, ...others].slice(0, MOST_FINDINGS);
}

interface CheckedDraft {
  readonly check: string;
  readonly draft: FindingDraft;
}

/** What all checks have found, by the check and by the thing that it is about: there may be thousands of each. */
class Drafts {
  readonly #byCheck: ReadonlyMap<string, readonly CheckedDraft[]>;
  readonly #bySubject: ReadonlyMap<string, readonly CheckedDraft[]>;

  constructor(drafted: readonly DraftedResult[]) {
    const all = drafted.flatMap(({ result, drafts }) =>
      drafts.map((draft) => ({ check: result.check, draft })),
    );
    this.#byCheck = Map.groupBy(all, ({ check }) => check);
    this.#bySubject = Map.groupBy(all, ({ check, draft }) => `${check} ${draft.subject}`);
  }

  explaining(draft: FindingDraft, { check, subject, status }: Explanation): CheckedDraft | undefined {
    const found =
      subject === undefined ? this.#byCheck.get(check) : this.#bySubject.get(`${check} ${subject}`);
    return found?.find(
      (other) => other.draft !== draft && (status === undefined || other.draft.status === status),
    );
  }
}

function unreadOf(all: readonly { readonly fact: Fact<unknown>; readonly reads: string }[]): string[] {
  const missing = all.flatMap(({ fact, reads }) => {
    // What is not installed cannot hide a fault.
    const hides = fact.outcome !== 'ok' && !NOTHING_TO_READ.has(fact.outcome);
    return hides ? [{ reads, reason: fact.reason }] : [];
  });
  const partly = all.flatMap(({ fact }) =>
    fact.outcome === 'ok' && fact.incomplete !== undefined ? [fact.incomplete] : [],
  );
  // Several facts may be incomplete for one and the same reason.
  return [...new Set(partly), ...sentences(missing)];
}

/** A sentence for each reason, with all that could not be read for it. */
function sentences(missing: readonly { readonly reads: string; readonly reason: string }[]): string[] {
  return [...Map.groupBy(missing, ({ reason }) => reason)].map(
    ([reason, facts]) => `${reason} (not read: ${facts.map(({ reads }) => reads).join('; ')})`,
  );
}

function finish(
  check: string,
  draft: FindingDraft,
  all: Drafts,
  { now, windowStart, target }: EvaluationInput,
): Finding {
  const cause = draft.explainedBy
    ?.map((explanation) => all.explaining(draft, explanation))
    .find((found) => found !== undefined);
  const { explainedBy: _, kind, since, remedy: steps, ...rest } = draft;
  const fixed = remedy(steps ?? {});
  const evidence: Evidence[] = draft.evidence.map((item) => {
    const { at, ...what } = item as Omit<Evidence, 'at'> & { at?: number };
    if (at === undefined) return what;
    return {
      ...what,
      at: new Date(Math.min(at, now)).toISOString(),
      ...(at < windowStart ? { history: true } : {}),
    };
  });
  return {
    ...rest,
    check,
    kind: `${check}/${kind}`,
    evidence,
    ...(since === undefined ? {} : { since: new Date(Math.min(since, now)).toISOString() }),
    ...(fixed === undefined ? {} : { remedy: fixed }),
    docs: `docs/checks.md#${check}`,
    ...(cause === undefined
      ? {}
      : { causedBy: cause.check, causedByFingerprint: fingerprint(target, cause.check, cause.draft) }),
    fingerprint: fingerprint(target, check, draft),
  };
}

/** How many of each thing a target's checks looked at: several look at the same ones. */
export function lookedAtBy(results: readonly CheckResult[]): LookedAt {
  const most: Record<string, number> = {};
  for (const { lookedAt = {} } of results)
    for (const [what, count] of Object.entries(lookedAt)) most[what] = Math.max(most[what] ?? 0, count);
  return most;
}

/** Of no text that a person reads: the same finding has it in the next release, and when it tells of more. */
function fingerprint(target: string, check: string, { subject, kind }: FindingDraft): string {
  return createHash('sha256').update([target, check, kind, subject].join('\0')).digest('hex').slice(0, 16);
}
