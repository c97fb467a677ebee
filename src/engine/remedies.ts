import type { Remedy, Step } from '../model/remedy.ts';
import type { CheckResult } from '../model/report.ts';
import { byHand } from '../remedy/steps.ts';

type Edit = Extract<Step, { kind: 'edit' }>;

/**
 * Two findings may change one option, each from the value that stands there now: after the one the other would undo it.
 * The second says so.
 */
export function withoutConflictingEdits(results: readonly CheckResult[]): CheckResult[] {
  const first = new Map<string, { readonly step: Edit; readonly check: string }>();
  return withSteps(results, (step, check) => {
    if (step.kind !== 'edit' || (step.before === undefined && step.items === undefined)) return step;
    const place = JSON.stringify([step.option, step.before]);
    const earlier = first.get(place);
    if (earlier === undefined) first.set(place, { step, check });
    return earlier === undefined || changeIn(earlier.step) === changeIn(step)
      ? step
      : byHand(afterOther(step, earlier.step, earlier.check), placeOf(step));
  });
}

const changeIn = ({ after, items }: Edit) => JSON.stringify([after, items]);

function afterOther(step: Edit, earlier: Edit, check: string): string {
  const both = mergedText(step.before, earlier.after, step.after);
  return both === undefined
    ? `${withValue(step)} A finding of ${check} changes ${step.option}, too: make both changes.`
    : `${step.why} With the fix of ${check}, write ${both}.`;
}

/** Both changes of one text, where they do not touch. */
function mergedText(
  base: string | undefined,
  one: string | undefined,
  other: string | undefined,
): string | undefined {
  if (base === undefined || one === undefined || other === undefined) return undefined;
  const [first, second] = [changeOf(base, one), changeOf(base, other)].toSorted((a, b) => a.from - b.from);
  if (first === undefined || second === undefined || first.to >= second.from) return undefined;
  const between = base.slice(first.to, second.from);
  return `${base.slice(0, first.from)}${first.text}${between}${second.text}${base.slice(second.to)}`;
}

function changeOf(base: string, changed: string) {
  const shorter = Math.min(base.length, changed.length);
  let from = 0;
  while (from < shorter && base[from] === changed[from]) from += 1;
  let same = 0;
  while (same < shorter - from && base.at(-1 - same) === changed.at(-1 - same)) same += 1;
  return { from, to: base.length - same, text: changed.slice(from, changed.length - same) };
}

/** Under podman, the units of containers have other names: what is added after that fix belongs to the new ones. */
export function withUnitsOfPodman(results: readonly CheckResult[]): CheckResult[] {
  const isMoving = results.some(
    ({ check, findings }) => check === 'oci-backend' && findings.some(({ waived }) => waived === undefined),
  );
  if (!isMoving) return [...results];
  return withSteps(results, (step, _check, title) => {
    const [, quoted = '', name] = (step.kind === 'edit' && UNIT_OF_DOCKER.exec(step.option)) || [];
    // The title names a unit of a container by the container, and any other by its own name.
    if (
      step.kind !== 'edit' ||
      step.before !== undefined ||
      name === undefined ||
      title.includes(`docker-${name}`)
    )
      return step;
    return {
      ...step,
      option: step.option.replace(UNIT_OF_DOCKER, `systemd.services.${quoted}podman-${name}`),
      why: `${step.why} This is its unit after the fix of oci-backend.`,
    };
  });
}

const UNIT_OF_DOCKER = /^systemd\.services\.("?)docker-([^".]+)/;

/** Commands that activate a configuration. */
const OF_NIXOS: ReadonlySet<string> = new Set(['nixos-rebuild', '/run/current-system/activate']);

/** What is not NixOS is told what to change, not where NixOS has it; and there is nothing to rebuild. */
export function withoutNixOptions(results: readonly CheckResult[]): CheckResult[] {
  return withSteps(results, (step) => {
    if (step.kind === 'edit') return byHand(withValue(step));
    return step.kind === 'run' && OF_NIXOS.has(step.words[0] ?? '') ? [] : step;
  });
}

/** The results with each step of their remedies as it is changed; none, where it goes. */
export function withSteps(
  results: readonly CheckResult[],
  change: (step: Step, check: string, title: string) => Step | [],
): CheckResult[] {
  const changed = ({ now, lasting }: Remedy, ...of: [check: string, title: string]) => ({
    now: now.flatMap((step) => change(step, ...of)),
    lasting: lasting.flatMap((step) => change(step, ...of)),
  });
  return results.map((result) => ({
    ...result,
    findings: result.findings.map((finding) =>
      finding.remedy === undefined
        ? finding
        : { ...finding, remedy: changed(finding.remedy, result.check, finding.title) },
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
