import { defineCheck } from './define.ts';

export const visibility = defineCheck({
  id: 'visibility',
  title: 'hsdoctor can see what it has to judge',
  why: 'What cannot be seen cannot be called healthy. This names every source that stayed dark, and why.',
  tags: ['doctor'],
  needs: ['system'],
  evaluate({ system }, { blind }) {
    const dark = blind.filter(({ outcome }) => outcome !== 'not-installed' && outcome !== 'not-applicable');
    if (dark.length === 0) return { findings: [] };
    const needsRoot = system.uid !== 0 && dark.some(({ outcome }) => outcome === 'denied');
    return {
      findings: [
        {
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
                  summary: 'Run it with sudo.',
                  commands: ['hsdoctor check --sudo'],
                  docs: 'docs/checks.md#visibility',
                },
              }
            : {}),
        },
      ],
    };
  },
});
