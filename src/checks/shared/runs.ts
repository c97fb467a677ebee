import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { allWith } from './lookup.ts';

/**
 * When the unit's present run began: evidence from before is history. Restarts by systemd itself belong to the same
 * run, or a container that dies every minute would always be a minute away from its last fault.
 */
export function runStart(
  unit: ContainerUnit,
  journal: readonly UnitMessage[] | undefined,
  windowStart: number,
): number {
  if (unit.restarts === 0 && unit.activeState === 'active')
    return Math.max(windowStart, unit.activeSince ?? 0);
  const about = allWith(journal, 'unit', unit.id).filter(({ from }) => from === 'systemd');
  const firstRestart = about.findLastIndex((message) => /restart counter is at 1\b/.test(message.text));
  const before = unit.restarts === 0 ? about : about.slice(0, Math.max(0, firstRestart));
  const starts = before.filter((message) => /^Start(?:ing|ed) /.test(message.text));
  const [previous, last] = [starts.at(-2), starts.at(-1)];
  // A unit that tells when it is ready is started in two lines, any other in one.
  const start = last?.text.startsWith('Started ') && previous?.text.startsWith('Starting ') ? previous : last;
  return Math.max(windowStart, start?.at ?? 0);
}

/** What was said about the unit, and by its commands, in its present run. */
export function messagesOfRun(
  unit: ContainerUnit,
  journal: readonly UnitMessage[] | undefined,
  windowStart: number,
): UnitMessage[] {
  const since = runStart(unit, journal, windowStart);
  return allWith(journal, 'unit', unit.id).filter(({ at }) => at >= since);
}

/** Of these messages, those that may tell why it is not active: what was said before it was last up, it got over. */
export function sinceActive(unit: ContainerUnit, messages: readonly UnitMessage[]): UnitMessage[] {
  return messages.filter(({ at }) => at >= (unit.activeSince ?? 0));
}

/** What a start prints that went well so far: ids and names of containers, and how far a download is. */
const PROGRESS =
  /^(?:[0-9a-f]{12,64}|[\w.-]{1,255}|Trying to pull .*|Resolved ".*|Getting image source .*|Copying (?:blob|config) .*|Writing manifest .*|Storing signatures.*|Pulling .*|Digest: .*|Status: .*|)$/;
/** Warnings, and what the clean-up of a container that was never made says behind the reason why it was not. */
const HARMLESS =
  /\blevel=(?:warning|info|debug|trace)\b|reading CIDFile: open \S+: no such file|no container with (?:name or )?ID .* found/;
const ERROR =
  /error|fatal|fail|panic|denied|cannot|can't|unable|refused|invalid|no such|not found|exception|unexpected|unauthorized|toomanyrequests|missing|timed? ?out|exceeded|no space|not permitted|killed/i;

/**
 * The line in which the commands of a unit say why its last try failed: the last error, or else the last line. An
 * earlier try may have failed for another reason.
 */
export function lastSaid(messages: readonly UnitMessage[]): UnitMessage | undefined {
  const began = messages.findLastIndex(
    ({ from, text }) => from === 'systemd' && /^Starting |Scheduled restart job/.test(text),
  );
  // What the last try said may be of the very moment in which systemd notes that it gives up.
  const tried = messages.slice(began + 1).some(({ from }) => from === 'command') ? began + 1 : 0;
  const said = messages
    .slice(tried)
    .filter(({ from, text }) => from === 'command' && (!PROGRESS.test(text.trim()) || ERROR.test(text)));
  return (
    said.findLast(({ text }) => ERROR.test(text) && !HARMLESS.test(text)) ??
    said.findLast(({ text }) => !HARMLESS.test(text)) ??
    said.at(-1)
  );
}

/** The error of the last start, if it is of that kind: an earlier try may have failed for another reason. */
export function lastError(
  unit: ContainerUnit,
  journal: readonly UnitMessage[] | undefined,
  windowStart: number,
  pattern: RegExp,
): UnitMessage | undefined {
  const last = lastSaid(sinceActive(unit, messagesOfRun(unit, journal, windowStart)));
  return last !== undefined && pattern.test(last.text) ? last : undefined;
}

/** systemd does not load a unit with a wrong setting, and so does not start it. */
export const isRefused = (loadState: string): boolean => loadState === 'bad-setting' || loadState === 'error';
