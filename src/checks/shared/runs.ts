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

/** The error of the last start, if it is of that kind: an earlier try may have failed for another reason. */
export function lastError(
  unit: ContainerUnit,
  journal: readonly UnitMessage[] | undefined,
  windowStart: number,
  pattern: RegExp,
): UnitMessage | undefined {
  const last = sinceActive(unit, messagesOfRun(unit, journal, windowStart)).findLast(
    ({ from }) => from === 'command',
  );
  return last !== undefined && pattern.test(last.text) ? last : undefined;
}
