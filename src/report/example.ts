import type { Remedy } from '../model/remedy.ts';
import type { Evidence } from '../model/report.ts';
import { remedyParts, type ToldStep } from './remedy-lines.ts';

/** A finding as `explain` shows one: its title, and the first lines of its proof. */
export interface Example {
  readonly title: string;
  readonly evidence: readonly string[];
  /** It is found in a configuration. */
  readonly isDeclared?: boolean;
  readonly fix: readonly {
    readonly heading: string;
    readonly steps: readonly Pick<ToldStep, 'text' | 'lines'>[];
  }[];
}

const MOST_LINES = 2;

type Proof = Pick<Evidence, 'source' | 'observed' | 'expected' | 'location'>;

interface Told {
  readonly title: string;
  readonly evidence: readonly Proof[];
  readonly remedy?: Partial<Remedy> | undefined;
}

export const exampleOf = ({ title, evidence, remedy }: Told, isDeclared = false): Example => ({
  title,
  evidence: evidence.slice(0, MOST_LINES).map(({ source, observed, expected, location }) => {
    const where = location === undefined ? source : `${location.file}:${location.line}`;
    return `${where}: ${observed}${expected === undefined ? '' : ` (expected: ${expected})`}`;
  }),
  ...(isDeclared ? { isDeclared } : {}),
  fix: remedyParts(remedy && { now: [], lasting: [], ...remedy }, { kind: 'local', name: '' }).map(
    ({ heading, steps }) => ({
      heading,
      steps: steps.map(({ text, lines }) => ({ text, lines })),
    }),
  ),
});
