import type { Remedy, Step } from '../model/remedy.ts';
import type { CheckResult } from '../model/report.ts';
import { byHand } from '../remedy/steps.ts';

type Edit = Extract<Step, { kind: 'edit' }>;

/**
 * Two findings may change one option, each from the value that stands there now: after the one the other would undo it.
 * The second says so.
 */
export function withoutConflictingEdits(results: readonly CheckResult[]): CheckResult[] {
  const first = new Map<string, { readonly after: string; readonly check: string }>();
  return withSteps(results, (step, check) => {
    if (step.kind !== 'edit' || (step.before === undefined && step.items === undefined)) return step;
    const place = JSON.stringify([step.option, step.before]);
    const after = JSON.stringify([step.after, step.items]);
    const earlier = first.get(place);
    if (earlier === undefined) first.set(place, { after, check });
    return earlier === undefined || earlier.after === after
      ? step
      : byHand(
          `${withValue(step)} A finding of ${earlier.check} changes ${step.option}, too: make both changes.`,
          placeOf(step),
        );
  });
}

/** Commands that activate a configuration. */
const OF_NIXOS: ReadonlySet<string> = new Set(['nixos-rebuild', '/run/current-system/activate']);

/** What is not NixOS is told what to change, not where NixOS has it; and there is nothing to rebuild. */
export function withoutNixOptions(results: readonly CheckResult[]): CheckResult[] {
  return withSteps(results, (step) => {
    if (step.kind === 'edit') return byHand(withValue(step));
    return step.kind === 'run' && OF_NIXOS.has(step.words[0] ?? '') ? [] : step;
  });
}

function withSteps(
  results: readonly CheckResult[],
  change: (step: Step, check: string) => Step | [],
): CheckResult[] {
  const changed = ({ now, lasting }: Remedy, check: string) => ({
    now: now.flatMap((step) => change(step, check)),
    lasting: lasting.flatMap((step) => change(step, check)),
  });
  return results.map((result) => ({
    ...result,
    findings: result.findings.map((finding) =>
      finding.remedy === undefined ? finding : { ...finding, remedy: changed(finding.remedy, result.check) },
    ),
  }));
}

/** The reason, with the images, addresses or settings that it does not name itself. */
function withValue({ why, after, items = [] }: Edit): string {
  const values = [after ?? [], items.map(({ add }) => add)].flat(2).flatMap((text) => {
    const [, value] = /^"([^"\\]*[:=/][^"\\]*)"$/.exec(text) ?? [];
    return value === undefined || why.includes(value) ? [] : value;
  });
  return values.length === 0 ? why : why.replace(/\.?$/, ` (${values.join(' ')}).`);
}

const placeOf = ({ file, line, column }: Edit) =>
  file === undefined
    ? undefined
    : {
        file,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
      };
