import { checks } from '../../src/engine/catalogue.ts';
import { evaluate, unreadProbes } from '../../src/engine/evaluate.ts';
import type { Remedy } from '../../src/model/remedy.ts';
import type { CheckResult, Finding } from '../../src/model/report.ts';
import type { exampleOf } from '../../src/report/example.ts';
import { judged } from '../nix/corpus.ts';
import { BOOT, type Given, judgeAll, NOW } from './home-server.ts';
import { type MacFacts, macFactsOf, withRealNames } from './sick-macs.ts';

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

/** A Mac, by the facts that differ from those of a healthy one; and the one fact that makes it a near miss. */
interface MacCase {
  readonly mac: MacFacts;
  readonly near: MacFacts;
}

type Found = Pick<Finding, 'kind'> &
  Parameters<typeof exampleOf>[0] & { readonly remedy?: Partial<Remedy> | undefined };

/** Where neither tells it: the kinds that are found, and those of the near miss. */
interface OtherCase {
  readonly found: () => readonly Found[];
  readonly near: () => readonly Found[];
}

export type KindCase = HostCase | MacCase | SourceCase | OtherCase;

/** Of every kind of finding of a check a case that gives it; the near miss differs in one thing and does not. */
export type KindCases = Readonly<Record<string, KindCase>>;

/** The kinds that are found where the case is as it stands, and where it is the near miss. */
export function kindsOf(given: KindCase): Record<'found' | 'near', readonly string[]> {
  return { found: kindsIn(foundIn(given)), near: kindsIn(nearMiss(given)) };
}

/** What is found where the case is as it stands. */
export function foundIn(given: KindCase): readonly Found[] {
  if ('found' in given) return given.found();
  if ('mac' in given) return findingsIn(judgeMac(given.mac));
  if ('host' in given) return findingsIn(judgeAll(given.host, given.options));
  return findingsIn(judged(filesOf(given)));
}

function nearMiss(given: KindCase): readonly Found[] {
  if ('found' in given) return given.near();
  if ('source' in given) {
    const [from, to] = given.near;
    const files = filesOf(given);
    const near = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, text.replace(from, () => to)]),
    );
    if (JSON.stringify(near) === JSON.stringify(files)) throw new Error(`nothing says ${from}`);
    return findingsIn(judged(near));
  }
  if (Object.keys(given.near).length !== 1) throw new Error('a near miss differs in one thing');
  return 'mac' in given
    ? findingsIn(judgeMac({ ...given.mac, ...given.near }))
    : findingsIn(judgeAll({ ...given.host, ...given.near }, given.options));
}

const filesOf = ({ source }: SourceCase) =>
  typeof source === 'string' ? { 'configuration.nix': source } : source;

export function judgeMac(given: MacFacts): readonly CheckResult[] {
  const facts = withRealNames(macFactsOf(given));
  const context = {
    now: NOW,
    windowStart: BOOT,
    configuration: '/etc/nixos',
    names: { containers: [], secrets: [] },
    again: [],
    nixos: false,
    unread: unreadProbes(facts),
  };
  return evaluate(checks, facts, context, 'mac');
}

const findingsIn = (results: readonly CheckResult[]) => results.flatMap(({ findings }) => findings);
const kindsIn = (findings: readonly Found[]) => findings.map(({ kind }) => kind);

/** The checks whose kinds are declared, each with its cases. */
export const checksWithKinds = await Promise.all(
  checks.map(async ({ id, kinds }) => {
    const { cases }: { cases: KindCases } = await import(`./${id}/kind-cases.ts`);
    return { id, kinds, cases };
  }),
);
