import process from 'node:process';
import pLimit from 'p-limit';
import type { Check, Names } from '../checks/define.ts';
import type { Collection, CollectOptions, Target } from '../collect/target.ts';
import { type FactName, type Facts, probes } from '../facts/host/index.ts';
import { type Fact, onAnotherPlatform } from '../model/fact.ts';
import { countsAsFault, type FailOn, statusesOf } from '../model/fail-on.ts';
import { type Probe, type RawResult, readsJournal } from '../model/probe.ts';
import type { Progress } from '../model/progress.ts';
import {
  type AppliedSetting,
  type CheckedTarget,
  type CheckResult,
  type Report,
  VISIBILITY,
} from '../model/report.ts';
import type { Waiver } from '../model/waiver.ts';
import { hostName, joined } from '../remedy/words.ts';
import { firstOf } from '../text/amount.ts';
import { durationText } from '../text/duration.ts';
import { redact } from '../text/redact.ts';
import { type Narrowed, withSettings } from './applied-settings.ts';
import { changesOf } from './changes.ts';
import { evaluate, type FactTable, lookedAtBy, unreadProbes } from './evaluate.ts';
import { factOf } from './facts.ts';
import { headlineOf } from './headline.ts';
import { withWaiverProblems } from './host-waivers.ts';
import { withoutOtherUnits } from './other-units.ts';
import { factsFor } from './select.ts';
import { bySettings, waive } from './waivers.ts';

const HOSTS_AT_ONCE = 32;

export interface CheckOptions extends Omit<CollectOptions, 'onResult'> {
  readonly configuration: string;
  readonly names: Names;
  /** Of the settings file. */
  readonly waivers: readonly Waiver[];
  /** What was left out and narrowed, of the targets. */
  readonly narrowed?: Narrowed;
  readonly version: string;
  /** Checks the machines of a configuration, beside the targets. */
  readonly checkConfiguration?: () => readonly CheckedTarget[] | Promise<readonly CheckedTarget[]>;
  readonly progress?: Progress;
  /** Is given what was read of each target, beside what is judged by it. */
  readonly onFacts?: (target: Target, facts: FactTable, system: Facts['system'] | undefined) => void;
}

/** The time window of a collection: the last `sinceMs` milliseconds, or since the boot. */
export function timeWindow(sinceMs: number | undefined): Pick<CollectOptions, 'journalWindow' | 'sinceMs'> {
  return sinceMs === undefined
    ? { journalWindow: '--boot' }
    : { journalWindow: `--since=-${Math.ceil(sinceMs / 1000)}s`, sinceMs };
}

/** Collects from all targets, runs the checks on each, and makes the report. */
export async function runChecks(
  targets: readonly Target[],
  checks: readonly Check[],
  options: CheckOptions,
): Promise<Report> {
  const startedAt = new Date();
  const began = performance.now();
  const atOnce = pLimit(HOSTS_AT_ONCE);
  const names = factsFor(checks);
  const wanted = names.map((name) => probes[name] as Probe);
  const { progress } = options;
  const checking = targets.map((target) =>
    atOnce(async () => {
      const onResult = (probe: Probe) => progress?.read(target.name, probe);
      const told = parsed(await collectRedacted(target, { ...options, onResult }, wanted), names);
      options.onFacts?.(target, told.facts, told.system);
      const checked = checkTarget(target, told, names, checks, options);
      const waivers = options.waivers.map(bySettings);
      const waived = {
        ...checked,
        // A waiver ends by the clock of who asks: that of the target may be what is wrong.
        results: waive(checked.results, waivers, target.name, startedAt.getTime(), () => {}),
      };
      const report = options.narrowed === undefined ? waived : withSettings(waived, options.narrowed);
      progress?.checked(report);
      return report;
    }),
  );
  progress?.started(
    targets.map(({ name }) => name),
    wanted,
  );
  const configured = options.checkConfiguration?.() ?? [];
  const [hosts, machines] = await Promise.all([Promise.all(checking), configured]);
  const reports = withWaiverProblems(hosts, {
    checks,
    waivers: options.waivers,
    all: [...hosts, ...machines],
    now: startedAt.getTime(),
  });
  return reportOf([...reports, ...machines], options.version, startedAt, performance.now() - began);
}

