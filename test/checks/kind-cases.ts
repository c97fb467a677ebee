import { checks } from '../../src/checks/index.ts';
import type { Finding } from '../../src/model/report.ts';
import { judged } from '../nix/corpus.ts';
import { type Given, judgeAll } from './home-server.ts';

/** A host, by the raw outputs that differ from those of a healthy one; and the one output that makes it a near miss. */
interface HostCase {
  readonly host: Given;
  readonly near: Given;
  readonly options?: Parameters<typeof judgeAll>[1];
}

/** A configuration.nix, or several files; and the one replacement in it that makes it a near miss. */
interface SourceCase {
  readonly source: string | Readonly<Record<string, string>>;
  readonly near: readonly [from: string, to: string];
}

/** Of every kind of finding of a check a case that gives it; the near miss differs in one thing and does not. */
export type KindCases = Readonly<Record<string, HostCase | SourceCase>>;

/** All that is found where the case is as it stands, and where it is the near miss. */
export function foundIn(given: HostCase | SourceCase): Record<'atIt' | 'near', readonly Finding[]> {
  if ('host' in given) {
    const { host, near, options } = given;
    const [name, ...others] = Object.keys(near);
    if (name === undefined || others.length > 0) throw new Error('a near miss differs in one output');
    return {
      atIt: findings(judgeAll(host, options)),
      near: findings(judgeAll({ ...host, ...near }, options)),
    };
  }
  const [from, to] = given.near;
  const files = typeof given.source === 'string' ? { 'configuration.nix': given.source } : given.source;
  const near = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replace(from, () => to)]),
  );
  if (JSON.stringify(near) === JSON.stringify(files)) throw new Error(`nothing says ${from}`);
  return { atIt: findings(judged(files)), near: findings(judged(near)) };
}

const findings = (results: readonly { readonly findings: readonly Finding[] }[]) =>
  results.flatMap((result) => result.findings);

/** The checks whose kinds are declared, each with its cases. */
export const checksWithKinds = await Promise.all(
  checks
    .filter(({ kinds = [] }) => kinds.length > 0)
    .map(async ({ id, kinds = [] }) => {
      const { cases }: { cases: KindCases } = await import(`./${id}/kind-cases.ts`);
      return { id, kinds, cases };
    }),
);
