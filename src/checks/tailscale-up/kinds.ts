import type { Tailscale } from '../../facts/host/tailscale.ts';
import type { Step } from '../../model/remedy.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { rebuild } from '../shared/steps.ts';

const UNREACHABLE =
  'This machine cannot be reached over the tailnet, and services that bind to its address cannot start.';

const RESTART_DAEMON = run(['systemctl', 'restart', '--', 'tailscaled.service'], {
  root: true,
  risk: 'restart',
  why: 'Restart the daemon.',
});

const READ_LOG = run(['journalctl', '--unit=tailscaled.service', '--lines=50'], {
  root: true,
  why: 'Read the log of the daemon.',
});

const CONNECT = run(['tailscale', 'up'], {
  root: true,
  risk: 'interactive',
  why: 'Connect it. If it asks for a login, open the link that it prints.',
});

/** What the end of a disconnection is followed by. */
export interface CutOff {
  /** Restarts the units that gave up waiting for the address. */
  readonly restart: readonly Step[];
}

const INSTALL: readonly Step[] = [
  edit({
    option: optionPath('services', 'tailscale', 'enable'),
    after: 'true',
    why: 'Enable Tailscale: the running system has no unit for it, or its last rebuild failed.',
  }),
  rebuild(),
];

export const notInstalled = defineKind<CutOff>({
  id: 'not-installed',
  name: 'Tailscale is not installed, but containers bind to its address',
  meaning: UNREACHABLE,
  status: 'fail',
  title: () => 'Tailscale is not installed, but containers bind to its address',
  remedy: ({ restart }) => ({ lasting: [...INSTALL, ...restart] }),
});

/** A state in which Tailscale has no connection, each with what connects it. */
function disconnected(id: string, because: string, steps: (tailscale: Tailscale) => readonly Step[]) {
  return defineKind<Tailscale & CutOff>({
    id,
    name: `Tailscale is not connected: ${because}`,
    meaning: UNREACHABLE,
    status: 'fail',
    title: () => `Tailscale is not connected: ${because}`,
    remedy: (tailscale) => ({ lasting: [...steps(tailscale), ...tailscale.restart] }),
  });
}

export const daemonDown = disconnected('daemon-down', 'tailscaled is not running', ({ daemon }) => {
  if (daemon?.loadState === 'not-found') return INSTALL;
  if (daemon?.loadState === 'masked')
    return [
      run(['systemctl', 'unmask', '--', 'tailscaled.service'], { root: true, why: 'Unmask its unit.' }),
      RESTART_DAEMON,
    ];
  return [RESTART_DAEMON, READ_LOG];
});

export const loggedOut = disconnected('logged-out', 'it is logged out', () => [CONNECT]);

export const needsApproval = disconnected('needs-approval', 'an admin must approve this machine', () => [
  byHand('Approve this machine in the admin console: https://login.tailscale.com/admin/machines'),
]);

export const stopped = disconnected('stopped', 'it was stopped', () => [CONNECT]);

export const starting = disconnected('starting', 'it is still starting', () => [READ_LOG, RESTART_DAEMON]);

export const notBegun = disconnected('not-begun', 'it has not started to connect', () => [
  READ_LOG,
  RESTART_DAEMON,
]);

export const otherUser = disconnected('other-user', 'another user of this machine is using it', () => [
  READ_LOG,
  RESTART_DAEMON,
]);

export const notConnected = defineKind<Tailscale & CutOff>({
  id: 'not-connected',
  name: 'Tailscale is in an unexpected state',
  meaning: UNREACHABLE,
  status: 'fail',
  title: ({ state }) => `Tailscale is not connected: ${state}`,
  remedy: ({ restart }) => ({ lasting: [CONNECT, ...restart] }),
});

export const userspace = defineKind<CutOff>({
  id: 'userspace',
  name: 'Tailscale runs without a network interface',
  meaning: UNREACHABLE,
  status: 'fail',
  title: () => 'Tailscale runs without a network interface',
  remedy: ({ restart }) => ({
    lasting: [
      edit({
        option: optionPath('services', 'tailscale', 'interfaceName'),
        before: nixString('userspace-networking'),
        after: nixString('tailscale0'),
        why: 'Let Tailscale create its network interface.',
      }),
      rebuild(),
      ...restart,
    ],
  }),
});

export const noAddress = defineKind<CutOff & { readonly absent: readonly string[] }>({
  id: 'no-address',
  name: 'Tailscale is connected, but its address is on no interface',
  meaning: UNREACHABLE,
  status: 'fail',
  title: ({ absent }) =>
    absent.length === 0
      ? 'Tailscale is connected but has no address'
      : `Tailscale's address ${absent.join(', ')} is on no interface`,
  remedy: ({ restart }) => ({ lasting: [RESTART_DAEMON, ...restart] }),
});

