import type { Facts } from '../../facts/host/index.ts';
import { isContainerUnit } from '../../facts/host/units.ts';
import type { WantedUnit } from '../../facts/host/wanted-units.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { failed, notRunning } from './kinds.ts';

/** Health checks of podman and scopes of killed containers fail as units of their own, and mean nothing by it. */
const NOISE = /^[0-9a-f]{64}(?:-startup)?(?:-[0-9a-f]+)?\.(?:service|timer)$|^libpod-.*\.scope$/;

export const host = judgeHost({
  needs: ['failedUnits'],
  wants: ['units', 'wantedUnits'],
  evaluate: ({ failedUnits, units, wantedUnits }) => ({
    lookedAt: { failedUnitLists: 1, services: wantedUnits?.length ?? 0 },
    findings: [...failures(failedUnits, units), ...absences(wantedUnits ?? [], units)],
  }),
});

const failures = (failedUnits: Facts['failedUnits'], units: Facts['units'] | undefined): FindingDraft[] =>
  failedUnits
    // Of the units in the other list container-state tells.
    .filter(
      ({ id }) =>
        !NOISE.test(id) && !(isContainerUnit(id) && (units?.some((unit) => unit.id === id) ?? true)),
    )
    .map((unit) => {
      const { id, result, failedAt } = unit;
      return failed.finding(unit, {
        subject: id,
        evidence: [
          {
            source: `systemctl show ${id}`,
            observed: `result ${result}`,
            ...(failedAt === undefined ? {} : { at: failedAt }),
          },
        ],
        explainedBy: explanationsOf(id),
        ...(failedAt === undefined ? {} : { since: failedAt }),
      });
    });

/** What the configuration starts, and does not run. */
const absences = (wanted: readonly WantedUnit[], units: Facts['units'] | undefined): FindingDraft[] =>
  wanted.flatMap((unit) => {
    const { id, loadState, activeState, changedAt } = unit;
    const why = absenceOf(unit);
    if (why === undefined || units?.some((each) => each.id === id)) return [];
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
          explainedBy: explanationsOf(id),
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

const explanationsOf = (id: string) => [
  { check: 'container-state', subject: id },
  ...(id.startsWith('tailscale') ? [{ check: 'tailscale-up' }] : []),
  ...(id.startsWith('agenix') ? [{ check: 'agenix-secrets' }] : []),
];
