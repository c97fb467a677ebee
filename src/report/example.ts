import type { Evidence } from '../model/report.ts';

/** A finding as `explain` shows one: its title, and the first lines of its proof. */
export interface Example {
  readonly title: string;
  readonly evidence: readonly string[];
}

const MOST_LINES = 2;

type Proof = Pick<Evidence, 'source' | 'observed' | 'expected' | 'location'>;

export const exampleOf = ({
  title,
  evidence,
}: {
  readonly title: string;
  readonly evidence: readonly Proof[];
}): Example => ({
  title,
  evidence: evidence.slice(0, MOST_LINES).map(({ source, observed, expected, location }) => {
    const where = location === undefined ? source : `${location.file}:${location.line}`;
    return `${where}: ${observed}${expected === undefined ? '' : ` (expected: ${expected})`}`;
  }),
});
