import { resolve } from 'node:path';
import type { Check } from '../checks/define.ts';
import type { JudgedTarget } from '../model/report.ts';
import { sourceFacts } from '../nix/facts/index.ts';
import { differences } from '../nix/ground-truth/differences.ts';
import type { Entry } from '../nix/ground-truth/expression.ts';
import { EvaluatedHost } from '../nix/ground-truth/overlay.ts';
import type { Host } from '../nix/host.ts';
import type { Place } from '../nix/place.ts';
import type { NixSource } from '../nix/source.ts';
import { askNix, type NixAnswer, type NixOptions } from '../targets/nix.ts';
import { quote } from '../text/shell.ts';
import { sourceFactsFor } from './select.ts';
import { judgeMachines, type SourceOptions } from './source.ts';

/** Judges every machine that a folder configures by what nix says, where it says something; else by its files. */
export async function checkEvaluated(
  source: NixSource,
  folder: string,
  checks: readonly Check[],
  options: SourceOptions & { readonly nix: NixOptions },
): Promise<JudgedTarget[]> {
  const { hosts } = source;
  const patterns = sourceFactsFor(checks).flatMap((name) => sourceFacts[name].options);
  const entries = hosts.map(({ entry }) => entry);
  const answers = await askNix(folder, entries, patterns, options.nix);
  const evaluated = hosts.map((host, index) => evaluatedHost(host, answers[index], folder));
  const all = evaluated.map(({ host }) => host);
  const machines = evaluated.map((each) => ({ ...each, all, source }));
  return judgeMachines(machines, source, folder, checks, options);
}

function evaluatedHost(host: Host, answered: NixAnswer | undefined, folder: string) {
  const command = evalCommand(folder, host.entry);
  if (answered === undefined || 'failure' in answered) {
    const failure = answered?.failure ?? 'it was not asked';
    return { host, evaluation: { differences: [], failure, failedAt: placeIn(failure), command } };
  }
  const { answer } = answered;
  return {
    host: new EvaluatedHost(host, answer),
    evaluation: { differences: differences(host, answer), command },
  };
}

/** Where in the files an error is, which nix tells behind it. */
function placeIn(failure: string): Place | undefined {
  const [, file, line, column] = /\(at ([^/«].*):(\d+):(\d+)\)$/.exec(failure) ?? [];
  return file === undefined ? undefined : { file, line: Number(line), column: Number(column) };
}

/** What shows the whole of an error of nix. */
function evalCommand(folder: string, entry: Entry): string {
  if (entry.kind === 'file') {
    const file = resolve(folder, entry.path);
    return `nix-instantiate '<nixpkgs/nixos>' -A system --arg configuration ${quote(file)} --show-trace`;
  }
  const name = /^[\w-]+$/.test(entry.name) ? entry.name : JSON.stringify(entry.name);
  const there = /^[./]/.test(folder) ? folder : `./${folder}`;
  return `nix eval ${quote(`${there}#${entry.output}.${name}.config.system.build.toplevel.drvPath`)} --show-trace`;
}
