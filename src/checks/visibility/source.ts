import { judgeSource } from '../define.ts';
import { edit, stands } from '../shared/stands.ts';

export const source = judgeSource({
  needs: ['gaps'],
  evaluate: ({ gaps }, { folder }) => ({
    findings: gaps.map(({ reason, at }) => ({
      status: 'unknown' as const,
      title: `A part of the configuration could not be read: ${reason}`,
      summary: 'It may set anything: what it would change is not judged.',
      subject: at === undefined ? reason : `${at.file}:${at.line}`,
      evidence: [stands(at, reason, 'a module in this folder')],
      fix: {
        summary: 'Look whether the path is right, and its file in the folder.',
        commands: edit(folder, at),
        docs: 'docs/checks.md#visibility',
      },
    })),
  }),
});
