import { type Finding, type Report, STATUSES, type Status, worse } from '../model/report.ts';

/** A finding with all that follows from it. */
export interface Cause {
  readonly finding: Finding;
  readonly consequences: readonly Cause[];
  /** The worst status in the whole of it. */
  readonly worst: Status;
}

/** The worst first; of those that are as bad, first what takes down more of what people use. */
export function worstCauses(causes: readonly Cause[]): Cause[] {
  const rank = (cause: Cause) => STATUSES.indexOf(cause.worst) * 1e6 - weight(cause);
  return causes.toSorted((a, b) => rank(a) - rank(b));
}

function weight(cause: Cause): number {
  const affected = new Map(affectedBy(cause).map(({ what, state }) => [what, state]));
  return [...affected.values()].reduce((sum, state) => sum + (state === 'down' ? 100 : 1), 0);
}

function affectedBy({ finding, consequences }: Cause): NonNullable<Finding['affects']>[] {
  return [...(finding.affects === undefined ? [] : [finding.affects]), ...consequences.flatMap(affectedBy)];
}

/**
 * Hangs every finding of a target below the one that explains it, each exactly once. A finding whose explanation is not
 * there stands on its own, and so does the first of those that explain each other in a circle. Of those that the same
 * place of a configuration gives, and the same fix removes, all hang below the first.
 */
export function rootCauses(findings: readonly Finding[]): Cause[] {
  const byFingerprint = new Map(findings.toReversed().map((finding) => [finding.fingerprint, finding]));
  const causeOf = ({ causedByFingerprint = '' }: Finding) => byFingerprint.get(causedByFingerprint);
  const consequencesOf = Map.groupBy(findings, causeOf);
  const placed = new Set<Finding>();
  const grow = (finding: Finding): Cause => {
    placed.add(finding);
    const consequences = (consequencesOf.get(finding) ?? []).filter((other) => !placed.has(other)).map(grow);
    return causeWith(finding, consequences);
  };
  const causes = [...(consequencesOf.get(undefined) ?? []), ...findings].flatMap((finding) =>
    placed.has(finding) ? [] : [grow(finding)],
  );
  return [...Map.groupBy(causes, ({ finding }) => placeOf(finding)).values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [causeWith(first.finding, [...first.consequences, ...others])],
  );
}

/** Findings that another one explains, or that its fix removes: each with that one, where its fix is shown. */
export type Folded = ReadonlyMap<Finding, Finding>;

export const foldedIn = ({ targets }: Pick<Report, 'targets'>): Folded =>
  new Map(
    targets.flatMap(({ results }) => {
      const live = results.flatMap(({ findings }) => findings.filter(({ waived }) => waived === undefined));
      return rootCauses(live).flatMap(({ finding, consequences }) =>
        consequences.flatMap(findingsIn).map((each): [Finding, Finding] => [each, finding]),
      );
    }),
  );

/** A cause and all that follows from it, in this order. */
export const findingsIn = ({ finding, consequences }: Cause): Finding[] => [
  finding,
  ...consequences.flatMap(findingsIn),
];

/** How many there are in the whole of it; that something could not be read is none. */
export const problemsIn = ({ finding, consequences }: Cause): number =>
  consequences.reduce(
    (sum, consequence) => sum + problemsIn(consequence),
    finding.status === 'unknown' ? 0 : 1,
  );

const causeWith = (finding: Finding, consequences: readonly Cause[]): Cause => ({
  finding,
  consequences,
  worst: consequences.reduce((status, { worst }) => worse(status, worst), finding.status as Status),
});

/** What is the same of findings that are one fault in the configuration; of any other, nothing is. */
function placeOf({ check, kind, evidence: [first], remedy, fingerprint }: Finding): string {
  if (first?.location === undefined) return fingerprint;
  return JSON.stringify([check, kind, first, remedy?.lasting]);
}
