import type { WaiverTrouble } from '../../model/waiver.ts';
import { byHand } from '../../remedy/steps.ts';
import { type Check, type FindingDraft, judgeSource } from '../define.ts';
import { stands } from '../shared/stands.ts';
import { placeIn } from '../shared/steps.ts';
import { documentation } from './documentation.ts';

export const waivers: Check = {
  id: 'waivers',
  title: 'Every waiver is understood, in force and needed',
  why: 'A waiver that nobody needs any more hides the next fault of its kind; one that is not understood hides nothing.',
  tags: ['doctor'],
  documentation,
  source: judgeSource({
    needs: [],
    evaluate: (_, { waivers: { all, troubles }, folder }) =>
      all === 0
        ? { skip: 'there is no waiver for it' }
        : { findings: troubles.map((each) => finding(each, folder)), lookedAt: { waivers: all } },
  }),
};

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
    kind,
    status: 'warn',
    title,
    summary,
    subject: `${by} ${trouble.check ?? ''}`.trim(),
    evidence: [location === undefined ? { source: by, observed: text } : stands(location, text)],
    remedy: {
      lasting: [byHand(FIXES[kind], location === undefined ? placeBy(by) : placeIn(folder, location))],
    },
  };
}

const FIXES: Readonly<Record<WaiverTrouble['kind'], string>> = {
  expired: 'Fix what it was about and take it out, or give it a new date and a reason that still holds.',
  unused: 'Take it out.',
  malformed: 'Correct it (`# hsdoctor: ignore CHECK until 2027-01-01: why`), or take it out.',
};

/** `hsdoctor.toml:3`: of the settings, from the working directory. */
function placeBy(by: string): { readonly file: string; readonly line?: number } {
  const [, file, line] = /^(.*):(\d+)$/s.exec(by) ?? [];
  return file === undefined ? { file: by } : { file, line: Number(line) };
}
