import type { CheckInfo } from '../model/check.ts';
import type { CheckResult, Evidence, Finding } from '../model/report.ts';
import { worse } from '../model/report.ts';
import type { SourceLocation } from '../model/source-location.ts';
import { isExpired, type Waiver } from '../model/waiver.ts';

/** What can be waived: checks, and each of their kinds of findings: `ml-oom`, `ml-oom/limit-too-low`. */
export const waivableIds = (checks: readonly CheckInfo[]): string[] =>
  checks.flatMap(({ id, kinds }) => [id, ...kinds.map((kind) => `${id}/${kind.id}`)]);

/** A waiver, and whether it speaks of a finding. */
export interface Applicable {
  readonly waiver: Waiver;
  /** Of one that stands in a file: a place that the finding has to name, as `placeKey` tells it. */
  readonly place?: string;
  /** Where it stands itself. */
  readonly at?: SourceLocation;
  readonly speaksOf: (finding: Finding, target: string) => boolean;
}

export const placeKey = ({ file, line }: NonNullable<Evidence['location']>): string => `${file}:${line}`;

/** A waiver of the settings file, which speaks of things by their names. */
export const bySettings = (waiver: Waiver): Applicable => ({
  waiver,
  speaksOf: ({ subject }, target) =>
    (waiver.subject === undefined || namesOf(subject).includes(waiver.subject)) &&
    (waiver.host === undefined || waiver.host === target),
});

/** A unit is also called without its suffix, and that of a container by the container: `immich-ml`. */
function namesOf(subject: string): (string | undefined)[] {
  const [, unit, container] = /^((?:podman-|docker-)?(.+))\.service$/.exec(subject) ?? [];
  return [subject, unit, container];
}

/**
 * Marks what is waived, and gives each result the status of the rest.
 * @param used told which waivers had something to waive
 */
export function waive(
  results: readonly CheckResult[],
  waivers: readonly Applicable[],
  target: string,
  now: number,
  used: (waiver: Waiver) => void,
): CheckResult[] {
  const waiverOf = lookup(waivers);
  const marked = results.map((result) => {
    const findings = result.findings.map((finding) => {
      const found = waiverOf(finding, target);
      if (found === undefined) return finding;
      const { waiver } = found;
      used(waiver);
      if (isExpired(waiver, now)) return { ...finding, evidence: [...finding.evidence, expiry(found)] };
      const { reason, until, by } = waiver;
      return {
        ...finding,
        waived: { reason: reason, ...(until === undefined ? {} : { until }), by: by },
      };
    });
    return { ...result, findings };
  });
  const all = marked.flatMap(({ findings }) => findings);
  const waivedCauses = new Map(
    all.flatMap(({ fingerprint, waived }) => (waived === undefined ? [] : [[fingerprint, waived] as const])),
  );
  const causeOf = new Map(
    all.flatMap(({ fingerprint, causedByFingerprint: cause }) =>
      cause === undefined ? [] : [[fingerprint, cause] as const],
    ),
  );
  return marked.map((result) => {
    const findings = result.findings.map((finding) => withItsCause(finding, waivedCauses, causeOf));
    return findings.some(({ waived }) => waived !== undefined)
      ? withStatusOfRest(result, findings)
      : { ...result, findings };
  });
}

/** The first that speaks of a finding: there may be thousands of both. */
function lookup(waivers: readonly Applicable[]) {
  const keyOf = (id: string, place: string | undefined) => `${id} ${place ?? ''}`;
  const all = waivers.map((each, order) => ({ ...each, order }));
  const byKey = Map.groupBy(all, ({ waiver, place }) => keyOf(waiver.check, place));
  return (finding: Finding, target: string): Applicable | undefined => {
    const places = finding.evidence.flatMap(({ location }) => (location ? placeKey(location) : []));
    const keys = [undefined, ...new Set(places)].flatMap((place) =>
      [finding.check, finding.kind].map((id) => keyOf(id, place)),
    );
    return keys
      .flatMap((key) => byKey.get(key)?.find(({ speaksOf }) => speaksOf(finding, target)) ?? [])
      .sort((a, b) => a.order - b.order)[0];
  };
}

/** Who lives with a cause lives with all that follows from it, at any remove. */
function withItsCause(
  finding: Finding,
  waivedCauses: ReadonlyMap<string, NonNullable<Finding['waived']>>,
  causeOf: ReadonlyMap<string, string>,
): Finding {
  let { waived } = finding;
  const seen = new Set<string>();
  for (
    let cause = finding.causedByFingerprint;
    waived === undefined && cause !== undefined && !seen.has(cause);
    cause = causeOf.get(cause)
  ) {
    seen.add(cause);
    waived = waivedCauses.get(cause);
  }
  return waived === undefined ? finding : { ...finding, waived };
}

/** Who waived it should know why it counts again. */
const expiry = ({ waiver: { until, reason, by, location: named }, at: location = named }: Applicable) => ({
  ...(location === undefined
    ? { source: by }
    : { source: `${location.file}:${location.line}:${location.column}`, location }),
  observed: `its waiver has expired: until ${until}: ${reason}`,
});

function withStatusOfRest(result: CheckResult, findings: readonly Finding[]): CheckResult {
  const waived = findings.flatMap((finding) => finding.waived ?? []);
  const left = findings.filter((finding) => finding.waived === undefined);
  // Beside findings, a reason tells what could not be checked.
  const unread = result.reason === undefined ? [] : ['unknown' as const];
  const statuses = [...left.map(({ status }) => status), ...unread];
  if (statuses.length > 0)
    return {
      ...result,
      findings: [...findings],
      status: statuses.reduce<CheckResult['status']>(worse, 'ok'),
    };
  // What somebody lives with is not in order.
  const reasons = [...new Set(waived.map(({ reason }) => reason))].join('; ');
  return { ...result, findings: [...findings], status: 'skipped', reason: `waived: ${reasons}` };
}
