import type { DeclaredSyntax, LackingFile } from '../../facts/config/syntax.ts';
import { type FindingDraft, judgeSource, type SourceContext } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { missingFile, notInGit, syntaxError } from './kinds.ts';

const MOST_MISTAKES = 5;

export const source = judgeSource({
  needs: ['syntax'],
  evaluate({ syntax }, context) {
    const { files, problems, notParsed, missing, untracked, notKnown } = syntax;
    return {
      findings: [
        ...[...Map.groupBy(problems, ({ at }) => at.file)].flatMap(([file, own]) =>
          mistakes(file, own, context),
        ),
        ...[...Map.groupBy(missing, ({ path }) => path)].map(([path, all]) => notThere(path, all, context)),
        ...untracked.map((file) => notKnownToGit(file, syntax, context)),
      ],
      notChecked: [
        ...notParsed,
        ...(notKnown === undefined ? [] : [`whether git tracks every file is not known: ${notKnown}`]),
      ],
      lookedAt: { nixFiles: files },
    };
  },
});

function mistakes(
  file: string,
  own: DeclaredSyntax['problems'],
  { folder }: SourceContext,
): readonly FindingDraft[] {
  const [first] = own;
  if (first === undefined) return [];
  const { message, at } = first;
  return [
    syntaxError.finding(
      { file, message, folder, at },
      {
        subject: file,
        evidence: own.slice(0, MOST_MISTAKES).map((each) => evidenceAt(each.at, each.message)),
      },
    ),
  ];
}

function notThere(path: string, all: readonly LackingFile[], { folder }: SourceContext): FindingDraft {
  const at = all[0]?.at;
  return missingFile.finding(
    { path, folder, at },
    {
      subject: path,
      evidence: all.map((each) => evidenceAt(each.at, `imports ${path}, which does not exist`, 'a file')),
    },
  );
}

/** Who asks whether a file is there may mean to do without it. */
const notKnownToGit = (
  { path, at }: LackingFile,
  { asksForFiles }: DeclaredSyntax,
  { root }: SourceContext,
): FindingDraft =>
  notInGit.finding(
    { path, root },
    {
      subject: path,
      status: asksForFiles ? 'warn' : 'fail',
      evidence: [
        evidenceAt(
          at ?? { file: path, line: 1, column: 1 },
          `${path} is not in the index of git`,
          `git add ${path}`,
        ),
      ],
    },
  );
