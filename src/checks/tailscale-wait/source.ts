import type { SourceFacts } from '../../facts/config/index.ts';
import type { Remedy } from '../../model/remedy.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { startedBindings } from '../shared/beside-bindings.ts';
import { type Binding, bindings, WAIT_OPTIONS } from '../shared/declared-wait.ts';
import { waitRemedy } from '../shared/declared-wait-remedy.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import * as kinds from './kinds.ts';

export const source = judgeSource({
  needs: ['listening'],
  wants: ['literals'],
  elsewhere: { settings: WAIT_OPTIONS },
  evaluate({ listening, literals }, { folder }) {
    const { started, beside } = startedBindings(
      listening,
      bindings(listening).filter(({ never }) => never === undefined),
    );
    if ('skip' in beside) return beside;
    return {
      ...beside,
      findings: started.flatMap((each) =>
        finding(each, waitRemedy(each, { listening, literals, folder }), waitsUnderPodman(each, listening)),
      ),
    };
  },
});

/** By the first thing that looks like a wait. */
function kindOf(attempt: { readonly mayWork?: true } | undefined) {
  if (attempt === undefined) return kinds.noDeclaredWait;
  return attempt.mayWork === true ? kinds.waitMayFail : kinds.notAWait;
}

/** The wait is there, in the unit that the container would have under podman. */
function waitsUnderPodman({ kind, name, unit }: Binding, { units }: SourceFacts['listening']): boolean {
  if (kind !== 'container' || unit !== `docker-${name}.service`) return false;
  return units.some(
    (each) =>
      each.name === `podman-${name}` &&
      (each.startsWith.items.length > 0 || each.order.after.items.length > 0),
  );
}

function finding(binding: Binding, remedy: Partial<Remedy>, isOfBackend: boolean): FindingDraft[] {
  const { unit, name, addresses, listeners, wait } = binding;
  if (wait.state !== 'does not') return [];
  const { attempts } = wait;
  const evidence = [
    ...attempts.flatMap(({ at, observed, expected, usedAt }) => [
      evidenceAt(at, observed, expected),
      ...(usedAt === undefined ? [] : [evidenceAt(usedAt, `${name} uses it`)]),
    ]),
    ...listeners.flatMap(({ at, optionAt, option, written }) => [
      evidenceAt(
        at,
        `${name} listens on ${written}, a Tailscale address`,
        attempts.length === 0 ? `a wait for it before ${unit} starts` : undefined,
      ),
      // Also whoever waives it above the option, and not beside the line of the address, is understood.
      ...(optionAt === undefined || optionAt.line === at?.line
        ? []
        : [evidenceAt(optionAt, `the option ${option} begins here`)]),
    ]),
  ];
  return [
    kindOf(attempts[0]).finding(
      { name, address: addresses.join(' and '), remedy },
      {
        subject: unit,
        evidence,
        explainedBy: [
          { check: 'tailscale-up', status: 'fail' as const },
          ...(isOfBackend ? [{ check: 'oci-backend', subject: 'backend' }] : []),
        ],
      },
    ),
  ];
}
