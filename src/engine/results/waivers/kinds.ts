import { defineKind, type TellingKind } from '../../../checks/define.ts';
import { placeIn } from '../../../checks/shared/steps.ts';
import type { WaiverProblem } from '../../../model/waiver.ts';
import { byHand } from '../../../remedy/steps.ts';

/** A waiver, and the folder of the configuration that it is of, where it stands in one. */
export interface InFolder {
  readonly problem: WaiverProblem;
  readonly folder: string;
}

const fix =
  (inSettings: string, inComment = inSettings) =>
  ({ problem: { by, location }, folder }: InFolder) => {
    const words = isComment(location) ? inComment : inSettings;
    return { lasting: [byHand(words, location === undefined ? placeBy(by) : placeIn(folder, location))] };
  };

const isComment = (location: WaiverProblem['location']) => location?.file.endsWith('.toml') === false;

/** `hsdoctor.toml:3`: of the settings, from the working directory. */
function placeBy(by: string): { readonly file: string; readonly line?: number } {
  const [, file, line] = /^(.*):(\d+)$/s.exec(by) ?? [];
  return file === undefined ? { file: by } : { file, line: Number(line) };
}

/** What is wrong with a waiver, by what the engine says of it. */
export const kinds: Readonly<Record<WaiverProblem['kind'], TellingKind<InFolder>>> = {
  expired: defineKind({
    id: 'expired',
    name: 'A waiver has expired',
    meaning: 'It no longer hides anything: what it waived counts again.',
    status: 'warn',
    title: ({ problem: { by, check } }) => `The waiver of ${check} at ${by} has expired`,
    remedy: fix(
      'Fix what it waived and remove it, or give the waiver a new date and a reason that still holds.',
    ),
  }),
  unused: defineKind({
    id: 'unused',
    name: 'A waiver has nothing to waive',
    meaning: 'This waiver matches no finding. Left in place, it hides the next one that it matches.',
    status: 'warn',
    title: ({ problem: { by, check } }) => `The waiver of ${check} at ${by} has nothing to waive`,
    remedy: fix(
      'If the waiver is meant for a finding of this report, correct its check, subject or host. Otherwise remove it.',
      'If the waiver is meant for a finding of this report, name its check, and put the comment at the first line that the finding shows (FILE:LINE), or directly above it. Otherwise remove it.',
    ),
  }),
  malformed: defineKind({
    id: 'malformed',
    name: 'A waiver is not valid',
    meaning: 'It does not hide anything.',
    status: 'warn',
    title: ({ problem: { by, text } }) =>
      text.startsWith('no machine')
        ? `The waiver at ${by} names a machine that is not here`
        : `The waiver at ${by} is not valid: ${text.split(': write ')[0]}`,
    remedy: fix(
      'Correct it, or remove it.',
      'Correct it (`# hsdoctor: ignore CHECK until 2027-01-01: why`), or remove it.',
    ),
  }),
};
