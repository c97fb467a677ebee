import type { Kind } from '../../model/check.ts';
import type { Remedy } from '../../model/remedy.ts';
import { defineKind, type FindingDraft, type TellingKind } from '../define.ts';

/** A unit that binds to its Tailscale address, and what helps it: the same as tailscale-bind tells. */
interface Binding {
  readonly name: string;
  readonly address: string;
  readonly remedy: Partial<Remedy>;
}

function binding(
  { id, status, name, meaning }: Kind & Pick<FindingDraft, 'status'>,
  does: string,
): TellingKind<Binding> {
  return defineKind<Binding>({
    id,
    name,
    meaning,
    status,
    title: ({ name: unit, address }) => `${unit} ${does} for the Tailscale address ${address}`,
    remedy: ({ remedy }) => remedy,
  });
}

const DOES_NOT_WAIT = 'does not wait';
const DOES_NOT_CORRECTLY_WAIT = 'does not correctly wait';

export const startedTooEarly = binding(
  {
    id: 'started-too-early',
    status: 'fail',
    name: 'A container started before its Tailscale address existed',
    meaning: 'It started before the address existed, could not bind, and gave up.',
  },
  DOES_NOT_WAIT,
);

export const noWait = binding(
  {
    id: 'no-wait',
    status: 'warn',
    name: 'A container does not wait for its Tailscale address',
    meaning: 'If Tailscale is slower than the container at boot, the container cannot bind and gives up.',
  },
  DOES_NOT_WAIT,
);

const AT_SUCH_A_BOOT =
  'If Tailscale is slower at boot, the unit cannot bind: systemd tries five times within seconds, and then gives up.';

export const noDeclaredWait = binding(
  {
    id: 'no-declared-wait',
    status: 'fail',
    name: 'A unit does not wait for its Tailscale address',
    meaning: AT_SUCH_A_BOOT,
  },
  DOES_NOT_WAIT,
);

export const notAWait = binding(
  {
    id: 'not-a-wait',
    status: 'fail',
    name: 'What looks like a wait for the Tailscale address is not a wait',
    meaning: AT_SUCH_A_BOOT,
  },
  DOES_NOT_CORRECTLY_WAIT,
);

export const waitMayFail = binding(
  {
    id: 'wait-may-fail',
    status: 'warn',
    name: 'A wait for the Tailscale address may not work as intended',
    meaning: AT_SUCH_A_BOOT,
  },
  DOES_NOT_CORRECTLY_WAIT,
);
