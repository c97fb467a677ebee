import type { SourceContext, SourceJudgement } from '../../../checks/define.ts';
import { stands } from '../../../checks/shared/stands.ts';
import type { WaiverTrouble } from '../../../model/waiver.ts';
import { kinds } from './kinds.ts';

/** What became of the waivers of a machine: known once all others have judged. */
export interface WaiversContext extends SourceContext {
  readonly waivers: { readonly all: number; readonly troubles: readonly WaiverTrouble[] };
}

export const source = {
  needs: [],
  wants: [],
  evaluate: (_: unknown, { waivers: { all, troubles }, folder }: WaiversContext) =>
    all === 0
      ? { skip: 'there is no waiver for it' }
      : { findings: troubles.map((trouble) => findingOf(trouble, folder)), lookedAt: { waivers: all } },
  // The engine hands this context to this judgement alone.
} as unknown as SourceJudgement;

function findingOf(trouble: WaiverTrouble, folder: string) {
  const { location, by, text, kind, check = '' } = trouble;
  return kinds[kind].finding(
    { trouble, folder },
    {
      subject: `${by} ${check}`.trim(),
      evidence: [location === undefined ? { source: by, observed: text } : stands(location, text)],
    },
  );
}
