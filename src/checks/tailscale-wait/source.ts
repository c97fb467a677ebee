import { type FindingDraft, judgeSource } from '../define.ts';
import { type Binding, bindings, unseenListeners } from '../shared/declared-wait.ts';
import { waitRemedy } from '../shared/declared-wait-remedy.ts';
import { stands } from '../shared/stands.ts';

export const source = judgeSource({
  needs: ['listening'],
  wants: ['literals'],
  evaluate({ listening, literals }, { folder }) {
    const binding = bindings(listening).filter(({ never }) => never === undefined);
    const unseen = [
      ...unseenListeners(listening),
      ...binding.flatMap(({ unit, wait }) =>
        wait.state === 'unknown' ? [`whether ${unit} waits for Tailscale is not known: ${wait.reason}`] : [],
      ),
    ];
    if (binding.length === 0 && unseen.length === 0)
      return { skip: 'nothing listens on an address of the tailnet' };
    const remedyOf = (each: Binding) => waitRemedy(each, { listening, literals, folder });
    return {
      findings: binding.flatMap((each) => finding(each, remedyOf)),
      unseen,
      lookedAt: { units: binding.length },
    };
  },
});

function finding(
  binding: Binding,
  remedyOf: (binding: Binding) => ReturnType<typeof waitRemedy>,
): FindingDraft[] {
  const { unit, name, addresses, listeners, wait } = binding;
  if (wait.state !== 'does not') return [];
  const [attempt, ...others] = wait.attempts;
  const address = addresses.join(' and ');
  return [
    {
      kind: attempt === undefined ? 'no-wait' : attempt.mayWork === true ? 'wait-may-fail' : 'not-a-wait',
      status: attempt?.mayWork === true ? 'warn' : 'fail',
      title:
        attempt === undefined
          ? `${name} does not wait for the Tailscale address ${address}`
          : `${name} does not really wait for the Tailscale address ${address}`,
      summary:
        'At a boot where Tailscale is slower, it cannot bind: systemd tries five times within seconds, and then never again.',
      subject: unit,
      evidence: [
        ...[attempt, ...others].flatMap((each) =>
          each === undefined ? [] : [stands(each.at, each.observed, each.expected)],
        ),
        ...listeners.flatMap(({ at, optionAt, option, written }) => [
          stands(
            at,
            `${name} listens on ${written}, an address of the tailnet`,
            attempt === undefined ? `a wait for it before ${unit} starts` : undefined,
          ),
          // Also whoever waives it above the option, and not beside the line of the address, is understood.
          ...(optionAt === undefined || optionAt.line === at?.line
            ? []
            : [stands(optionAt, `the option ${option} begins here`)]),
        ]),
      ],
      explainedBy: [{ check: 'tailscale-up' }],
      remedy: remedyOf(binding),
    },
  ];
}
