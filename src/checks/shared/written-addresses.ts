import type { DeclaredListening } from '../../facts/config/listening.ts';
import type { Evaluation } from '../define.ts';

const MOST_TOLD = 5;

/** In a sentence each, addresses of which the option that they stand in does not tell what they are for. */
export function unexplainedAddresses({ written }: DeclaredListening): string[] {
  const told = written.slice(0, MOST_TOLD).map(({ address, option, at }) => {
    const place = at === undefined ? option : `${at.file}:${at.line}: ${option}`;
    return `${place} has ${address}: whether something listens on it is not known`;
  });
  const left = written.length - told.length;
  return left === 0 ? told : [...told, `so have ${left} more options`];
}

type Beside = Omit<Evaluation, 'findings'> | { readonly skip: string };

/** What is said beside the findings, with these addresses. */
export function withUnexplained(beside: Beside, listening: DeclaredListening): Beside {
  const open = unexplainedAddresses(listening);
  if (open.length === 0) return beside;
  if ('skip' in beside) return { notChecked: open, lookedAt: {} };
  return { ...beside, notChecked: [...(beside.notChecked ?? []), ...open] };
}