export function reportOf(
  targets: readonly CheckedTarget[],
  version: string,
  startedAt: Date,
  durationMs: number,
): Report {
  const results = targets.flatMap((target) => target.results);
  const count = (wanted: CheckResult['status']) => results.filter(({ status }) => status === wanted).length;
  return {
    schemaVersion: 2,
    tool: { name: 'hsdoctor', version },
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(durationMs),
    targets: targets.map((target) => ({
      ...target,
      headline: headlineOf(target.results),
      lookedAt: lookedAtBy(target.results),
    })),
    summary: {
      ok: count('ok'),
      warn: count('warn'),
      fail: count('fail'),
      unknown: count('unknown'),
      skipped: count('skipped'),
      waived: results.flatMap(({ findings }) => findings.filter(({ waived }) => waived !== undefined)).length,
    },
  };
}

interface Redacted extends Omit<Collection, 'results'> {
  readonly results: Map<string, RawResult>;
}

/**
 * Collects from one target. What looks like a secret goes here, before anything is checked or saved, so that
 * a bundle is checked as the live run was.
 */
export async function collectRedacted(
  target: Target,
  options: CollectOptions,
  wanted = Object.values(probes) as Probe[],
): Promise<Redacted> {
  // As each arrives: the slowest is still waited for then.
  const early = new WeakMap<RawResult, RawResult>();
  const onResult = (probe: Probe, result: RawResult) => {
    early.set(result, redacted(result));
    options.onResult?.(probe, result);
  };
  const { results: raw, ...collection } = await target.collect(wanted, { ...options, onResult });
  const results = new Map(
    [...raw].map(([id, result]) => [id, early.get(result) ?? redacted(result)] as const),
  );
  const { error } = collection;
  return {
    ...(target.kind === 'local' ? { local: true } : {}),
    // A bundle knows where it was collected, and which window: without one, since the boot.
    ...(options.sinceMs === undefined || target.kind === 'bundle' ? {} : { sinceMs: options.sinceMs }),
    ...collection,
    results,
    ...(error === undefined ? {} : { error: redact(error) }),
  };
}

function redacted(result: RawResult): RawResult {
  return result.outcome === 'ran'
    ? { ...result, stdout: redact(result.stdout), stderr: redact(result.stderr) }
    : result;
}

/** What a target told, without the texts that it told it in: those of many hosts, or of a large one, are not kept. */
interface TargetFacts extends Omit<Collection, 'results'> {
  readonly facts: FactTable;
  readonly system: Facts['system'] | undefined;
  /** How long each probe took, and how it ended, by its id. */
  readonly ran: ReadonlyMap<string, { readonly durationMs: number; readonly exitCode?: number }>;
}

/** Takes each text away as soon as it is read: those of a large host are larger than all that is made of them. */
function parsed({ results, ...about }: Redacted, names: readonly FactName[]): TargetFacts {
  const ran = new Map(
    [...results].map(([id, raw]) => {
      const { durationMs } = raw;
      return [id, raw.outcome === 'ran' ? { durationMs, exitCode: raw.exitCode } : { durationMs }] as const;
    }),
  );
  const told = factOf(probes.system, results.get(probes.system.id));
  const system = told.outcome === 'ok' ? told.value : undefined;
  const os = system?.os.toLowerCase() ?? '';
  // No check asks for a fact that it does not declare: the others need not be in the table.
  const facts = Object.fromEntries(
    names.map((name) => {
      const probe = probes[name] as Probe;
      const raw = results.get(probe.id);
      results.delete(probe.id);
      // An older hsdoctor, which did not know the probe, made the bundle.
      const elsewhere =
        raw === undefined && ['linux', 'darwin'].includes(os) && !probe.platforms.includes(os as 'linux');
      return [
        name,
        elsewhere ? { outcome: 'not-applicable', reason: onAnotherPlatform(os) } : factOf(probe, raw),
      ];
    }),
  ) as unknown as FactTable;
  return { ...about, facts, system, ran };
}

