import { checks } from '../../src/engine/catalogue.ts';
import { evaluate, unreadProbes } from '../../src/engine/evaluate.ts';
import type { CheckResult } from '../../src/model/report.ts';
import { judged } from '../nix/corpus.ts';
import { BOOT, type Given, judgeAll, NOW } from './home-server.ts';
import { type MacFacts, macFactsOf } from './sick-macs.ts';

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

/** Where neither tells it: the kinds that are found, and those of the near miss. */
interface OtherCase {
  readonly found: () => readonly string[];
  readonly near: () => readonly string[];
}

type KindCase = HostCase | MacCase | SourceCase | OtherCase;

/** Of every kind of finding of a check a case that gives it; the near miss differs in one thing and does not. */
export type KindCases = Readonly<Record<string, KindCase>>;

/** The kinds that are found where the case is as it stands, and where it is the near miss. */
export function kindsOf(given: KindCase): Record<'found' | 'near', readonly string[]> {
  if ('found' in given) return { found: given.found(), near: given.near() };
  if ('mac' in given) {
    const { mac, near } = given;
    requireOne(near);
    return { found: kindsIn(judgeMac(mac)), near: kindsIn(judgeMac({ ...mac, ...near })) };
  }
  if ('host' in given) {
    const { host, near, options } = given;
    requireOne(near);
    return {
      found: kindsIn(judgeAll(host, options)),
      near: kindsIn(judgeAll({ ...host, ...near }, options)),
    };
  }
  const [from, to] = given.near;
  const files = typeof given.source === 'string' ? { 'configuration.nix': given.source } : given.source;
  const near = Object.fromEntries(
    Object.entries(files).map(([path, text]) => [path, text.replace(from, () => to)]),
  );
  if (JSON.stringify(near) === JSON.stringify(files)) throw new Error(`nothing says ${from}`);
  return { found: kindsIn(judged(files)), near: kindsIn(judged(near)) };
}

function requireOne(near: object): void {
  if (Object.keys(near).length !== 1) throw new Error('a near miss differs in one thing');
}

function judgeMac(given: MacFacts): readonly CheckResult[] {
  const facts = macFactsOf(given);
  const context = {
    now: NOW,
    windowStart: BOOT,
    configuration: '/etc/nixos',
    names: { containers: [], secrets: [] },
    again: [],
    nixos: false,
    blind: unreadProbes(facts),
  };
  return evaluate(checks, facts, context, 'mac');
}

const kindsIn = (results: readonly CheckResult[]) =>
  results.flatMap(({ findings }) => findings.map(({ kind }) => kind));

/** The checks whose kinds are declared, each with its cases. */
export const checksWithKinds = await Promise.all(
  checks.map(async ({ id, kinds }) => {
    const { cases }: { cases: KindCases } = await import(`./${id}/kind-cases.ts`);
    return { id, kinds, cases };
  }),
);
