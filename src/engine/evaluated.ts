import type { Check } from '../checks/define.ts';
import { sourceFacts } from '../facts/config/index.ts';
import type { CheckedTarget } from '../model/report.ts';
import type { SourceLocation } from '../model/source-location.ts';
import type { Host } from '../nix/host.ts';
import { askNix, type NixAnswer, type NixOptions } from '../nix/nix-eval/ask.ts';
import type { NixSource } from '../nix/source.ts';
import { differences } from './differences.ts';
import { EvaluatedHost } from './overlay.ts';
import { sourceFactsFor } from './select.ts';
import { checkMachines, type SourceOptions } from './source.ts';

/** Checks every machine that a folder configures by what nix says, where it says something; else by its files. */
export async function checkEvaluated(
  source: NixSource,
  folder: string,
  checks: readonly Check[],
  options: SourceOptions & { readonly nix: NixOptions },
): Promise<CheckedTarget[]> {
  const { hosts } = source;
  const patterns = sourceFactsFor(checks).flatMap((name) => sourceFacts[name].options);
  const entries = hosts.map(({ entry }) => entry);
  const answers = await askNix(folder, entries, patterns, options.nix);
  const evaluated = hosts.map((host, index) => evaluatedHost(host, answers[index]));
  const all = evaluated.map(({ host }) => host);
  const machines = evaluated.map((each) => ({ ...each, all, source }));
  return checkMachines(machines, source, folder, checks, options);
}

function evaluatedHost(host: Host, answered: NixAnswer | undefined) {
  const { entry } = host;
  if (answered === undefined || 'failure' in answered) {
    const failure = answered?.failure ?? 'nix was not asked for it';
    return { host, evaluation: { differences: [], failure, failedAt: placeIn(failure), entry } };
  }
  const { answer } = answered;
  return {
    host: new EvaluatedHost(host, answer),
    evaluation: { differences: differences(host, answer), entry },
  };
}

/** Where in the files an error is, which nix tells behind it. */
function placeIn(failure: string): SourceLocation | undefined {
  const [, file, line, column] = /\(at ([^/«].*):(\d+):(\d+)\)$/.exec(failure) ?? [];
  return file === undefined ? undefined : { file, line: Number(line), column: Number(column) };
}
