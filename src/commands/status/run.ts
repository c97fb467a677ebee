import process from 'node:process';
import { checks, waivable } from '../../engine/catalogue.ts';
import { statusOf } from '../../engine/status/status.ts';
import { jsonText } from '../../report/json.ts';
import { progress } from '../../report/progress.ts';
import { status as statusText } from '../../report/status.ts';
import { terminalStyle } from '../../report/terminal.ts';
import { loadSettings, type SettingFlags } from '../../settings/settings.ts';
import { askingPassword } from '../ask-password.ts';
import { gracefulInterruption, interruption } from '../interruption.ts';
import { runOptions } from '../run-options.ts';
import { liveTargets, openedBundle } from '../targets.ts';
import { tellUnreadFile } from '../unread-file.ts';

const INTERRUPTED = 130;
const NOTHING_READ = 3;

interface StatusFlags extends SettingFlags {
  readonly bundle?: string[] | undefined;
  readonly json: boolean;
  readonly 'no-color': boolean;
}

/** @returns the exit status: what was found is no matter of it */
export async function status(flags: StatusFlags, version: string): Promise<number> {
  await tellUnreadFile(flags);
  const settings = await loadSettings(flags, waivable);
  const bundles = await Promise.all((flags.bundle ?? []).map(openedBundle));
  const isAsked = flags.host !== undefined || bundles.length === 0;
  const live = isAsked ? await liveTargets(settings.hosts) : [];
  const targets = [...live, ...bundles];
  const signal = targets.length > 1 ? gracefulInterruption() : interruption();
  const shown = flags.json ? undefined : progress(!flags['no-color']);
  const told = await statusOf(
    targets,
    checks.filter(({ host }) => host !== undefined),
    {
      ...runOptions(settings, version),
      signal,
      ...askingPassword(settings, shown),
      ...(shown === undefined ? {} : { progress: shown }),
    },
  );
  await shown?.end();
  process.stdout.write(
    flags.json ? jsonText(told) : statusText(told, terminalStyle(flags['no-color']), settings.sudo),
  );
  if (signal.aborted) return INTERRUPTED;
  return told.targets.some(({ error }) => error !== undefined) ? NOTHING_READ : 0;
}
