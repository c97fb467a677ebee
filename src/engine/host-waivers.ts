import type { Check } from '../checks/define.ts';
import type { CheckedTarget, CheckResult } from '../model/report.ts';
import { isExpired, type Waiver, type WaiverProblem } from '../model/waiver.ts';
import { evaluateAll } from './evaluate.ts';
import { waivers as waiversCheck } from './results/waivers/check.ts';
import { findingOf } from './results/waivers/source.ts';

interface HostWaivers {
  /** Those that are run. */
  readonly checks: readonly Check[];
  /** Of the settings. */
  readonly waivers: readonly Waiver[];
  /** All that were checked, configurations too: what is waived there needs its waiver. */
  readonly all: readonly CheckedTarget[];
  readonly now: number;
}

/** The hosts, each with what is wrong with the waivers that are for it: what several have in common is told of the first. */
export function withWaiverProblems(hosts: readonly CheckedTarget[], given: HostWaivers): CheckedTarget[] {
  if (!given.checks.includes(waiversCheck)) return [...hosts];
  const told = new Set<Waiver>();
  return hosts.map((host) => {
    const own = given.waivers.filter((waiver) => isFor(waiver, host));
    if (own.length === 0) return host;
    const problems = own.flatMap((waiver) => {
      if (told.has(waiver)) return [];
      told.add(waiver);
      return problemOf(
        waiver,
        hosts.filter((each) => isFor(waiver, each)),
        given,
      );
    });
    return { ...host, results: [...host.results, ...resultOf(host.name, own.length, problems, given.now)] };
  });
}

const isFor = ({ host }: Waiver, { name }: CheckedTarget) => host === undefined || host === name;

function problemOf(
  waiver: Waiver,
  hosts: readonly CheckedTarget[],
  { checks, all, now }: HostWaivers,
): readonly WaiverProblem[] {
  const { check, by, reason, until } = waiver;
  if (isExpired(waiver, now)) return [{ kind: 'expired', by, check, text: `until ${until}: ${reason}` }];
  const [id = ''] = check.split('/');
  const isRun = checks.some((each) => each.id === id && each.host !== undefined);
  const results = hosts.flatMap((host) => host.results.filter((result) => result.check === id));
  // Who could not see everything cannot tell that there is nothing.
  const isSeen = results.some(isJudged) && !results.some(({ status }) => status === 'unknown');
  const isUsed = all.some((each) =>
    each.results.some(({ findings }) => findings.some(({ waived }) => waived?.by === by)),
  );
  return isRun && isSeen && !isUsed ? [{ kind: 'unused', by, check, text: reason }] : [];
}

/** What is waived as a whole counts as skipped. */
const isJudged = ({ status, findings }: CheckResult) => status !== 'skipped' || findings.length > 0;

function resultOf(
  target: string,
  count: number,
  problems: readonly WaiverProblem[],
  now: number,
): CheckResult[] {
  const evaluate = () => ({
    findings: problems.map((problem) => findingOf(problem, '')),
    lookedAt: { waivers: count },
  });
  return evaluateAll([{ id: waiversCheck.id, needs: [], wants: [], evaluate }], {
    facts: {},
    reads: (name) => name,
    context: {},
    target,
    now,
    windowStart: now,
  });
}
