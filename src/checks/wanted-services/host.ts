import type { Facts } from '../../facts/host/index.ts';
import { CLOCKS_WORK_SINCE } from '../../facts/host/systemd.ts';
import type { WantedUnit } from '../../facts/host/wanted-units.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { isRefused } from '../shared/runs.ts';
import * as kinds from './kinds.ts';

/** A start takes a few minutes at most; a crash that is over is past. */
const LONG_MS = 600_000;

export const host = judgeHost({
  needs: ['wantedUnits'],
  wants: ['units'],
  evaluate: ({ wantedUnits, units }, { now }) => ({
    lookedAt: { services: wantedUnits.length },
    findings: absences(wantedUnits, units, now),
  }),
});

/** What the configuration starts, and does not run. */
const absences = (
  wanted: readonly WantedUnit[],
  units: Facts['units'] | undefined,
  now: number,
): FindingDraft[] =>
  wanted.flatMap((unit) => {
    const { id } = unit;
    // Of the units in the other list container-state tells.
    if (firstWith(units, 'id', id) !== undefined) return [];
    const seen = seenOf(unit);
    if (keepsFailing(unit, now)) return [kinds.keepsFailing.finding(unit, { ...seen, count: unit.restarts })];
    const minutes = minutesOfStart(unit, now);
    if (minutes !== undefined) return [kinds.longStart.finding({ id, minutes }, seen)];
    const why = absenceOf(unit);
    return why === undefined ? [] : [kinds.notRunning.finding({ id, why }, seen)];
  });

function seenOf({ id, loadState, activeState, subState, restarts, changedAt }: WantedUnit) {
  const state = subState === '' ? activeState : `${activeState} (${subState})`;
  return {
    subject: id,
    evidence: [
      {
        source: `systemctl show ${id}`,
        observed:
          loadState === 'loaded'
            ? `${state}${restarts === 0 ? '' : `, ${restarts} restarts`}`
            : `LoadState=${loadState}`,
        expected: 'active',
        ...(changedAt === undefined ? {} : { at: changedAt }),
      },
    ],
    explainedBy: [
      { check: 'failed-units', subject: id },
      ...(id.startsWith('tailscale') ? [{ check: 'tailscale-up' }] : []),
    ],
    ...(changedAt === undefined ? {} : { since: changedAt }),
  };
}

/** It ended badly again and again; what ends well and is started again may be meant so. */
function keepsFailing(
  { activeState, subState, restarts, result, changedAt }: WantedUnit,
  now: number,
): boolean {
  if (activeState === 'activating')
    return subState.startsWith('auto-restart')
      ? restarts >= 2 && result !== 'success' && result !== 'exec-condition'
      : restarts >= 3;
  return activeState === 'active' && restarts >= 5 && changedAt !== undefined && now - changedAt < LONG_MS;
}

function minutesOfStart(
  { activeState, subState, once, changedAt }: WantedUnit,
  now: number,
): number | undefined {
  if (activeState !== 'activating' || once || subState.startsWith('auto-restart')) return undefined;
  // A clock that began in 1970 says nothing of it.
  if (changedAt === undefined || changedAt < CLOCKS_WORK_SINCE || now - changedAt < LONG_MS) return undefined;
  return Math.round((now - changedAt) / 60_000);
}

/** Why a service that is wanted does not run, where that is not how it is meant: undefined where it is, or may be. */
function absenceOf(unit: WantedUnit): string | undefined {
  const { loadState, activeState, once, isTriggered, isSkipped, result, end, restartPolicy } = unit;
  if (isRefused(loadState)) return 'systemd refuses its unit';
  if (loadState !== 'loaded' || activeState !== 'inactive' || result === 'exec-condition') return undefined;
  if (once || isTriggered || isSkipped) return undefined;
  // Somebody stopped it between two tries: what has failed for good is no longer inactive.
  if (result !== 'success') return 'it failed, and was stopped';
  if (end === undefined) return 'it was never started';
  // It would have been started again, had it ended by itself.
  const isStopped = end === 'killed' || ['always', 'on-success'].includes(restartPolicy);
  return isStopped ? 'it was stopped' : undefined;
}
