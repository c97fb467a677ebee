import { byHand } from '../../remedy/steps.ts';
import { defineCheck, judgeSource } from '../define.ts';
import { stands } from '../shared/stands.ts';
import { placeIn } from '../shared/steps.ts';

export const nixSyntax = defineCheck({
  id: 'nix-syntax',
  title: 'Every file of the configuration is Nix',
  why: 'A file that does not parse ends every rebuild, and what stands behind the mistake is not judged.',
  tags: ['nixos'],
  source: judgeSource({
    needs: ['syntax'],
    evaluate: ({ syntax: { files, problems } }, { folder }) => ({
      findings: [...Map.groupBy(problems, ({ at }) => at.file)].map(([file, own]) => ({
        kind: 'syntax-error',
        status: 'fail' as const,
        title: `${file} is no Nix: ${own[0]?.message}`,
        summary: 'The rest of the file was read as well as it could be.',
        subject: file,
        evidence: own.slice(0, 5).map(({ at, message }) => stands(at, message)),
        remedy: {
          lasting: [byHand('Fix the syntax at or just before this position.', placeIn(folder, own[0]?.at))],
        },
      })),
      lookedAt: { nixFiles: files },
    }),
  }),
});
