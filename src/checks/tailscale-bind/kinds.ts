import type { Remedy, Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { byHand } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { placeIn, rebuild } from '../shared/steps.ts';

export const notListening = defineKind<{
  readonly container: string;
  readonly address: string;
  readonly port: number;
  readonly restart: readonly Step[];
}>({
  id: 'not-listening',
  name: 'Nothing listens on a port that a container publishes',
  meaning: 'The container is running, but its port is not open.',
  status: 'fail',
  title: ({ container, address, port }) =>
    `${container} publishes ${address}:${port}, but nothing listens there`,
  remedy: ({ restart }) => ({ lasting: [...restart] }),
});

interface Bound {
  readonly container: string;
  readonly address: string;
  readonly port: string | undefined;
  readonly remedy: Partial<Remedy>;
}

const couldNotBind = ({ container, address, port }: Bound) =>
  `${container} could not bind to ${address}:${port} and is down`;

export const addressThereNow = defineKind<Bound>({
  id: 'address-there-now',
  name: 'A container could not bind to its Tailscale address, which exists now',
  meaning: 'The address did not exist when the container started. It exists now: a restart fixes it.',
  status: 'fail',
  title: couldNotBind,
  remedy: ({ remedy }) => remedy,
});

export const triesAgain = defineKind<Bound>({
  id: 'tries-again',
  name: 'A container could not bind to its Tailscale address, and retries',
  meaning:
    'The address did not exist when the container started. It exists now, and systemd will start it within seconds.',
  status: 'warn',
  title: couldNotBind,
  remedy: ({ remedy }) => remedy,
});

export const portTaken = defineKind<Bound>({
  id: 'port-taken',
  name: 'A container could not bind to its Tailscale address, and another program uses its port by now',
  meaning:
    'The address did not exist when the container started. A restart alone does not help: the port is in use.',
  status: 'fail',
  title: couldNotBind,
  remedy: ({ remedy }) => remedy,
});

export const addressMissing = defineKind<Bound>({
  id: 'address-missing',
  name: 'The Tailscale address that a container binds to does not exist',
  meaning: 'The address still does not exist on this machine.',
  status: 'fail',
  title: couldNotBind,
  remedy: ({ remedy }) => remedy,
});

interface Declared {
  readonly name: string;
  readonly address: string;
}

export const startsTooEarly = defineKind<Declared & { readonly remedy: Partial<Remedy> }>({
  id: 'starts-too-early',
  name: 'A unit binds to a Tailscale address and may start before it exists',
  meaning: 'It then fails five times within seconds, and stays down until somebody starts it.',
  status: 'fail',
  title: ({ name, address }) => `${name} cannot bind to ${address} if it starts before Tailscale has it`,
  remedy: ({ remedy }) => remedy,
});

export const cannotBind = defineKind<
  Declared & {
    readonly why: string;
    readonly fix: string;
    readonly folder: string;
    readonly at: SourceLocation | undefined;
  }
>({
  id: 'cannot-bind',
  name: 'A unit binds to an address that no interface of the machine ever has',
  meaning: 'Waiting does not help: the unit is down after every boot.',
  status: 'fail',
  title: ({ name, address }) => `${name} can never bind to ${address}`,
  summary: ({ why }) => `Waiting does not help: ${why}.`,
  remedy: ({ fix, folder, at }) => ({
    lasting: [
      byHand(`${fix}, or listen on 127.0.0.1 with a reverse proxy in front.`, placeIn(folder, at)),
      rebuild(),
    ],
  }),
});
