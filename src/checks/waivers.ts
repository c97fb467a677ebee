import type { WaiverTrouble } from '../model/waiver.ts';
import { defineCheck, type FindingDraft, judgeSource } from './define.ts';
import { edit, stands } from './shared/stands.ts';

const DOCS = 'docs/checks.md#waivers';

export const waivers = defineCheck({
  id: 'waivers',
  title: 'Every waiver is understood, in force and needed',
  why: 'A waiver that nobody needs any more hides the next fault of its kind; one that is not understood hides nothing.',
  tags: ['doctor'],
  source: judgeSource({
    needs: [],
    evaluate: (_, { waivers: troubles, folder }) => ({
      findings: troubles.map((each) => finding(each, folder)),
    }),
  }),
});

const SAYS: Readonly<
  Record<WaiverTrouble['kind'], (trouble: WaiverTrouble) => [title: string, summary: string]>
> = {
  expired: ({ by, check }) => [
    `The waiver of ${check} at ${by} has expired`,
    'What it was about counts again.',
  ],
  unused: ({ by, check }) => [
    `The waiver of ${check} at ${by} has nothing to waive`,
    'What it was about is gone; it would hide the next fault of its kind.',
  ],
  malformed: ({ by, text }) => [
    `The waiver at ${by} is not understood: ${text.split(': write ')[0]}`,
    'It waives nothing.',
  ],
};

function finding(trouble: WaiverTrouble, folder: string): FindingDraft {
  const [title, summary] = SAYS[trouble.kind](trouble);
  const { location, by, text, kind } = trouble;
  return {
    status: 'warn',
    title,
    summary,
    subject: `${by} ${trouble.check ?? ''}`.trim(),
    evidence: [location === undefined ? { source: by, observed: text } : stands(location, text)],
    fix: {
      summary:
        kind === 'expired'
          ? 'Mend what it was about and take it out, or give it a new date and a reason that still holds.'
          : kind === 'unused'
            ? 'Take it out.'
            : 'Write it so that it is understood.',
      commands: location === undefined ? [`\${EDITOR:-vi} ${by.replace(/:.*/, '')}`] : edit(folder, location),
      docs: DOCS,
    },
  };
}
