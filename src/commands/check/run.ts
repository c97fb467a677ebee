import { join } from 'node:path';
import type { Check } from '../../checks/define.ts';
import { checks as all } from '../../checks/index.ts';
import { DEFAULTS, loadSettings, type SettingFlags, type Settings } from '../../config/settings.ts';
import { progress } from '../../report/progress.ts';
import { exitStatus, runChecks } from '../../run/check.ts';
import { selectChecks } from '../../run/select.ts';
import { bundleTarget } from '../../targets/bundle.ts';
import { localTarget } from '../../targets/local.ts';
import { sshTarget } from '../../targets/ssh.ts';
import { interruption, runOptions } from '../run-options.ts';
import { requestedOutputs } from './formats.ts';
import { printer } from './printer.ts';

interface CheckFlags extends SettingFlags {
  readonly bundle?: string[] | undefined;
  readonly source?: string | undefined;
  readonly tag?: string[] | undefined;
  readonly format?: string[] | undefined;
  readonly json: boolean;
  readonly 'no-color': boolean;
}

/** @returns the exit status */
export async function check(ids: readonly string[], flags: CheckFlags, version: string): Promise<number> {
  const settings = await loadSettings(
    flags,
    all.map(({ id }) => id),
  );
  const outputs = await requestedOutputs(flags.format ?? [], flags.json);
  const bundles = await Promise.all((flags.bundle ?? []).map(bundleTarget));
  const { source: folder } = flags;
  const source = folder === undefined ? undefined : await openedSource(folder);
  // Something else is asked for by a flag: the hosts of the settings file are not meant then.
  const asked = bundles.length > 0 || source !== undefined;
  const hosts = asked && flags.host === undefined ? [] : settings.hosts;
  const live = hosts.map(sshTarget);
  const targets = live.length === 0 && !asked ? [localTarget] : [...live, ...bundles];
  const kinds = [...(targets.length > 0 ? ['host'] : []), ...(source === undefined ? [] : ['source'])];
  const selected = selectChecks(all, {
    only: ids,
    skip: settings.skip,
    tags: flags.tag ?? [],
    kinds: kinds as ('host' | 'source')[],
  });
  const signal = interruption();
  const shown = outputs.standardOutput === 'human' ? progress(!flags['no-color']) : undefined;
  const running = runChecks(targets, selected, {
    ...runOptions(settings, version),
    signal,
    ...(source === undefined ? {} : { judgeSource: () => source(selected, settings) }),
    ...(shown === undefined ? {} : { progress: shown }),
  });
  const [report, print] = await Promise.all([running, printer(outputs, flags['no-color'])]);
  await shown?.end();
  const { failOn } = settings;
  const status = exitStatus(report, failOn);
  return (await print(report, { exitStatus: status, failOn, checks: all })) ?? status;
}

/** What reads Nix is loaded only where there is something to read. */
async function openedSource(folder: string) {
  const { openSource, checkSource } = await import('../../run/source.ts');
  const opened = openSource(folder);
  return (checks: readonly Check[], settings: Settings) => checkSource(opened, folder, checks, settings);
}

/** The real engine over the recorded server below `root`. */
export async function demo(
  flags: Pick<CheckFlags, 'json' | 'no-color'>,
  root: string,
  version: string,
): Promise<void> {
  const target = await bundleTarget(join(root, 'demo', 'sick-server'));
  const running = runChecks([target], all, runOptions(DEFAULTS, version));
  const outputs = await requestedOutputs([], flags.json);
  const [report, print] = await Promise.all([running, printer(outputs, flags['no-color'])]);
  const { failOn } = DEFAULTS;
  await print(report, { exitStatus: exitStatus(report, failOn), failOn, checks: all, example: true });
}
