import type { Difference, Evaluation } from '../../nix/ground-truth/evaluation.ts';
import { redact } from '../../text/redact.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { edit, stands } from '../shared/stands.ts';

const DOCS = 'docs/checks.md#visibility';
/** More of them say no more. */
const MOST_DIFFERENCES = 20;
const LONGEST_VALUE = 160;

export const source = judgeSource({
  needs: ['gaps'],
  wants: ['evaluation'],
  evaluate: ({ gaps, evaluation }, { folder, host }) => ({
    findings: [
      ...gaps.map(({ reason, at }) => ({
        status: 'unknown' as const,
        title: `A part of the configuration could not be read: ${reason}`,
        summary: 'It may set anything: what it would change is not judged.',
        subject: at === undefined ? reason : `${at.file}:${at.line}`,
        evidence: [stands(at, reason, 'a module in this folder')],
        fix: {
          summary: 'Look whether the path is right, and its file in the folder.',
          commands: edit(folder, at),
          docs: DOCS,
        },
      })),
      ...(evaluation?.failure === undefined ? [] : [unevaluated(host, evaluation.failure, evaluation)]),
      ...(evaluation?.differences ?? [])
        .slice(0, MOST_DIFFERENCES)
        .map((difference) => misread(difference, folder)),
    ],
  }),
});

function unevaluated(
  host: string,
  failure: string,
  { command, failedAt }: Pick<Evaluation, 'command' | 'failedAt'>,
): FindingDraft {
  return {
    status: 'unknown',
    title: `nix has no configuration of ${host}: ${failure}`,
    summary: 'What is judged is what the files tell, as without --eval.',
    subject: 'nix eval',
    evidence: [{ ...stands(failedAt, failure), source: 'nix eval' }],
    fix: { summary: 'Let nix say where it fails, and mend that.', commands: [command], docs: DOCS },
  };
}

function misread({ path, at, ours, theirs }: Difference, folder: string): FindingDraft {
  const option = path.map((name) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name))).join('.');
  const shown = maySay(path, ours) && maySay(path, theirs);
  return {
    status: 'warn',
    title: `hsdoctor read ${option} otherwise than nix does`,
    summary:
      'What nix says was judged. A file that git does not know is not there for nix; a module of another flake may set it; else the reading is wrong, and worth a report.',
    subject: option,
    evidence: [
      shown
        ? stands(at, `the files were read as ${short(ours)}`, `${short(theirs)}, says nix`)
        : stands(at, 'the files were read otherwise; the values may be secrets, and are not shown'),
    ],
    fix: {
      summary: 'See what sets it; whether git knows the file is told by git status.',
      commands: edit(folder, at),
      docs: DOCS,
    },
  };
}

/** Whether nothing in it looks like a secret, also beside the names that it stands under. */
function maySay(path: readonly string[], value: string): boolean {
  const bare = value.replace(/^"|"$/g, '');
  return [value, `${path.at(-1)} = ${value}`, `${path.at(-1)}=${bare}`].every(
    (text) => redact(text) === text,
  );
}

const short = (text: string) => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
