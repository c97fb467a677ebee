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
    const { started, beside } = startedBindings(listening, bindings(listening));
    if ('skip' in beside) return beside;
    return {
      ...beside,
      findings: started.flatMap((each) =>
        each.never === undefined
          ? startsTooEarly(each, () => waitRemedy(each, { listening, literals, folder }))
          : cannotBind(each, each.never, folder),
      ),
    };
  },
});

const placesOf = ({ listeners, name }: Binding, expected: string) =>
  listeners.map(({ at, written }) => evidenceAt(at, `${name} listens on ${written}`, expected));

const aboutOf = ({ name, addresses }: Binding) => ({ name, address: addresses.join(' and ') });

const otherConstants = ({ addresses }: Binding) =>
  addresses.map((subject) => ({ check: 'constants', subject }));

function startsTooEarly(binding: Binding, remedyOf: () => Partial<Remedy>): FindingDraft[] {
  const { unit, wait } = binding;
  // A wait that is nearly right is told where it stands.
  if (wait.state !== 'does not' || wait.attempts.some(({ mayWork }) => mayWork === true)) return [];
  return [
    kinds.startsTooEarly.finding(
      { ...aboutOf(binding), remedy: remedyOf() },
      {
        subject: unit,
        evidence: placesOf(binding, 'a wait for this address, or 127.0.0.1 behind a proxy'),
        explainedBy: [...otherConstants(binding), { check: 'tailscale-wait', subject: unit }],
      },
    ),
  ];
}

function cannotBind(
  binding: Binding,
  { at, why, expected, fix, isOfAddress }: NonNullable<Binding['never']>,
  folder: string,
): FindingDraft[] {
  const { unit } = binding;
  return [
    kinds.cannotBind.finding(
      { ...aboutOf(binding), why, fix, folder, at },
      {
        subject: unit,
        evidence: [evidenceAt(at, why, expected), ...placesOf(binding, '127.0.0.1')],
        explainedBy: [
          // Where Tailscale is off, no other address helps.
          ...(isOfAddress === true ? otherConstants(binding) : []),
          { check: 'tailscale-wait', subject: unit },
        ],
      },
    ),
  ];
}
