import type { LaunchAgent, LaunchAgents } from './launch-agents.ts';
import type { LaunchdService } from './launchctl.ts';
import type { LogEvent, LogEventKind } from './upload-log-lines.ts';
import type { UploadLog } from './upload-logs.ts';

const NO_AGENT = 'no launchd agent uploads to Immich here';

/** Why there is no agent to judge; that its property list is broken, its own check says. */
export const noAgent = ({ broken }: LaunchAgents) =>
  broken.length === 0 ? NO_AGENT : `${broken.join(', ')} cannot be read: what the agent does is not known`;

/** Whether an agent runs hsdoctor, and no script. */
export const runsHsdoctor = ({ program, arguments: words }: LaunchAgent) =>
  /(?:^|\/)hsdoctor$/.test(program.path) || words.some((word) => /(?:^|[ /])hsdoctor(?: |$)/.test(word));

/** What the exit statuses of `hsdoctor immich upload` mean. That another run has the folder (4) is no failure. */
export const HSDOCTOR_ENDINGS: Readonly<Record<number, string>> = {
  1: 'not every file is verified to be on the server',
  2: 'its arguments or settings are not understood',
  3: 'the server could not be reached, or refused the key',
  5: 'files did not stop changing',
  130: 'it was interrupted',
  143: 'it was ended before it finished',
};

/** Those of them after which a part of the files has arrived. */
export const HSDOCTOR_PARTLY: readonly number[] = [1, 5, 130, 143];

const DEFAULT_LOG = /\/folder-actions\/upload-immich(?:\.error)?\.log$/;

/** What an agent wrote: what others write tells nothing of it. */
export function logsOf(
  agent: LaunchAgent | undefined,
  logs: readonly UploadLog[] | undefined,
): readonly UploadLog[] | undefined {
  if (agent === undefined) return logs;
  const own = logs?.filter(({ path }) => path === agent.standardOut || path === agent.standardError);
  return own?.length === 0 ? logs?.filter(({ path }) => DEFAULT_LOG.test(path)) : own;
}

/** Longer than any but the largest upload. */
const LONG_RUN_MS = 3_600_000;
/** An upload that makes progress writes into its log. */
const SILENCE_MS = 1_800_000;

/** Whether an upload that began at that time has been long, and leaves no log that could tell whether it goes on. */
export const isLongAndMute = (since: number, logs: readonly UploadLog[] | undefined, now: number) =>
  now - since >= LONG_RUN_MS && logs?.length === 0;

/** Whether something that began at that time is an upload that hangs: it has been long, and its logs are silent. */
export function hangs(since: number, logs: readonly UploadLog[] | undefined, now: number): boolean {
  if (now - since < LONG_RUN_MS || logs === undefined || logs.length === 0) return false;
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

/** Whether a run failed because the agent did not find a program. */
export const isPathTrouble = ({ kind, number }: LogEvent) =>
  kind === 'command-not-found' || (kind === 'cli-exit' && number === 127);

/** Why a run failed, in words. */
export function reasonOf(event: LogEvent): string {
  const { kind, number = 1 } = event;
  if (isPathTrouble(event))
    return kind === 'cli-exit'
      ? "bunx, or what it runs, is not on the agent's PATH (127)"
      : "a command is not on the agent's PATH";
  if (kind === 'failed-assets') return `${number} ${number === 1 ? 'file was' : 'files were'} not uploaded`;
  if (kind === 'hsdoctor-failed') return HSDOCTOR_ENDINGS[number] ?? `hsdoctor exited with ${number}`;
  return REASONS[kind] ?? `the uploader exited with ${event.number}`;
}

const REASONS: Readonly<Partial<Record<LogEventKind, string>>> = {
  unreachable: 'the server could not be reached',
  'no-credentials': 'the key was missing',
  'not-set': "the key or the server's URL was not set",
  unsettled: 'files did not stop changing',
  lock: 'the script could not tell who holds its lock',
  denied: 'macOS denied it access to something that it needs',
};
