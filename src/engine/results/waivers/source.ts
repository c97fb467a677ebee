import type { SourceContext, SourceJudgement } from '../../../checks/define.ts';
import { evidenceAt } from '../../../checks/shared/evidence-at.ts';
import type { WaiverProblem } from '../../../model/waiver.ts';
import { kinds } from './kinds.ts';

/** What became of the waivers of a machine: known once all other checks are done. */
export interface WaiversContext extends SourceContext {
  readonly waivers: { readonly all: number; readonly problems: readonly WaiverProblem[] };
}

export const source = {
  needs: [],
  wants: [],
  evaluate: (_: unknown, { waivers: { all, problems }, folder }: WaiversContext) =>
    all === 0
      ? { skip: 'there are no waivers for this machine' }
      : { findings: problems.map((problem) => findingOf(problem, folder)), lookedAt: { waivers: all } },
  // The engine hands this context to this check alone.
} as unknown as SourceJudgement;

/** @param folder of the configuration in which the waiver stands, where it stands in one */
export function findingOf(problem: WaiverProblem, folder: string) {
  const { location, by, text, kind, check = '' } = problem;
  return kinds[kind].finding(
    { problem, folder },
    {
      subject: `${by} ${check}`.trim(),
      evidence: [location === undefined ? { source: by, observed: text } : evidenceAt(location, text)],
    },
  );
}
