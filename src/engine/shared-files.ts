import type { Step } from '../model/remedy.ts';
import type { CheckedTarget } from '../model/report.ts';
import { type Host, namesOf } from '../nix/host.ts';
import type { NixSource } from '../nix/source.ts';
import { firstOf } from '../text/amount.ts';
import { fileIn } from './edits.ts';
import { withSteps } from './remedies.ts';

/** Of those that read a file, as many are named. */
const MOST_NAMED = 5;
/** Machines have modules of their own in it. */
const OF_ALL = 'flake.nix';

/** Says in a step that changes a file which other machines read it: the step changes those, too. */
export function withSharedFiles(
  reports: readonly CheckedTarget[],
  { hosts }: NixSource,
  folder: string,
): readonly CheckedTarget[] {
  if (hosts.length < 2 || hosts.length !== reports.length) return reports;
  const readers = new Map<string, Host[]>();
  for (const host of hosts)
    for (const file of host.files) readers.set(file, [...(readers.get(file) ?? []), host]);
  const told = (step: Step, own: Host | undefined): Step => {
    if ((step.kind !== 'edit' && step.kind !== 'byHand') || step.file === undefined) return step;
    const file = fileIn(folder, step.file);
    const others = (readers.get(file) ?? []).filter((host) => host !== own && isChanged(host, step, file));
    return others.length === 0 ? step : { ...step, note: `This file is also read by: ${named(others)}.` };
  };
  return reports.map((report, machine) => ({
    ...report,
    results: withSteps(report.results, (step) => told(step, hosts[machine])),
  }));
}

function isChanged(host: Host, step: Step, file: string): boolean {
  if (file !== OF_ALL) return true;
  return (
    step.kind === 'edit' &&
    host
      .definitions(namesOf(step.option))
      .some(({ at }) => at?.file === file && at.line === step.line && at.column === step.column)
  );
}

const named = (hosts: readonly Host[]): string =>
  firstOf(
    hosts.map(({ name }) => name),
    MOST_NAMED,
  );
