import { type FindingDraft, judgeHost, type Unread } from '../../../checks/define.ts';
import { earliestRun } from '../../../checks/shared/oom.ts';
import * as kinds from './kinds.ts';

/** The journal may begin a little after the boot that it is of. */
const SLACK_MS = 60_000;
const HOUR_MS = 3_600_000;

export const host = judgeHost({
  needs: ['system'],
  wants: ['journal', 'units', 'unitJournal'],
  evaluate({ system, journal, units = [], unitJournal }, { unread, windowStart, now, again }) {
    const noSystemd = unread.find(({ probe, outcome }) => probe === 'units' && outcome === 'not-applicable');
    if (system.os === 'Linux' && noSystemd !== undefined)
      return { findings: [notTheServer(noSystemd)], lookedAt: {} };
    const hidden = unread.filter(
      ({ outcome }) => !['not-installed', 'not-applicable', 'not-collected'].includes(outcome),
    );
    const needsRoot = system.uid !== 0 && hidden.some(({ outcome }) => outcome === 'denied');
    const neededSince = earliestRun({ units, unitJournal }, windowStart);
    const isTooShort = journal !== undefined && units.length > 0 && journal.since > neededSince + SLACK_MS;
    return {
      findings: [
        ...(hidden.length === 0
          ? []
          : [
              needsRoot
                ? kinds.needsRoot.finding(
                    { user: system.user, sources: hidden.length, again },
                    toldOf(hidden),
                  )
                : kinds.unread.finding({ sources: hidden.length }, toldOf(hidden)),
            ]),
        ...(isTooShort ? [journalTooShort(journal.since, neededSince, now, again)] : []),
      ],
      lookedAt: { sources: 1 },
    };
  },
});

const toldOf = (unread: readonly Unread[]) => ({
  subject: 'collection',
  evidence: unread.map(({ reads, outcome, reason }) => ({
    source: reads,
    observed: `${outcome}: ${reason}`,
  })),
});

const notTheServer = ({ reason }: Unread): FindingDraft =>
  kinds.notTheServer.finding(undefined, {
    subject: 'systemd',
    evidence: [{ source: 'systemctl', observed: reason }],
  });

function journalTooShort(
  since: number,
  neededSince: number,
  now: number,
  again: Parameters<typeof kinds.journalTooShort.finding>[0]['again'],
): FindingDraft {
  return kinds.journalTooShort.finding(
    { hours: Math.floor((now - since) / HOUR_MS), again },
    {
      subject: 'journal',
      evidence: [
        {
          source: 'journalctl',
          observed: `the oldest line is from ${new Date(since).toISOString()}`,
          expected: `lines since ${new Date(neededSince).toISOString()}`,
        },
      ],
    },
  );
}
