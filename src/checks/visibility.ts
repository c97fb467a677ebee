import { defineCheck, type FindingDraft } from './define.ts';
import { earliestRun } from './shared/oom.ts';
import { source } from './visibility/source.ts';

/** The journal may begin a little after the boot that it is of. */
const SLACK_MS = 60_000;

export const visibility = defineCheck({
  id: 'visibility',
  title: 'hsdoctor can see what it has to judge',
  why: 'What cannot be seen cannot be called healthy. This names every source that stayed dark, and why.',
  tags: ['doctor'],
  host: {
    needs: ['system'],
    wants: ['journal', 'units', 'unitJournal'],
    everySource: true,
    evaluate({ system, journal, units, unitJournal }, { blind, windowStart, again }) {
      const dark = blind.filter(({ outcome }) => outcome !== 'not-installed' && outcome !== 'not-applicable');
      const findings: FindingDraft[] = [];
      const noSystemd = blind.find(({ probe, outcome }) => probe === 'units' && outcome === 'not-applicable');
      if (system.os === 'Linux' && noSystemd !== undefined)
        return { findings: [notTheServer(noSystemd.reason)] };
      if (dark.length > 0) {
        const needsRoot = system.uid !== 0 && dark.some(({ outcome }) => outcome === 'denied');
        findings.push({
          status: 'unknown',
          title: needsRoot
            ? `${system.user} is not root and cannot see ${dark.length} of the sources`
            : `${dark.length} ${dark.length === 1 ? 'source' : 'sources'} could not be read`,
          summary: 'The checks that need these sources are unknown, whatever they would say.',
          subject: 'collection',
          evidence: dark.map(({ reads, outcome, reason }) => ({
            source: reads,
            observed: `${outcome}: ${reason}`,
          })),
          ...(needsRoot
            ? {
                fix: {
                  summary: 'Look again with sudo, from where you ran this.',
                  commands: [`${again} --sudo`],
                  docs: 'docs/checks.md#visibility',
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
          fix: {
            summary:
              'Judge a shorter time; for the next time, let the journal keep more (services.journald.extraConfig = "SystemMaxUse=2G";).',
            commands: ['journalctl --disk-usage', `${again} --since 24h`],
            docs: 'docs/checks.md#visibility',
          },
        });
      }
      return { findings };
    },
  },
  source,
});

function notTheServer(reason: string): FindingDraft {
  return {
    status: 'unknown',
    title: 'There is nothing to judge here: is this the server?',
    summary: 'hsdoctor judges a machine whose containers are started by systemd.',
    subject: 'systemd',
    evidence: [{ source: 'systemctl', observed: reason }],
    fix: {
      summary: 'Name the server, as ssh knows it.',
      commands: ['hsdoctor check --host SERVER'],
      docs: 'docs/checks.md#visibility',
    },
  };
}
