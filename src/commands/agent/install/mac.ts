import { localTarget } from '../../../collect/local.ts';
import { timeWindow } from '../../../engine/check.ts';
import { factOf } from '../../../engine/facts.ts';
import { probes } from '../../../facts/host/index.ts';
import type { LaunchAgents } from '../../../facts/host/launch-agents.ts';
import type { LaunchdService } from '../../../facts/host/launchctl.ts';
import { DEFAULTS } from '../../../settings/settings.ts';
import { UsageError } from '../../../text/usage-error.ts';

const options = { sudo: false, timeoutMs: DEFAULTS.timeoutMs, ...timeWindow(undefined) };

export interface Mac extends LaunchAgents {
  /** Those that launchd knows. @throws {UsageError} where it cannot be asked */
  readonly services: () => readonly LaunchdService[];
}

/** This Mac's agents, and whose they are. @throws {UsageError} on another machine, and for root */
export async function readMac(): Promise<Mac> {
  const { launchAgents, launchctl } = probes;
  const { results, error } = await localTarget.collect([launchAgents, launchctl], options);
  if (error !== undefined) throw new UsageError(error);
  const agents = factOf(launchAgents, results.get(launchAgents.id));
  if (agents.outcome === 'not-applicable')
    throw new UsageError('launchd agents exist on macOS only: run this on the Mac that uploads');
  if (agents.outcome !== 'ok')
    throw new UsageError(`the agents of this Mac could not be read: ${agents.reason}`);
  if (agents.value.uid === 0 || process.env.SUDO_UID !== undefined)
    throw new UsageError('the agent belongs to you, and not to root: run this again without sudo');
  const services = factOf(launchctl, results.get(launchctl.id));
  return {
    ...agents.value,
    services: () => {
      if (services.outcome === 'ok') return services.value;
      throw new UsageError(
        `launchd could not be asked: ${services.reason}: log in at the screen, and run this again there`,
      );
    },
  };
}
