import type { CheckResult, Finding, HeadlineEntry } from '../model/report.ts';

const SEVERITY = { down: 0, 'not-running': 1, degraded: 2 } as const;

const stateOf = ({ affects, status }: Finding): HeadlineEntry['state'] =>
  affects?.state !== 'down' ? 'degraded' : status === 'fail' ? 'down' : 'not-running';

/**
 * What is down or works only in part, worst first, each with the cause at the root of it. What somebody has decided to live
 * with is not told.
 */
export function headlineOf(results: readonly CheckResult[]): HeadlineEntry[] {
  const findings = results.flatMap((result) => result.findings);
  const byFingerprint = new Map(findings.toReversed().map((finding) => [finding.fingerprint, finding]));
  const affecting = findings.filter(({ affects, waived }) => affects !== undefined && waived === undefined);
  const entries = [...Map.groupBy(affecting, ({ affects }) => affects?.what ?? '')].map(([what, all]) =>
    entryOf(what, all, byFingerprint),
  );
  return entries.toSorted(
    (a, b) => SEVERITY[a.state] - SEVERITY[b.state] || (a.since ?? '').localeCompare(b.since ?? ''),
  );
}

function entryOf(
  what: string,
  all: readonly Finding[],
  byFingerprint: ReadonlyMap<string, Finding>,
): HeadlineEntry {
  const worst = all.toSorted((a, b) => SEVERITY[stateOf(a)] - SEVERITY[stateOf(b)])[0] as Finding;
  const root = rootOf(worst, byFingerprint);
  const state = stateOf(worst);
  const since = all
    .flatMap((finding) => (stateOf(finding) === state ? (finding.since ?? []) : []))
    .toSorted()[0];
  const now = root.remedy?.now ?? [];
  return {
    what,
    state,
    ...(since === undefined ? {} : { since }),
    // Of one fault of a kind another may be a consequence, and what is wrong here is its own.
    cause: causeOf(root.kind === worst.kind ? worst : root, what),
    check: root.check,
    ...(now.length === 0 ? {} : { now }),
  };
}

function rootOf(finding: Finding, byFingerprint: ReadonlyMap<string, Finding>): Finding {
  const seen = new Set([finding]);
  let root = finding;
  for (;;) {
    const cause = byFingerprint.get(root.causedByFingerprint ?? '');
    if (cause === undefined || seen.has(cause)) return root;
    seen.add(cause);
    root = cause;
  }
}

/** `ran out of memory` in the line of immich-ml; in that of another service, what is wrong with which. */
function causeOf({ affects, title }: Finding, what: string): string {
  if (affects?.cause !== undefined && affects.what === what) return affects.cause;
  return title.startsWith(`${what} `) ? title.slice(what.length + 1) : title.replace(/^The /, 'the ');
}
