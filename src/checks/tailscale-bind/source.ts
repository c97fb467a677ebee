import type { Remedy } from '../../model/remedy.ts';
import { byHand } from '../../remedy/steps.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { type Binding, bindings, unseenListeners } from '../shared/declared-wait.ts';
import { waitRemedy } from '../shared/declared-wait-remedy.ts';
import { stands } from '../shared/stands.ts';
import { placeIn, rebuild } from '../shared/steps.ts';

export const source = judgeSource({
  needs: ['listening'],
  wants: ['literals'],
  evaluate({ listening, literals }, { folder }) {
    const binding = bindings(listening);
    const unseen = [
      ...unseenListeners(listening),
      ...binding.flatMap(({ unit, wait, never }) =>
        never === undefined && wait.state === 'unknown'
          ? [`whether ${unit} waits for Tailscale is not known: ${wait.reason}`]
          : [],
      ),
    ];
    if (binding.length === 0 && unseen.length === 0)
      return { skip: 'nothing listens on an address of the tailnet' };
    const remedyOf = (each: Binding): Partial<Remedy> =>
      each.never === undefined
        ? waitRemedy(each, { listening, literals, folder })
        : {
            lasting: [
              byHand(
                `${each.never.fix}, or listen on 127.0.0.1 with a reverse proxy in front.`,
                placeIn(folder, each.never.at),
              ),
              rebuild(),
            ],
          };
    return {
      findings: binding.flatMap((each) => finding(each, remedyOf)),
      unseen,
      lookedAt: { units: binding.length },
    };
  },
});

function finding(binding: Binding, remedyOf: (binding: Binding) => Partial<Remedy>): FindingDraft[] {
  const { unit, name, addresses, listeners, never, wait } = binding;
  if (never === undefined && wait.state !== 'does not') return [];
  // A wait that is nearly right is told where it stands.
  if (
    never === undefined &&
    wait.state === 'does not' &&
    wait.attempts.some(({ mayWork }) => mayWork === true)
  )
    return [];
  const address = addresses.join(' and ');
  const places = listeners.map(({ at, written }) => stands(at, `${name} listens on ${written}`, '127.0.0.1'));
  return [
    {
      kind: never === undefined ? 'starts-too-early' : 'cannot-bind',
      status: 'fail',
      title:
        never === undefined
          ? `${name} cannot bind to ${address} when it starts before Tailscale has it`
          : `${name} can never bind to ${address}`,
      summary:
        never === undefined
          ? 'At such a boot it fails five times within seconds, and stays down until somebody starts it.'
          : `No wait helps: ${never.why}.`,
      subject: unit,
      evidence: never === undefined ? places : [stands(never.at, never.why, never.expected), ...places],
      explainedBy: [
        // Where Tailscale is off, no other address helps.
        ...(never === undefined || never.isOfAddress === true
          ? addresses.map((each) => ({ check: 'constants', subject: each }))
          : []),
        { check: 'tailscale-wait', subject: unit },
      ],
      remedy: remedyOf(binding),
    },
  ];
}
