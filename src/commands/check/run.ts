import { join } from 'node:path';
import process from 'node:process';
import type { Check } from '../../checks/define.ts';
import type { Target } from '../../collect/target.ts';
import { askedFor, withSettings } from '../../engine/applied-settings.ts';
import { checks as all, waivable } from '../../engine/catalogue.ts';
import { exitStatus, runChecks } from '../../engine/check.ts';
import { selectChecks } from '../../engine/select.ts';
import type { Report } from '../../model/report.ts';
import type { NixOptions } from '../../nix/nix-eval/ask.ts';
import { progress } from '../../report/progress.ts';
import { byComma } from '../../settings/origins.ts';
import {
  type CheckSettings,
  DEFAULTS,
  loadSettings,
  type SettingFlags,
  type Settings,
} from '../../settings/settings.ts';
import { UsageError } from '../../text/usage-error.ts';
import { askingPassword } from '../ask-password.ts';
import { gracefulInterruption, interruption } from '../interruption.ts';
import { runOptions } from '../run-options.ts';
import { liveTargets, openedBundle } from '../targets.ts';
import { tellUnreadFile } from '../unread-file.ts';
import { type Outputs, requestedOutputs } from './formats.ts';
import type { LastCheck, rememberCheck } from './last.ts';
import { printer } from './printer.ts';
import { keepMemorySmall } from './small-memory.ts';

const INTERRUPTED = 130;
const EVALUATION_MS = 5 * 60_000;

interface CheckFlags extends SettingFlags {
  readonly bundle?: string[] | undefined;
  readonly source?: string | undefined;
  readonly eval?: boolean;
  readonly tag?: string[] | undefined;
  readonly format?: string[] | undefined;
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  readonly last: boolean;
  readonly 'no-color': boolean;
}

/** @returns the exit status */
export async function check(ids: readonly string[], flags: CheckFlags, version: string): Promise<number> {
  // Joined with the name of a settings file, it would be this folder.
  if (flags.source === '')
    throw new UsageError('--source is empty: name the folder of a NixOS configuration');
  if (!flags.last) return runCheck(ids, flags, version);
  if ([ids, flags.host, flags.bundle, flags.source, flags.tag].some((each) => each?.length))
    throw new UsageError(
      '--last repeats the last check: leave out the names of checks, --host, --bundle, --source and --tag',
    );
  const last = await (await import('./last.ts')).readLastCheck();
  const { hosts, source, config } = last;
  const again: CheckFlags = {
    ...flags,
    // Whatever the settings name by now: the last check was of this machine, or of a configuration alone.
    host: hosts.length === 0 && source !== undefined ? undefined : [...hosts],
    source,
    eval: last.eval,
    sudo: flags.sudo ?? last.sudo,
    config: flags.config ?? config,
  };
  return runCheck(last.checks, again, version, last);
}

async function runCheck(
  ids: readonly string[],
  flags: CheckFlags,
  version: string,
  last?: LastCheck,
): Promise<number> {
  keepMemorySmall();
  const { source: folder } = flags;
  await tellUnreadFile(flags);
  const settings = await loadSettings(
    flags,
    waivable,
    folder === undefined
      ? undefined
      : { folder, alone: flags.bundle === undefined && flags.host === undefined },
  );
  const outputs = await outputsOf(flags);
  const { quiet } = flags;
  const bundles = await Promise.all((flags.bundle ?? []).map(openedBundle));
  if (flags.eval && folder === undefined)
    throw new UsageError('--eval asks nix about a configuration: name its folder by `--source DIR`');
  const source = folder === undefined ? undefined : await openedSource(folder, flags.eval === true);
  // Something else is asked for by a flag: the hosts of the settings file are not meant then.
  const asked = bundles.length > 0 || source !== undefined;
  const hosts = asked && flags.host === undefined ? [] : settings.hosts;
  const live = asked && hosts.length === 0 ? [] : await liveTargets(hosts);
  const selected = selectChecks(all, {
    only: ids,
    tags: byComma(flags.tag ?? []),
    skip: {
      ...(live.length + bundles.length > 0 ? { host: settings.skip } : {}),
      ...(source === undefined ? {} : { source: settings.ofSource.skip }),
    },
  });
  const needsImmich = selected.host.checks.some(({ host }) => host?.wants.includes('immichJobs'));
  const targets = [...(needsImmich ? await askedOfImmich(live, flags.config) : live), ...bundles];
  const asking = askedFor(ids, byComma(flags.tag ?? []), last === undefined ? 'the command line' : '--last');
  // What is read of several hosts by then is told all the same.
  const signal = targets.length > 1 ? gracefulInterruption() : interruption();
  const shown = outputs.standardOutput === 'human' && !quiet ? progress(!flags['no-color']) : undefined;
  const running = runChecks(targets, selected.host.checks, {
    ...runOptions(settings, version),
    narrowed: { leftOut: selected.host.leftOut, applied: [...asking, ...settings.applied] },
    signal,
    ...askingPassword(settings, shown),
    ...(source === undefined
      ? {}
      : {
          checkConfiguration: async () => {
            const { checks, leftOut } = selected.source;
            const { ofSource } = settings;
            const checked = await source(
              checks,
              ofSource,
              nixOptions(flags, settings, signal, shown !== undefined),
            );
            const applied = [...asking, ...ofSource.applied];
            return checked.map((report) => withSettings(report, { leftOut, applied }));
          },
        }),
    ...(shown === undefined ? {} : { progress: shown }),
  });
  const [report, print] = await Promise.all([running, printer({ ...outputs, quiet }, flags['no-color'])]);
  await shown?.end();
  const { failOn } = settings;
  const status = signal.aborted ? INTERRUPTED : exitStatus(report, failOn);
  const printed = await print(report, { exitStatus: status, failOn, checks: all, verbose: flags.verbose });
  // What is saved in a bundle does not change.
  if (!signal.aborted && bundles.length === 0) {
    const isTold = outputs.standardOutput === 'human' && !(quiet && status === 0);
    const checked = {
      hosts: [...hosts],
      source: folder,
      eval: flags.eval === true,
      config: flags.config,
      sudo: settings.sudo,
    };
    await remember(report, checked, last, isTold);
  }
  return printed ?? status;
}

