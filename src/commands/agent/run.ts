import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Chalk } from 'chalk';
import { type AgentLog, lastLines, localZone, newLines, shown } from '../../agent/logs.ts';
import { agentStatus } from '../../agent/status.ts';
import { LogTail } from '../../agent/tail.ts';
import { localTarget } from '../../collect/local.ts';
import { checks } from '../../engine/catalogue.ts';
import { collectRedacted, exitStatus, runChecks, timeWindow } from '../../engine/check.ts';
import { factOf } from '../../engine/facts.ts';
import { factsFor } from '../../engine/select.ts';
import { type FactName, type Facts, probes } from '../../facts/host/index.ts';
import type { LaunchAgents } from '../../facts/host/launch-agents.ts';
import type { Probe, RawResult } from '../../model/probe.ts';
import { terminalStyle } from '../../report/terminal.ts';
import { DEFAULTS } from '../../settings/settings.ts';
import { UsageError } from '../../text/usage-error.ts';
import { runOptions } from '../run-options.ts';

const DEFAULT_LINES = 50;
const MOST_LINES = 10_000;
const FOLLOW_MS = 500;

const options = { sudo: DEFAULTS.sudo, timeoutMs: DEFAULTS.timeoutMs, ...timeWindow(undefined) };

/** @returns the exit status, as `check` has it */
export async function status(noColor: boolean, version: string): Promise<number> {
  const selected = checks.filter(({ tags }) => tags.includes('mac'));
  const names = factsFor(selected);
  const collection = await collectRedacted(
    localTarget,
    options,
    names.map((name) => probes[name] as Probe),
  );
  if (collection.error !== undefined) throw new UsageError(collection.error);
  agentsOf(collection.results.get(probes.launchAgents.id));
  const target = { ...localTarget, collect: async () => collection };
  const report = await runChecks([target], selected, runOptions(DEFAULTS, version));
  const results = report.targets[0]?.results ?? [];
  const value = <K extends FactName>(name: K): Facts[K] | undefined => {
    const fact = factOf(probes[name] as Probe<Facts[K]>, collection.results.get(probes[name].id));
    return fact.outcome === 'ok' ? fact.value : undefined;
  };
  const known = Object.fromEntries(names.map((name) => [name, value(name)]));
  const now = value('system')?.now ?? Date.now();
  process.stdout.write(agentStatus(results, known, now, terminalStyle(noColor)));
  return exitStatus(report, 'fail');
}

interface LogsFlags {
  readonly follow: boolean;
  readonly lines?: string | undefined;
  readonly 'no-color': boolean;
}

export async function logs({ follow, lines = String(DEFAULT_LINES), ...flags }: LogsFlags): Promise<void> {
  const count = Number(lines);
  if (!/^\d+$/.test(lines) || count > MOST_LINES)
    throw new UsageError(`--lines is "${lines}": write a number up to ${MOST_LINES}`);
  const files = await logFiles();
  if (files.length === 0)
    throw new UsageError('there is no log to show: no readable property list of the upload agent names one');
  const paint = new Chalk({ level: terminalStyle(flags['no-color']).color ? 1 : 0 });
  const print = (all: Awaited<ReturnType<typeof newLines>>) => {
    if (all.length > 0) process.stdout.write(`${all.map((line) => shown(line, paint)).join('\n')}\n`);
  };
  print(await lastLines(files, count, localZone(new Date())));
  if (!follow) return;
  // Nobody reads any more.
  process.stdout.once('error', () => process.exit(0));
  for (;;) {
    await sleep(FOLLOW_MS);
    print(await newLines(files));
  }
}

/** Where the agents' property lists say that their output goes. */
async function logFiles(): Promise<AgentLog[]> {
  const { launchAgents } = probes;
  const { results, error } = await localTarget.collect([launchAgents], options);
  if (error !== undefined) throw new UsageError(error);
  const named = agentsOf(results.get(launchAgents.id)).agents.flatMap(({ standardOut, standardError }) => [
    ...(standardOut === undefined ? [] : [[standardOut, 'out'] as const]),
    ...(standardError === undefined || standardError === standardOut
      ? []
      : [[standardError, 'error'] as const]),
  ]);
  return [...new Map(named)].map(([path, kind]) => ({ tail: new LogTail(path), kind }));
}

/** The agents of this machine. */
function agentsOf(raw: RawResult | undefined): LaunchAgents {
  const fact = factOf(probes.launchAgents, raw);
  if (fact.outcome === 'ok' && fact.value.agents.length + fact.value.broken.length > 0) return fact.value;
  if (fact.outcome === 'ok')
    throw new UsageError(
      'no launchd agent of this Mac uploads to Immich: set one up with `hsdoctor agent install FOLDER`',
    );
  if (fact.outcome === 'not-applicable')
    throw new UsageError(
      `the upload agent runs on macOS only: check the Mac from here with \`hsdoctor check --host MAC\``,
    );
  throw new UsageError(`the upload agent could not be checked: ${fact.reason}`);
}
