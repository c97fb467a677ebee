import type { LaunchdService } from '../../probes/launchctl.ts';
import type { UploadLog } from '../../probes/upload-logs.ts';

export const NO_AGENT = 'no launchd agent uploads to Immich here';

/** Longer than any but the largest upload. */
const LONG_RUN_MS = 3_600_000;
/** An upload that makes progress writes into its log. */
const SILENCE_MS = 1_800_000;

/** Whether something that began at that time is an upload that hangs: it has been long, and its logs are silent. */
export function hangs(since: number, logs: readonly UploadLog[] | undefined, now: number): boolean {
  if (now - since < LONG_RUN_MS || logs === undefined) return false;
  return logs.every(({ modifiedAt }) => now - modifiedAt > SILENCE_MS);
}

/** Since when the agent's run hangs. */
export function hungSince(
  service: LaunchdService | undefined,
  logs: readonly UploadLog[] | undefined,
  now: number,
): number | undefined {
  if (service?.state !== 'running' || service.startedAt === undefined) return undefined;
  return hangs(service.startedAt, logs, now) ? service.startedAt : undefined;
}

/** `90 min`, `3 h`, `4 days`. */
export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`;
}