async function outputsOf({ format = [], json, quiet }: CheckFlags): Promise<Outputs> {
  const outputs = await requestedOutputs(format, json);
  if (quiet && outputs.standardOutput !== 'human')
    throw new UsageError(
      `--quiet is for people, and the ${outputs.standardOutput} report goes to standard output: leave out one of them`,
    );
  return outputs;
}

/** For the next `--last`. */
async function remember(
  report: Report,
  checked: Parameters<typeof rememberCheck>[1],
  last: LastCheck | undefined,
  isTold: boolean,
): Promise<void> {
  const file = await import('./last.ts');
  if (last !== undefined && isTold) {
    const { terminalStyle } = await import('../../report/terminal.ts');
    process.stdout.write(file.sinceLastCheck(last, report, terminalStyle(false).width));
  }
  await file.rememberCheck(report, checked, last);
}

/** What asks Immich is loaded only where a check wants it. */
async function askedOfImmich(targets: readonly Target[], config: string | undefined) {
  if (targets.length === 0) return targets;
  return (await import('./asks-immich.ts')).askingImmich(targets, config);
}

/** What reads Nix is loaded only where there is something to read. */
async function openedSource(folder: string, byNix: boolean) {
  const { openSource, checkSource } = await import('../../engine/source.ts');
  const opened = openSource(folder);
  if (!byNix)
    return (checks: readonly Check[], ofSource: CheckSettings) =>
      checkSource(opened, folder, checks, ofSource);
  const [{ requireNix }, { checkEvaluated }] = await Promise.all([
    import('../../nix/nix-eval/ask.ts'),
    import('../../engine/evaluated.ts'),
  ]);
  await requireNix();
  return (checks: readonly Check[], ofSource: CheckSettings, nix: NixOptions) =>
    checkEvaluated(opened, folder, checks, { ...ofSource, nix });
}

/** The usual time limit is that of a collection: a machine of NixOS may take longer to evaluate. */
function nixOptions(
  { timeout }: CheckFlags,
  settings: Settings,
  signal: AbortSignal,
  isTold: boolean,
): NixOptions {
  const timeoutMs = timeout === undefined ? EVALUATION_MS : settings.timeoutMs;
  const starting = (expected: string) => {
    process.stderr.write(`${expected}\n`);
  };
  return { timeoutMs, signal, ...(isTold ? { starting } : {}) };
}

/** The real engine over a recorded server below `root`. */
export async function demo(
  flags: Pick<CheckFlags, 'json' | 'no-color' | 'verbose'> & { readonly healthy: boolean },
  root: string,
  version: string,
): Promise<void> {
  const target = await openedBundle(join(root, 'demo', flags.healthy ? 'healthy-server' : 'sick-server'));
  const running = runChecks([target], all, runOptions(DEFAULTS, version));
  const outputs = await requestedOutputs([], flags.json);
  const [report, print] = await Promise.all([running, printer(outputs, flags['no-color'])]);
  const { failOn } = DEFAULTS;
  await print(report, {
    exitStatus: exitStatus(report, failOn),
    failOn,
    checks: all,
    verbose: flags.verbose,
    example: true,
  });
}
