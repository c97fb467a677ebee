import type { Facts } from '../../facts/host/index.ts';
import type { WantedUnit } from '../../facts/host/wanted-units.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { notRunning } from './kinds.ts';

export const host = judgeHost({
  needs: ['wantedUnits'],
  wants: ['units'],
  evaluate: ({ wantedUnits, units }) => ({
    lookedAt: { services: wantedUnits.length },
    findings: absences(wantedUnits, units),
  }),
});

/** What the configuration starts, and does not run. */
const absences = (wanted: readonly WantedUnit[], units: Facts['units'] | undefined): FindingDraft[] =>
  wanted.flatMap((unit) => {
    const { id, loadState, activeState, changedAt } = unit;
    const why = absenceOf(unit);
    if (why === undefined || firstWith(units, 'id', id) !== undefined) return [];
    return [
      notRunning.finding(
        { id, why },
        {
          subject: id,
          evidence: [
            {
              source: `systemctl show ${id}`,
              observed: loadState === 'loaded' ? activeState : `LoadState=${loadState}`,
              expected: 'active',
              ...(changedAt === undefined ? {} : { at: changedAt }),
            },
          ],
          explainedBy: [
            { check: 'failed-units', subject: id },
            ...(id.startsWith('tailscale') ? [{ check: 'tailscale-up' }] : []),
          ],
          ...(changedAt === undefined ? {} : { since: changedAt }),
        },
      ),
    ];
  });

/** Why a service that is wanted does not run, where that is not how it is meant: undefined where it is, or may be. */
function absenceOf(unit: WantedUnit): string | undefined {
  const { loadState, activeState, once, isTriggered, isSkipped, result, end, restartPolicy } = unit;
  if (loadState === 'bad-setting' || loadState === 'error') return 'systemd refuses its unit';
  if (loadState !== 'loaded' || activeState !== 'inactive' || result !== 'success') return undefined;
  if (once || isTriggered || isSkipped) return undefined;
  if (end === undefined) return 'it was never started';
  // It would have been started again, had it ended by itself.
  const isStopped = end === 'killed' || ['always', 'on-success'].includes(restartPolicy);
  return isStopped ? 'it was stopped' : undefined;
}
