import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import process from 'node:process';
import type { Check, Names, SourceContext } from '../checks/define.ts';
import type { HostReading, SourceConfiguration, SourceFact } from '../facts/config/define.ts';
import { type SourceFactName, sourceFacts } from '../facts/config/index.ts';
import { notJudgedOf } from '../facts/config/set-elsewhere.ts';
import { type Fact, FactUnavailable } from '../model/fact.ts';
import { PartialValue } from '../model/probe.ts';
import type { CheckedTarget, CheckResult } from '../model/report.ts';
import type { Waiver } from '../model/waiver.ts';
import { UNREAD_PART } from '../nix/modules/configuration.ts';
import { type NixSource, openNixSource } from '../nix/source.ts';
import { counted, firstReasons } from '../text/amount.ts';
import { ioCode, readProblem } from '../text/io-error.ts';
import { UsageError } from '../text/usage-error.ts';
import { checks as all } from './catalogue.ts';
import { withDiffs } from './edits.ts';
import { evaluateAll, type PartlyRead } from './evaluate.ts';
import { redacted } from './redacted.ts';
import { withUnitsOfPodman } from './remedies.ts';
import { waivers as waiversCheck } from './results/waivers/check.ts';
import type { WaiversContext } from './results/waivers/source.ts';
import { sourceFactsFor } from './select.ts';
import { withSharedFiles } from './shared-files.ts';
import { SourceWaivers } from './source-waivers.ts';

export interface SourceOptions {
  readonly names: Names;
  /** Of the settings file; those of the configuration stand in it. */
  readonly waivers: readonly Waiver[];
}

interface ReadFact {
  readonly name: SourceFactName;
  readonly fact: Fact<unknown>;
  readonly durationMs: number;
}

/** @throws {UsageError} where there is no such folder, or no configuration in it */
export function openSource(folder: string): NixSource {
  let source: NixSource;
  try {
    if (!statSync(folder).isDirectory())
      throw new UsageError(`--source ${folder} is a file: name the folder of the configuration`);
    source = openNixSource(folder);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (['ENOENT', 'ENOTDIR'].includes(ioCode(error) ?? ''))
      throw new UsageError(`--source ${folder} does not exist: name the folder of your NixOS configuration`);
    throw new UsageError(`the configuration ${folder} cannot be read: ${readProblem(error)}`);
  }
  if (source.hosts.length === 0 && source.open.length === 0)
    throw new UsageError(
      `there is no NixOS configuration in ${folder}: no flake.nix with machines, and no file that is a module; name the folder of your configuration`,
    );
  return source;
}

/** Checks every machine that a folder configures, by its files. */
export function checkSource(
  source: NixSource,
  folder: string,
  checks: readonly Check[],
  options: SourceOptions,
): CheckedTarget[] {
  return checkMachines(ofFiles(source), source, folder, checks, options);
}

