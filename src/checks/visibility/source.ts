import type { Step } from '../../model/remedy.ts';
import type { Difference, Evaluation } from '../../nix/nix-eval/evaluation.ts';
import type { Entry } from '../../nix/nix-eval/expression.ts';
import { byHand, run } from '../../remedy/steps.ts';
import { absolutePath, attributeName, joined, path as pathWord } from '../../remedy/words.ts';
import { redact } from '../../text/redact.ts';
import { type FindingDraft, judgeSource, type SourceContext } from '../define.ts';
import { stands } from '../shared/stands.ts';
import { placeIn } from '../shared/steps.ts';

/** More of them say no more. */
const MOST_DIFFERENCES = 20;
const LONGEST_VALUE = 160;

export const source = judgeSource({
  needs: ['gaps'],
  wants: ['evaluation'],
  evaluate: ({ gaps, evaluation }, { folder, root, host }) => ({
    findings: [
      ...gaps.unread.map(({ reason, at }) => ({
        kind: 'not-read',
        status: 'unknown' as const,
        title: `A part of the configuration could not be read: ${reason}`,
        summary: 'It may set anything: what it would change is not judged.',
        subject: at === undefined ? reason : `${at.file}:${at.line}`,
        evidence: [stands(at, reason, 'a module in this folder')],
        remedy: {
          lasting: [
            byHand('Check that the path is right, and that its file is in the folder.', placeIn(folder, at)),
          ],
        },
      })),
      ...(evaluation?.failure === undefined
        ? []
        : [unevaluated(host, evaluation.failure, evaluation, { folder, root })]),
      ...(evaluation?.differences ?? [])
        .slice(0, MOST_DIFFERENCES)
        .map((difference) => misread(difference, folder)),
    ],
    lookedAt: { nixFiles: gaps.files },
  }),
});

function unevaluated(
  host: string,
  failure: string,
  { entry, failedAt }: Pick<Evaluation, 'entry' | 'failedAt'>,
  { folder, root }: Pick<SourceContext, 'folder' | 'root'>,
): FindingDraft {
  return {
    kind: 'not-evaluated',
    status: 'unknown',
    title: `nix has no configuration of ${host}: ${failure}`,
    summary: 'What is judged is what the files tell, as without --eval.',
    subject: 'nix eval',
    evidence: [{ ...stands(failedAt, failure), source: 'nix eval' }],
    remedy: {
      lasting: [evaluateAgain(entry, root), byHand('Fix what it names.', placeIn(folder, failedAt))],
    },
  };
}

/** What shows the whole of an error of nix. */
function evaluateAgain(entry: Entry, root: string): Step {
  const options = {
    directory: absolutePath(root),
    where: 'here' as const,
    why: 'Let nix say where it fails.',
  };
  if (entry.kind === 'file')
    return run(
      [
        ...(['nix-instantiate', '<nixpkgs/nixos>', '-A', 'system', '-I'] as const),
        joined('nixos-config=./', pathWord(entry.path)),
        '--show-trace',
      ],
      options,
    );
  const { output, name } = entry;
  const machine = joined('.#', attributeName(output), '.', attributeName(name));
  return run(
    [
      'nix',
      'eval',
      output === 'homeConfigurations'
        ? joined(machine, '.activationPackage.drvPath')
        : joined(machine, '.config.system.build.toplevel.drvPath'),
      '--no-write-lock-file',
      '--show-trace',
    ],
    options,
  );
}

function misread({ path, at, ours, theirs }: Difference, folder: string): FindingDraft {
  const option = path.map((name) => (/^[\w-]+$/.test(name) ? name : JSON.stringify(name))).join('.');
  const shown = maySay(path, ours) && maySay(path, theirs);
  return {
    kind: 'read-otherwise',
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
    remedy: {
      lasting: [
        byHand(
          'Check what sets it, and with git status whether git knows the file that does.',
          placeIn(folder, at),
        ),
      ],
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
