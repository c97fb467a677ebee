import type { SyntaxProblem } from '../source.ts';
import { defineSourceFact } from './define.ts';

/** What is no Nix, in the files that the machine is made of. */
export const syntax = defineSourceFact<readonly SyntaxProblem[]>({
  id: 'syntax',
  reads: 'the text of the files',
  options: [],
  read({ host, source }) {
    const own = new Set(['flake.nix', ...host.files]);
    return source.problems().filter(({ at }) => own.has(at.file));
  },
});