/** Checks each of these, as far as it is known; and says of machines that could not be found that there may be some. */
export function checkMachines(
  machines: readonly SourceConfiguration[],
  source: NixSource,
  folder: string,
  checks: readonly Check[],
  options: SourceOptions,
): CheckedTarget[] {
  const judged = judgeMachines(machines, source, folder, checks, options);
  // What is edited, nix cannot be asked about; and an edit may do harm that only a check tells which was not asked for.
  const byFiles = (read: NixSource) => judgeMachines(ofFiles(read), read, folder, all, options);
  const isAll = checks.length === all.length && machines.every(({ evaluation }) => evaluation === undefined);
  const reports = withDiffs(judged, {
    source,
    folder: fromHere(folder),
    judge: byFiles,
    judged: once(() => (isAll ? judged : byFiles(source))),
  });
  const told = withSharedFiles(reports, source, folder);
  return source.open.length === 0 ? [...told] : [...told, unfollowed(source, folder, checks)];
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

const ofFiles = (source: NixSource): readonly SourceConfiguration[] =>
  source.hosts.map((host) => ({ host, all: source.hosts, source }));

function judgeMachines(
  machines: readonly SourceConfiguration[],
  source: NixSource,
  folder: string,
  checks: readonly Check[],
  options: SourceOptions,
): readonly CheckedTarget[] {
  const waivers = new SourceWaivers(source, {
    checks,
    known: all,
    settings: options.waivers,
    now: Date.now(),
  });
  // What is wrong with the waivers shows only when all other checks are done.
  const [last, first] = partition(checks, ({ id }) => id === waiversCheck.id);
  const checked = machines.map((machine) => {
    const { host } = machine;
    const report = checkConfiguration(machine, folder, first, options);
    return { ...report, host, results: withUnitsOfPodman(waivers.waive({ ...report, host })) };
  });
  const waiverStates = last.length === 0 ? new Map() : waivers.states(checked);
  return checked.map((each): CheckedTarget => {
    const { host, ...report } = each;
    const context = { ...contextOf(host, folder, options), waivers: waiverStates.get(each) ?? NO_WAIVERS };
    const results = [...report.results, ...evaluateBy(last, context, [])];
    return { ...report, results: results.map(redacted), probes: report.probes.map(redacted) };
  });
}

function checkConfiguration(
  configuration: SourceConfiguration,
  folder: string,
  checks: readonly Check[],
  options: SourceOptions,
): CheckedTarget {
  const began = performance.now();
  const { host } = configuration;
  const hostname = hostnameOf(configuration);
  const read = sourceFactsFor(checks).map((name) => readFact(name, configuration));
  const partly = {
    isCause: (reason: string) => reason.includes(UNREAD_PART),
    isOfThing: (reason: string) => /^(?:where .* listens|which image .* runs) is not known/.test(reason),
    told: () => unreadPart(host),
  };
  const results = evaluateBy(checks, contextOf(host, folder, options), read, { partly, host });
  return {
    name: host.name,
    kind: 'source',
    folder: fromHere(folder),
    system: { os: host.system, ...(hostname === undefined ? {} : { hostname }) },
    durationMs: Math.round(performance.now() - began),
    results,
    probes: read.map(({ name, fact, durationMs }) => {
      const reason = fact.outcome === 'ok' ? fact.incomplete : fact.reason;
      return {
        id: sourceFacts[name].id,
        outcome: fact.outcome,
        ...(reason === undefined ? {} : { reason: reason }),
        durationMs: Math.round(durationMs),
      };
    }),
  };
}

/** A home is on any machine, and a file says nothing of the name of its own. */
function hostnameOf({ host, source }: SourceConfiguration): string | undefined {
  const isNamed = source.layout === 'flake' || host.option('networking.hostName').state === 'known';
  return isNamed && host.system !== 'home' ? host.name : undefined;
}

const NO_WAIVERS: WaiversContext['waivers'] = { all: 0, problems: [] };

const contextOf = (host: HostReading, folder: string, { names }: SourceOptions): SourceContext => ({
  host: host.name,
  system: host.system,
  folder: fromHere(folder),
  root: resolve(folder),
  names,
});

function evaluateBy(
  checks: readonly Check[],
  context: SourceContext,
  read: readonly ReadFact[],
  { partly, host }: { readonly partly?: PartlyRead; readonly host?: HostReading } = {},
): CheckResult[] {
  const now = Date.now();
  return evaluateAll(
    checks.flatMap(({ id, source }) => {
      if (source === undefined) return [];
      const { elsewhere } = source;
      return [{ ...source, id, notJudged: elsewhere && host && notJudgedOf(host, elsewhere) }];
    }),
    {
      facts: Object.fromEntries(read.map(({ name, fact }) => [name, fact])),
      reads: (name) => sourceFacts[name as SourceFactName].reads,
      context,
      target: context.host,
      partly,
      now,
      windowStart: now,
    },
  );
}

/** A part that was not read may set everything that depends on it: told once, not for each option. */
function unreadPart({ gaps }: Pick<HostReading, 'gaps'>): string {
  const [first, ...more] = new Set(
    gaps.flatMap(({ touches, reason }) => (touches === 'nothing' ? [] : [reason])),
  );
  const others =
    more.length === 0 ? 'it' : `it, or one of ${counted(more.length, 'more part')} that could not be read,`;
  return `${first}; ${others} may set what is checked here`;
}

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

function readFact(name: SourceFactName, configuration: SourceConfiguration): ReadFact {
  const began = performance.now();
  const fact = factOf(sourceFacts[name], configuration);
  return { name, fact, durationMs: performance.now() - began };
}

function factOf(fact: SourceFact, configuration: SourceConfiguration): Fact<unknown> {
  try {
    const value = fact.read(configuration);
    return value instanceof PartialValue
      ? { outcome: 'ok', value: value.value, incomplete: value.incomplete }
      : { outcome: 'ok', value };
  } catch (error) {
    if (error instanceof FactUnavailable) return { outcome: error.outcome, reason: error.message };
    throw error;
  }
}

/** Every check says it. */
const MOST_TOLD = 50;

/** Machines that may be there and could not be found are a target of their own, lest their faults pass for none. */
function unfollowed({ open, hosts }: NixSource, folder: string, checks: readonly Check[]): CheckedTarget {
  const why = firstReasons(open, MOST_TOLD).join('; ');
  const error = `${hosts.length === 0 ? 'no machine was found' : 'there may be more machines'}: ${why}`;
  return {
    name: folder,
    kind: 'source',
    folder: fromHere(folder),
    error,
    system: { os: 'unknown' },
    durationMs: 0,
    results: checks.flatMap(({ id, source }) =>
      source === undefined ? [] : [{ check: id, status: 'unknown' as const, reason: error, findings: [] }],
    ),
    probes: [],
  };
}

/** However the folder was named: a report is read where it was made, and leads from there to the files. */
function fromHere(folder: string): string {
  const path = relative(process.cwd(), folder).split(sep).join('/');
  return path === '..' || path.startsWith('../') ? resolve(folder) : path || '.';
}
