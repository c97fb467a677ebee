import { timeWindow } from '../engine/check.ts';
import type { Settings } from '../settings/settings.ts';

/** What a run is to know of the settings. */
export function runOptions(
  { sudo, timeoutMs, sinceMs, configuration, names, waivers }: Settings,
  version: string,
) {
  return { sudo, timeoutMs, ...timeWindow(sinceMs), configuration, names, waivers, version };
}
