import type { SyntaxProblem } from '../../nix/source.ts';
import { defineSourceFact } from './define.ts';

export interface DeclaredSyntax {
  readonly files: number;
  readonly problems: readonly SyntaxProblem[];
}

/** What is no Nix, in the files that the machine is made of. */
export const syntax = defineSourceFact<DeclaredSyntax>({
  id: 'syntax',
  reads: 'the text of the files',
  options: [],
  read({ host, source }) {
    const own = new Set(['flake.nix', ...host.files]);
    return {
      files: source.tree.filesRead.filter(({ path }) => own.has(path)).length,
      problems: source.problems().filter(({ at }) => own.has(at.file)),
    };
  },
});
