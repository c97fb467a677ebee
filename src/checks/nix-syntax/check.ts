import { byHand } from '../../remedy/steps.ts';
import { type Check, judgeSource } from '../define.ts';
import { stands } from '../shared/stands.ts';
import { placeIn } from '../shared/steps.ts';
import { documentation } from './documentation.ts';

export const nixSyntax: Check = {
  id: 'nix-syntax',
  title: 'Every file of the configuration is Nix',
  why: 'A file that does not parse ends every rebuild, and what stands behind the mistake is not judged.',
  tags: ['nixos'],
  documentation,
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
};
