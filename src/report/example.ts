import type { Remedy, Step } from '../model/remedy.ts';
import type { Evidence } from '../model/report.ts';

/** A finding as `explain` shows one: its title, and the first lines of its proof. */
export interface Example {
  readonly title: string;
  readonly evidence: readonly string[];
  readonly fix: readonly string[];
}

const MOST_LINES = 2;

type Proof = Pick<Evidence, 'source' | 'observed' | 'expected' | 'location'>;

interface Told {
  readonly title: string;
  readonly evidence: readonly Proof[];
  readonly remedy?: Partial<Remedy> | undefined;
}

export const exampleOf = ({ title, evidence, remedy }: Told): Example => ({
  title,
  evidence: evidence.slice(0, MOST_LINES).map(({ source, observed, expected, location }) => {
    const where = location === undefined ? source : `${location.file}:${location.line}`;
    return `${where}: ${observed}${expected === undefined ? '' : ` (expected: ${expected})`}`;
  }),
  fix: [...(remedy?.now ?? []), ...(remedy?.lasting ?? [])].map(stepText),
});

function stepText(step: Step): string {
  switch (step.kind) {
    case 'run':
      return `${step.why} (${step.text})`;
    case 'edit':
      return `${step.why} (${step.option} = ${step.after})`;
    case 'secret':
      return `${step.why} (${step.text})`;
    case 'byHand':
      return step.text;
  }
}
