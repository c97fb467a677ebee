import { FactUnavailable } from '../../model/fact.ts';
import type { Evaluation } from '../../nix/nix-eval/evaluation.ts';
import { defineSourceFact } from './define.ts';

export const evaluation = defineSourceFact<Evaluation>({
  id: 'evaluation',
  reads: 'nix eval',
  options: [],
  read({ evaluation }) {
    if (evaluation === undefined) throw new FactUnavailable('not-applicable', 'nix was not asked (--eval)');
    return evaluation;
  },
});
