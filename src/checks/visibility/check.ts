import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../remedy/steps.ts';
import { type Check, type FindingDraft, judgeHost } from '../define.ts';
import { earliestRun } from '../shared/oom.ts';
import { documentation } from './documentation.ts';
import { source } from './source.ts';

/** The journal may begin a little after the boot that it is of. */
const SLACK_MS = 60_000;

export const visibility: Check = {
  id: 'visibility',
  title: 'All sources could be read',
  why: 'Lists every source that could not be read, and why. Checks that need it are unknown.',
  tags: ['doctor'],
  documentation,
  host: judgeHost({
    needs: ['system'],
    wants: ['journal', 'units', 'unitJournal'],
    everySource: true,
    evaluate({ system, journal, units, unitJournal }, { blind, windowStart, again }) {
      const dark = blind.filter(({ outcome }) => outcome !== 'not-installed' && outcome !== 'not-applicable');
      const findings: FindingDraft[] = [];
      const noSystemd = blind.find(({ probe, outcome }) => probe === 'units' && outcome === 'not-applicable');
      if (system.os === 'Linux' && noSystemd !== undefined)
        return { findings: [notTheServer(noSystemd.reason)], lookedAt: {} };
      if (dark.length > 0) {
        const needsRoot = system.uid !== 0 && dark.some(({ outcome }) => outcome === 'denied');
        findings.push({
          kind: needsRoot ? 'needs-root' : 'unread',
          status: 'unknown',
          title: needsRoot
            ? `${system.user} is not root and cannot read ${dark.length} of the sources`
            : `${dark.length} ${dark.length === 1 ? 'source' : 'sources'} could not be read`,
          summary: 'The checks that need these sources are unknown, whatever they would say.',
          subject: 'collection',
          evidence: dark.map(({ reads, outcome, reason }) => ({
            source: reads,
            observed: `${outcome}: ${reason}`,
          })),
          ...(needsRoot
            ? {
                remedy: {
                  lasting: [run([...again, '--sudo'], { where: 'here', why: 'Check again with sudo.' })],
                },
              }
            : {}),
        });
      }
      const neededSince = earliestRun({ units: units ?? [], unitJournal }, windowStart);
      if (
        journal !== undefined &&
        units !== undefined &&
        units.length > 0 &&
        journal.since > neededSince + SLACK_MS
      ) {
        findings.push({
          kind: 'journal-too-short',
          status: 'unknown',
          title: `The journal begins at ${new Date(journal.since).toISOString()}, after what it has to tell of`,
          summary:
            'What happened to the containers before that was deleted: the journal has reached its size.',
          subject: 'journal',
          evidence: [
            {
              source: 'journalctl',
              observed: `the oldest line is of ${new Date(journal.since).toISOString()}`,
              expected: `lines since ${new Date(neededSince).toISOString()}`,
            },
          ],
          remedy: {
            lasting: [
              run([...again, '--since', '24h'], { where: 'here', why: 'Check a shorter time.' }),
              edit({
                option: optionPath('services', 'journald', 'extraConfig'),
                after: nixString('SystemMaxUse=2G'),
                why: 'Let the journal keep more.',
              }),
            ],
          },
        });
      }
      return { findings, lookedAt: { sources: 1 } };
    },
  }),
  source,
};

function notTheServer(reason: string): FindingDraft {
  return {
    kind: 'not-the-server',
    status: 'unknown',
    title: 'There is nothing to check here: is this the server?',
    summary: 'hsdoctor checks a machine whose containers are started by systemd.',
    subject: 'systemd',
    evidence: [{ source: 'systemctl', observed: reason }],
    remedy: {
      lasting: [byHand('Name the server as ssh knows it: hsdoctor check --host NAME.')],
    },
  };
}