export const addressChanged = defineKind<{ readonly own: readonly string[]; readonly expected: string }>({
  id: 'address-changed',
  name: 'Tailscale has another address than the settings say',
  meaning: 'Clients and services that use the address in the settings cannot reach this machine.',
  status: 'fail',
  title: ({ own, expected }) =>
    `Tailscale's address is ${own.join(', ')}, not ${expected} as the settings say`,
  remedy: ({ own, expected }) => ({
    lasting: [
      byHand(
        `Give this machine its old address again in the admin console; or replace ${expected} with ${own[0]} everywhere, and rebuild.`,
      ),
    ],
  }),
});

export const foreignAddress = defineKind<{
  readonly unit: string;
  readonly address: string;
  readonly own: readonly string[];
}>({
  id: 'foreign-address',
  name: 'A unit binds to a Tailscale address that this machine does not have',
  meaning: 'The address in the configuration is old, or belongs to another machine.',
  status: 'fail',
  title: ({ unit, address }) => `${unit} binds to ${address}, which this machine does not have`,
  remedy: ({ address, own }) => ({
    lasting: [byHand(`Replace ${address} with ${own[0]} in the configuration.`), rebuild()],
  }),
});

const NO_EXPIRY = 'Turn off key expiry for this machine in the admin console';

const FORCE_LOGIN = {
  root: true,
  risk: 'interactive',
  why: 'Log in to Tailscale again, at the machine itself or over another network: connections over Tailscale are dropped.',
} as const;

interface Expiry extends CutOff {
  /** `2026-03-17`, where it is known. */
  readonly day: string | undefined;
  readonly isConnected: boolean;
}

export const keyExpired = defineKind<Expiry>({
  id: 'key-expired',
  name: 'The Tailscale key of the machine has expired',
  meaning: 'The machine stays out of the tailnet until somebody logs in again.',
  status: 'warn',
  title: ({ day, isConnected }) =>
    isConnected
      ? `The Tailscale key of this machine ${day === undefined ? 'has expired' : `expired on ${day}`}`
      : `Tailscale is not connected: its key ${day === undefined ? 'has expired' : `expired on ${day}`}`,
  summary: ({ isConnected }) =>
    isConnected
      ? 'Tailscale still reports that it is connected. It will leave the tailnet until somebody logs in again.'
      : UNREACHABLE,
  remedy: ({ restart }) => ({
    lasting: [
      run(['tailscale', 'up', '--force-reauth'], FORCE_LOGIN),
      byHand(`${NO_EXPIRY}, so that it does not happen again.`),
      ...restart,
    ],
  }),
});

export const keyExpires = defineKind<{ readonly day: string | undefined }>({
  id: 'key-expires',
  name: 'The Tailscale key of the machine expires within a week',
  meaning: 'When it has expired, the machine leaves the tailnet until somebody logs in again.',
  status: 'warn',
  title: ({ day }) => `The Tailscale key of this machine expires on ${day}`,
  remedy: () => ({
    lasting: [
      byHand(`${NO_EXPIRY}: that is enough, as long as the key has not expired.`),
      run(['tailscale', 'up', '--force-reauth'], {
        ...FORCE_LOGIN,
        why: `Otherwise ${FORCE_LOGIN.why.replace('Log', 'log')}`,
      }),
    ],
  }),
});

export const offline = defineKind({
  id: 'offline',
  name: 'Tailscale is running, but has no connection to its coordination server',
  meaning:
    'Machines that are connected already may still reach it. New ones cannot, and changes of the tailnet do not arrive.',
  status: 'warn',
  title: () => 'Tailscale runs but has lost its coordination server (Online: false)',
  remedy: () => ({ lasting: [run(['tailscale', 'netcheck'], { why: 'Show what it can reach.' }), READ_LOG] }),
});

export const funnel = defineKind<{
  readonly port: number;
  readonly targets: readonly string[];
  /** The containers whose ports these are. */
  readonly containers: readonly string[];
}>({
  id: 'funnel',
  name: 'Funnel exposes a service to the internet',
  meaning:
    'Anybody on the internet can reach it, without Tailscale. If that is intended, add a waiver for tailscale-up/funnel to your settings.',
  status: 'warn',
  title: ({ port, targets, containers }) =>
    `Funnel exposes ${containers.length === 0 ? targets.join(', ') : containers.join(', ')} to the internet (port ${port})`,
  remedy: () => ({
    lasting: [
      run(['tailscale', 'serve', 'status'], {
        why: 'Show what is served, and whether to the tailnet or to the internet.',
      }),
      byHand(
        'To offer it to the tailnet only, serve the same target again with `sudo tailscale serve --bg`: this turns off Funnel for its port.',
      ),
    ],
  }),
});

export const complains = defineKind<{ readonly said: string }>({
  id: 'complains',
  name: 'Tailscale is running, but reports a connection problem',
  meaning: "This is Tailscale's own report about its connection.",
  status: 'warn',
  title: ({ said }) => `Tailscale is running, but reports: ${said}`,
  remedy: () => ({ lasting: [run(['tailscale', 'netcheck'], { why: 'Show what it can reach.' }), READ_LOG] }),
});