/** Checks what one target told: the same for a live host and for a bundle. */
function checkTarget(
  target: Target,
  told: TargetFacts,
  names: readonly FactName[],
  checks: readonly Check[],
  options: CheckOptions,
): CheckedTarget {
  const { durationMs, system, error } = told;
  const now = system?.now ?? Date.now();
  const gap = journalGap(told, options.sinceMs, now);
  const applied = options.narrowed?.applied ?? [];
  // Who wrote it into his settings, or his environment, did not ask it of this bundle.
  const isCut = gap !== undefined && applied.some(({ key, by }) => key === 'check.since' && by !== '--since');
  const sinceMs = isCut ? told.sinceMs : (options.sinceMs ?? told.sinceMs);
  const read = withUnreadCommands(withoutOtherUnits(told.facts));
  const facts = gap === undefined || isCut ? read : withGap(read, gap);
  const windowStart = sinceMs === undefined ? (system?.bootedAt ?? 0) : now - sinceMs;
  const results =
    error === undefined
      ? evaluate(
          checks,
          facts,
          {
            now,
            windowStart,
            // It is the same clock, and not another.
            ...(told.local || told.answered === undefined ? {} : { answered: told.answered }),
            configuration: options.configuration,
            again: [
              joined('hsdoctor'),
              joined('check'),
              ...(told.local ? [] : [joined('--host'), hostName(target.name)]),
              ...(wasReadBySudo(target, told, options) ? [joined('--sudo')] : []),
            ],
            nixos: /^NixOS\b/.test(system?.distribution ?? ''),
            names: options.names,
            unread: unreadProbes(facts),
          },
          target.name,
        )
      : checks.flatMap(({ id, host }) =>
          host === undefined ? [] : [{ check: id, status: 'unknown' as const, reason: error, findings: [] }],
        );
  const changes = error === undefined ? changesOf(facts) : undefined;
  return {
    name: target.name,
    kind: target.kind,
    ...(error === undefined ? {} : { error }),
    ...(isCut ? { settings: applied.map((each) => cutTo(sinceMs, each)) } : {}),
    system: systemOf(system, now),
    durationMs: Math.round(durationMs),
    ...(changes === undefined ? {} : { changes }),
    results,
    probes: (error === undefined ? names : []).map((name) => probeReport(name, { facts, ran: told.ran })),
  };
}

/** Of a bundle only the user is known: root, who did not log in as such, came by sudo. */
function wasReadBySudo(
  { kind, name }: Target,
  { local, system }: TargetFacts,
  { sudo }: Pick<CheckOptions, 'sudo'>,
): boolean {
  if (system?.uid !== 0) return false;
  if (kind === 'bundle') return !name.startsWith('root@');
  return sudo || (local === true && process.env.SUDO_USER !== undefined);
}

const systemOf = (system: Facts['system'] | undefined, now: number): CheckedTarget['system'] =>
  system === undefined
    ? { os: 'unknown' }
    : {
        os: system.distribution ?? system.os,
        hostname: system.hostname,
        user: system.user,
        kernel: system.kernel,
        collectedAt: new Date(now).toISOString(),
      };

function probeReport(
  name: FactName,
  { facts, ran }: Pick<TargetFacts, 'facts' | 'ran'>,
): CheckedTarget['probes'][number] {
  const fact = facts[name];
  const how = ran.get(probes[name].id);
  const reason = fact.outcome === 'ok' ? fact.incomplete : fact.reason;
  return {
    id: probes[name].id,
    outcome: fact.outcome,
    ...(reason === undefined ? {} : { reason }),
    durationMs: Math.round(how?.durationMs ?? 0),
    ...(how?.exitCode === undefined ? {} : { exitCode: how.exitCode }),
  };
}

