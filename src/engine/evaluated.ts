import type { Check } from '../checks/define.ts';
import { sourceFacts } from '../facts/config/index.ts';
import type { CheckedTarget } from '../model/report.ts';
import type { SourceLocation } from '../model/source-location.ts';
import type { Host } from '../nix/host.ts';
import { OUTPUTS } from '../nix/machines.ts';
import {
  askNix,
  evaluationTime,
  type NixAnswer,
  type NixOptions,
  namesByNix,
  type Question,
} from '../nix/nix-eval/ask.ts';
import type { NixSource } from '../nix/source.ts';
import { differences } from './differences.ts';
import { EvaluatedHost } from './overlay.ts';
import { sourceFactsFor } from './select.ts';
import { checkMachines, checkSource, type SourceOptions } from './source.ts';

type EvaluationOptions = SourceOptions & { readonly nix: NixOptions };

/**
 * Checks every machine that a folder configures, also those of which only nix knows; by its files, and by what nix says where
 * these leave something unknown.
 */
export async function checkEvaluated(
  read: NixSource,
  folder: string,
  checks: readonly Check[],
  options: EvaluationOptions,
): Promise<CheckedTarget[]> {
  const named = await withNames(read, folder, options.nix);
  const byFiles = checkSource(named.source, folder, checks, options);
  const questions = named.source.hosts.map((host, index) => questionOf(host, byFiles[index], checks));
  return checkAnswered(named, folder, checks, options, questions);
}

/** Asked of every machine: what nix refuses is told, also where reading left nothing unknown. */
const ALWAYS = ['system.stateVersion'];

/** What nix is asked of a machine, of which this is known by its files. */
function questionOf(
  host: Host,
  report: Pick<CheckedTarget, 'results'> | undefined,
  checks: readonly Check[],
): Question {
  const unknown = new Set(
    report?.results.flatMap(({ check, status }) => (status === 'unknown' ? [check] : [])),
  );
  // What was not read may set everything.
  const isWhole = host.gaps.every(({ touches }) => touches === 'nothing');
  return question(host, isWhole ? checks.filter(({ id }) => unknown.has(id)) : checks);
}

const question = ({ entry }: Host, checks: readonly Check[]): Question => ({
  entry,
  patterns: [...ALWAYS, ...sourceFactsFor(checks).flatMap((name) => sourceFacts[name].options)],
});

interface NamedSource {
  readonly source: NixSource;
  /** Why nix does not tell the machines: it then tells nothing of one of them, either. */
  readonly failure?: string;
}

/** With the machines that nix names and reading did not find. */
async function withNames(source: NixSource, folder: string, options: NixOptions): Promise<NamedSource> {
  const outputs = outputsOf(source);
  const answers = await Promise.all(outputs.map((output) => namesByNix(folder, output, options)));
  const failed = answers.find((answer) => 'failure' in answer);
  if (failed !== undefined) {
    const { failure } = failed;
    const open = source.hosts.length === 0 ? [...source.open, `nix: ${failure}`] : source.open;
    return { source: { ...source, open }, failure };
  }
  const found = new Set(source.hosts.map(({ entry }) => JSON.stringify(entry)));
  const more = outputs.flatMap((output, index) => {
    const names = answers[index];
    return names === undefined || 'failure' in names
      ? []
      : names
          .map((name) => source.unread(output, name))
          .filter(({ entry }) => !found.has(JSON.stringify(entry)));
  });
  // Of a hive, nix alone does not tell the machines.
  const open = outputs.length === 0 ? source.open : source.open.filter((why) => why.startsWith('colmena'));
  return { source: { ...source, hosts: [...source.hosts, ...more], open } };
}

/** Those in which there may be machines: nix takes a while to say that there is no such output. */
function outputsOf({ layout, tree, open, hosts }: NixSource): readonly string[] {
  if (layout !== 'flake') return [];
  const read = tree.text('flake.nix');
  const text = 'text' in read ? read.text : '';
  return OUTPUTS.filter(
    (output, index) =>
      index === 0 ||
      open.length > 0 ||
      text.includes(output) ||
      hosts.some(({ entry }) => entry.kind === 'flake' && entry.output === output),
  );
}

/** Checks each machine by what nix answers of it. */
export async function checkAnswered(
  { source, failure }: NamedSource,
  folder: string,
  checks: readonly Check[],
  options: EvaluationOptions,
  questions: readonly Question[] = source.hosts.map((host) => question(host, checks)),
): Promise<CheckedTarget[]> {
  const { nix } = options;
  if (failure === undefined) nix.starting?.(evaluationTime(questions.length, nix.timeoutMs));
  const answers: readonly NixAnswer[] =
    failure === undefined ? await askNix(folder, questions, nix) : questions.map(() => ({ failure }));
  const evaluated = source.hosts.map((host, index) => evaluatedHost(host, answers[index]));
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
