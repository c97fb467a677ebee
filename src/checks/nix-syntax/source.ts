import { judgeSource } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { syntaxError } from './kinds.ts';

const MOST_MISTAKES = 5;

export const source = judgeSource({
  needs: ['syntax'],
  evaluate: ({ syntax: { files, problems } }, { folder }) => ({
    findings: [...Map.groupBy(problems, ({ at }) => at.file)].flatMap(([file, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const { message, at } = first;
      return syntaxError.finding(
        { file, message, folder, at },
        {
          subject: file,
          evidence: own.slice(0, MOST_MISTAKES).map((each) => evidenceAt(each.at, each.message)),
        },
      );
    }),
    lookedAt: { nixFiles: files },
  }),
});