/** The settings ask for a longer time than the collection is of. */
function cutTo(sinceMs: number | undefined, setting: AppliedSetting): AppliedSetting {
  if (setting.key !== 'check.since') return setting;
  const held = sinceMs === undefined ? 'the time since boot' : `the last ${durationText(sinceMs)}`;
  return { ...setting, value: `${setting.value}, but only ${held} was collected` };
}

/** What a journal that was collected lacks of the time that is asked for, which may be narrower than its own. */
function journalGap(
  { sinceMs, system }: Pick<TargetFacts, 'sinceMs' | 'system'>,
  asked: number | undefined,
  now: number,
): string | undefined {
  if (asked === undefined) return undefined;
  const isHeld = sinceMs === undefined ? now - asked >= (system?.bootedAt ?? now) : asked <= sinceMs;
  if (isHeld) return undefined;
  const held = sinceMs === undefined ? 'since boot' : `of the last ${durationText(sinceMs)}`;
  return `the bundle only has the journal ${held}, and --since asks for ${durationText(asked)}: leave out --since, or collect again with it`;
}

const MOST_NAMED = 3;

/** A unit that runs, and of which no start command was read, hides its ports, mounts and image. */
function withUnreadCommands(facts: FactTable): FactTable {
  const { units, unitCommands: commands } = facts;
  if (units?.outcome !== 'ok' || commands?.outcome !== 'ok') return facts;
  const starts = new Set(
    commands.value.flatMap(({ unit, runs, groups = [] }) => (runs.length + groups.length > 0 ? [unit] : [])),
  );
  const hidden = units.value.filter(({ id, activeState }) => activeState === 'active' && !starts.has(id));
  if (hidden.length === 0) return facts;
  const named = firstOf(
    hidden.map(({ id }) => id),
    MOST_NAMED,
  );
  const gap = `the start command of ${named} could not be read`;
  const incomplete = [commands.incomplete ?? [], gap].flat().join('; ');
  return { ...facts, unitCommands: { ...commands, incomplete } };
}

/** What is read of the journal can still prove that something is wrong, and no longer that nothing is. */
function withGap(facts: FactTable, gap: string): FactTable {
  const entries = (Object.entries(facts) as [FactName, Fact<unknown>][]).map(([name, fact]) => {
    if (fact.outcome !== 'ok' || !readsJournal(probes[name])) return [name, fact];
    const incomplete = [fact.incomplete ?? [], gap].flat().join('; ');
    return [name, { ...fact, incomplete }];
  });
  return Object.fromEntries(entries);
}

/** Exit status of `check`: see the README. */
export function exitStatus({ targets }: Pick<Report, 'targets'>, failOn: FailOn): number {
  const statuses = [
    ...targets.flatMap(({ results }) => results.flatMap(statusesOf)),
    ...(checkedTogether(targets).every(wasChecked) ? [] : ['unknown' as const]),
  ];
  if (statuses.some((status) => countsAsFault(status, failOn))) return 1;
  return statuses.includes('unknown') ? 3 : 0;
}

/** Each host by itself; of a configuration all machines: a check may be about one of them alone. */
function checkedTogether(targets: Report['targets']): CheckResult[][] {
  const ofSource = targets.filter(({ kind }) => kind === 'source');
  const hosts = targets.filter(({ kind }) => kind !== 'source').map(({ results }) => results);
  return ofSource.length === 0 ? hosts : [...hosts, ofSource.flatMap(({ results }) => results)];
}

/** That its sources could be read says nothing about a host: where no check had anything to look at, nothing is in order. */
function wasChecked(results: readonly CheckResult[]): boolean {
  const others = results.filter(({ check }) => check !== VISIBILITY);
  const checked = others.length === 0 ? results : others;
  return (
    checked.length === 0 ||
    checked.some(({ status, findings }) => status !== 'skipped' || findings.length > 0)
  );
}
