import type { Check } from '../../checks/define.ts';
import type { Target } from '../../collect/target.ts';
import type { Facts } from '../../facts/host/index.ts';
import type { TargetReport } from '../../model/report.ts';
import type { HostStatus, TargetStatus, Verdict } from '../../model/status.ts';
import { type CheckOptions, runChecks } from '../check.ts';
import type { FactTable } from '../evaluate.ts';
import { withoutOtherUnits } from '../other-units.ts';
import { containersOf } from './containers.ts';
import { disksOf, generationOf, memoryOf, othersOf, secretsOf, tailnetOf, uploadOf } from './machine.ts';
import { portsOf } from './ports.ts';
import { isoTime } from './read.ts';
import { Verdicts } from './verdicts.ts';

interface ReadTarget {
  readonly facts: FactTable;
  readonly system: Facts['system'] | undefined;
}

/** Hosts at a glance, by what the checks read, with what they say of it. */
export async function statusOf(
  targets: readonly Target[],
  checks: readonly Check[],
  options: Omit<CheckOptions, 'onFacts'>,
): Promise<HostStatus> {
  const told = new Map<Target, ReadTarget>();
  const report = await runChecks(targets, checks, {
    ...options,
    onFacts: (target, facts, system) => told.set(target, { facts, system }),
  });
  return {
    schemaVersion: 1,
    tool: report.tool,
    targets: report.targets.map((each, index) => targetStatus(each, told.get(targets[index] as Target))),
  };
}

function targetStatus(report: TargetReport, told: ReadTarget | undefined): TargetStatus {
  const { name, kind, error, system, results } = report;
  const bootedAt = isoTime(told?.system?.bootedAt);
  const count = (wanted: string) => results.filter(({ status }) => status === wanted).length;
  const verdicts = new Verdicts(results);
  const isRead = error === undefined && told !== undefined;
  return {
    name,
    kind: kind === 'source' ? 'local' : kind,
    ...(error === undefined ? {} : { error }),
    system: { ...system, ...(bootedAt === undefined ? {} : { bootedAt }) },
    ...(isRead ? partsOf(withoutOtherUnits(told.facts), verdicts) : { others: [] }),
    checks: {
      ok: count('ok'),
      warn: count('warn'),
      fail: count('fail'),
      unknown: count('unknown'),
      skipped: count('skipped'),
    },
  };
}

interface Marked {
  readonly verdict?: Verdict | undefined;
}

const verdictsIn = (
  parts: Readonly<Record<string, (Marked & { readonly items?: readonly Marked[] }) | undefined>>,
) =>
  Object.values(parts).flatMap((part) =>
    [part, ...(part?.items ?? [])].flatMap((each) => each?.verdict ?? []),
  );

/** Without those that this kind of machine does not have. */
function partsOf(facts: FactTable, verdicts: Verdicts) {
  const parts = {
    containers: containersOf(facts, verdicts),
    ports: portsOf(facts, verdicts),
    disks: disksOf(facts, verdicts),
    memory: memoryOf(facts, verdicts),
    tailnet: tailnetOf(facts, verdicts),
    secrets: secretsOf(facts, verdicts),
    upload: uploadOf(facts, verdicts),
    generation: generationOf(facts, verdicts),
  };
  return {
    ...(Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined)) as Partial<
      Pick<TargetStatus, keyof typeof parts>
    >),
    others: othersOf(verdicts, verdictsIn(parts)),
  };
}
