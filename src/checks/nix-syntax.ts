import { defineCheck, judgeSource } from './define.ts';
import { edit, stands } from './shared/stands.ts';

export const nixSyntax = defineCheck({
  id: 'nix-syntax',
  title: 'Every file of the configuration is Nix',
  why: 'A file that does not parse ends every rebuild, and what stands behind the mistake is not judged.',
  tags: ['nixos'],
  source: judgeSource({
    needs: ['syntax'],
    evaluate: ({ syntax }, { folder }) => ({
      findings: [...Map.groupBy(syntax, ({ at }) => at.file)].map(([file, problems]) => ({
        status: 'fail' as const,
        title: `${file} is no Nix: ${problems[0]?.message}`,
        summary: 'The rest of the file was read as well as it could be.',
        subject: file,
        evidence: problems.slice(0, 5).map(({ at, message }) => stands(at, message)),
        fix: {
          summary: 'Put right what stands there, or just before it.',
          commands: edit(folder, problems[0]?.at),
          docs: 'docs/checks.md#nix-syntax',
        },
      })),
    }),
  }),
});
