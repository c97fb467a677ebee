import { type FindingDraft, judgeSource, type SourceContext } from '../../../checks/define.ts';
import { evidenceAt } from '../../../checks/shared/evidence-at.ts';
import type { UnreadSystem } from '../../../facts/config/other-systems.ts';
import type { DeclaredSyntax } from '../../../facts/config/syntax.ts';
import type { Step } from '../../../model/remedy.ts';
import type { Gap } from '../../../nix/modules/configuration.ts';
import type { Difference, Evaluation } from '../../../nix/nix-eval/evaluation.ts';
import type { Entry } from '../../../nix/nix-eval/expression.ts';
import { byHand, run } from '../../../remedy/steps.ts';
import { absolutePath, attributeName, joined, path as pathWord } from '../../../remedy/words.ts';
import { redact } from '../../../text/redact.ts';
import * as kinds from './kinds.ts';

/** More of them say no more. */
const MOST_DIFFERENCES = 20;
const LONGEST_VALUE = 160;

export const source = judgeSource({
  needs: ['gaps'],
  wants: ['evaluation', 'syntax'],
  evaluate: ({ gaps, evaluation, syntax }, context) => ({
    findings: [
      ...gaps.unread.map((gap) => notRead(gap, syntax, context)),
      ...modulesNotRead(gaps.modules, context),
      ...systemsNotRead(gaps.systems, context),
      ...(evaluation?.failure === undefined ? [] : [unevaluated(evaluation.failure, evaluation, context)]),
      ...(evaluation?.differences ?? [])
        .slice(0, MOST_DIFFERENCES)
        .map((difference) => misread(difference, context.folder)),
    ],
    lookedAt: { nixFiles: gaps.files },
  }),
});

function notRead(
  { kind, reason, at, file }: Gap,
  syntax: DeclaredSyntax | undefined,
  { folder }: SourceContext,
): FindingDraft {
  // Without a place, it is the flake that does not say what belongs to the machine.
  const broken = file ?? at?.file ?? 'flake.nix';
  const isBroken = syntax?.problems.some((problem) => problem.at.file === broken) === true;
  const isMissing = syntax?.missing.some(({ path }) => path === broken) === true;
  return kinds.notRead.finding(
    {
      reason,
      folder,
      at,
      why: isBroken ? 'syntax' : WHY[kind],
    },
    {
      subject: at === undefined ? reason : `${at.file}:${at.line}`,
      evidence: [evidenceAt(at, reason)],
      ...(isBroken || isMissing ? { explainedBy: [{ check: 'nix-syntax', subject: broken }] } : {}),
    },
  );
}

const WHY = {
  outside: 'value',
  unread: 'value',
  missing: 'file',
  unreadable: 'file',
  limit: 'limit',
  locked: 'git-crypt',
  encrypted: 'age',
} as const;

/** Told once, however many there are. */
function modulesNotRead(modules: readonly Gap[], { folder }: SourceContext): readonly FindingDraft[] {
  const [first] = modules;
  if (first === undefined) return [];
  const name = first.name ?? first.reason;
  return [
    kinds.modulesNotRead.finding(
      { first: name, others: modules.length - 1, folder, at: first.at },
      { subject: 'modules', evidence: modules.map(({ at, ...gap }) => evidenceAt(at, may(gap))) },
    ),
  ];
}

/** Likewise. */
function systemsNotRead(
  systems: readonly UnreadSystem[],
  { folder }: SourceContext,
): readonly FindingDraft[] {
  const [first] = systems;
  if (first === undefined) return [];
  return [
    kinds.systemsNotRead.finding(
      { first: first.what, others: systems.length - 1, folder, at: first.at },
      {
        subject: 'systems',
        evidence: systems.map(({ what, reason, at }) => evidenceAt(at, `${what}: ${reason}`)),
      },
    ),
  ];
}

function may({ name, reason, touches, within }: Omit<Gap, 'at'>): string {
  const what = touches === 'everything' ? 'set any option' : 'declare containers, units and secrets';
  return `${name ?? reason} may ${what}${within.length === 0 ? '' : ` of ${within.join('.')}`}`;
}

const unevaluated = (
  failure: string,
  { entry, failedAt }: Pick<Evaluation, 'entry' | 'failedAt'>,
  { folder, root, host }: SourceContext,
): FindingDraft =>
  kinds.notEvaluated.finding(
    { host, failure, again: evaluateAgain(entry, root), folder, at: failedAt },
    { subject: 'nix eval', evidence: [{ ...evidenceAt(failedAt, failure), source: 'nix eval' }] },
  );

/** What shows the whole of an error of nix. */
function evaluateAgain(entry: Entry, root: string): Step {
  const options = {
    directory: absolutePath(root),
    where: 'here' as const,
    why: 'Show where nix fails.',
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
  if (entry.kind === 'hive')
    return byHand(`Evaluate it with colmena: colmena build --on ${entry.name} shows the error.`);
  if (entry.kind === 'expression')
    return run(
      [
        'nix-instantiate',
        joined('./', pathWord(entry.path)),
        '-A',
        joined(
          ...entry.attributes.flatMap((name) => [attributeName(name), '.'] as const),
          'config.system.build.toplevel',
        ),
        '--show-trace',
      ],
      options,
    );
  const { output, name } = entry;
  const machine = joined(
    '.#',
    ...output.split('.').flatMap((part) => [attributeName(part), '.'] as const),
    attributeName(name),
  );
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
  return kinds.readOtherwise.finding(
    { option, folder, at },
    {
      subject: option,
      evidence: [
        shown
          ? evidenceAt(at, `hsdoctor read ${short(ours)} from the files`, `nix says ${short(theirs)}`)
          : evidenceAt(
              at,
              'hsdoctor read another value from the files; the values may be secrets and are not shown',
            ),
      ],
    },
  );
}

/** Whether nothing in it looks like a secret, also beside the names that it stands under. */
function maySay(path: readonly string[], value: string): boolean {
  const bare = value.replace(/^"|"$/g, '');
  return [value, `${path.at(-1)} = ${value}`, `${path.at(-1)}=${bare}`].every(
    (text) => redact(text) === text,
  );
}

const short = (text: string) => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
