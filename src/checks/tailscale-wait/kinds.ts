import type { Remedy } from '../../model/remedy.ts';
import { defineKind } from '../define.ts';

/** A unit that binds to its Tailscale address, and what helps it: the same as tailscale-bind tells. */
interface Binding {
  readonly name: string;
  readonly address: string;
  readonly remedy: Partial<Remedy>;
}

export const startedTooEarly = defineKind<Binding>({
  id: 'started-too-early',
  name: 'A container started before its Tailscale address existed',
  meaning: 'It started before the address was there, failed to bind, and gave up.',
  status: 'fail',
  title: ({ name, address }) => `${name} does not wait for the Tailscale address ${address}`,
  remedy: ({ remedy }) => remedy,
});

export const noWait = defineKind<Binding>({
  id: 'no-wait',
  name: 'A container does not wait for its Tailscale address',
  meaning: 'At a boot where Tailscale is slower than the container, it cannot bind and gives up.',
  status: 'warn',
  title: ({ name, address }) => `${name} does not wait for the Tailscale address ${address}`,
  remedy: ({ remedy }) => remedy,
});

const AT_SUCH_A_BOOT =
  'At a boot where Tailscale is slower, it cannot bind: systemd tries five times within seconds, and then never again.';

export const noDeclaredWait = defineKind<Binding>({
  id: 'no-declared-wait',
  name: 'Nothing in the configuration lets a unit wait for its Tailscale address',
  meaning: AT_SUCH_A_BOOT,
  status: 'fail',
  title: ({ name, address }) => `${name} does not wait for the Tailscale address ${address}`,
  remedy: ({ remedy }) => remedy,
});

export const notAWait = defineKind<Binding>({
  id: 'not-a-wait',
  name: 'What looks like a wait for the Tailscale address is none',
  meaning: AT_SUCH_A_BOOT,
  status: 'fail',
  title: ({ name, address }) => `${name} does not really wait for the Tailscale address ${address}`,
  remedy: ({ remedy }) => remedy,
});

export const waitMayFail = defineKind<Binding>({
  id: 'wait-may-fail',
  name: 'A wait for the Tailscale address may not do what it says',
  meaning: AT_SUCH_A_BOOT,
  status: 'warn',
  title: ({ name, address }) => `${name} does not really wait for the Tailscale address ${address}`,
  remedy: ({ remedy }) => remedy,
});
