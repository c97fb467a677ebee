import { DAEMON_DOWN, type Tailscale } from '../../facts/host/tailscale.ts';
import type { Step } from '../../model/remedy.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../remedy/steps.ts';
import { defineCheck, type FindingDraft, type Verdict } from '../define.ts';
import { missing } from '../shared/missing.ts';
import { rebuild } from '../shared/steps.ts';
import { isTailnetAddress, tailnetAddresses } from '../shared/tailnet.ts';

const SOON_MS = 7 * 86_400_000;
const BOOT_MS = 120_000;

export const tailscaleUp = defineCheck({
  id: 'tailscale-up',
  title: 'Tailscale is connected and has its address',
  why: 'The server is reached only through Tailscale, and services bind to its address.',
  tags: ['tailscale', 'network'],
  host: {
    needs: ['addresses', 'system'],
    wants: ['tailscale', 'unitCommands'],
    evaluate({ tailscale, addresses, system, unitCommands }, { now, blind, names }) {
      const binding = (unitCommands ?? []).flatMap((commands) =>
        tailnetAddresses(commands).map((address) => ({ unit: commands.unit, address })),
      );
      if (tailscale === undefined) {
        const absent = missing(blind, 'tailscale')[0];
        if (absent === undefined) return { findings: [], lookedAt: {} };
        if (binding.length === 0) return { skip: absent };
        return single(
          'not-installed',
          'Tailscale is not installed, and containers bind to its address',
          {
            source: 'tailscale status --json',
            observed: 'no program tailscale',
            expected: `the address ${binding[0]?.address} for ${binding.map(({ unit }) => unit).join(', ')}`,
          },
          INSTALL,
        );
      }
      const justBooted = system.bootedAt !== undefined && now - system.bootedAt < BOOT_MS;
      if (tailscale.state !== 'Running') {
        if (justBooted && ['Starting', 'NoState', DAEMON_DOWN].includes(tailscale.state))
          return {
            findings: [],
            lookedAt: {},
            unseen: ['Tailscale is still starting; check again in a minute'],
          };
        const health = tailscale.health.length === 0 ? '' : `, it says: ${tailscale.health.join(' ')}`;
        return single(
          STATE_KINDS[tailscale.state] ?? 'not-connected',
          `Tailscale is not connected: ${STATES[tailscale.state] ?? tailscale.state}`,
          {
            source: 'tailscale status --json',
            observed: `state ${tailscale.state}${health}`,
            expected: 'state Running',
          },
          stepsOf(tailscale),
        );
      }
      if (tailscale.userspace) {
        return single(
          'userspace',
          'Tailscale runs without a network interface',
          { source: 'tailscale status --json', observed: 'TUN: false', expected: 'TUN: true' },
          [
            edit({
              option: optionPath('services', 'tailscale', 'interfaceName'),
              before: nixString('userspace-networking'),
              after: nixString('tailscale0'),
              why: 'Let Tailscale make its network interface.',
            }),
            rebuild(),
          ],
        );
      }
      const own = tailscale.addresses.filter(isTailnetAddress);
      const isHere = (address: string) => addresses.assigned.some((assigned) => assigned.address === address);
      // Without IPv6 on the machine there is no such address on the interface either: only the others must be there.
      const required = own.some((address) => !address.includes(':'))
        ? own.filter((address) => !address.includes(':'))
        : own;
      const absent = required.filter((address) => !isHere(address));
      if (absent.length > 0 || own.length === 0) {
        if (justBooted)
          return {
            findings: [],
            lookedAt: {},
            unseen: ['Tailscale has no address on its interface yet; check again in a minute'],
          };
        return single(
          'no-address',
          own.length === 0
            ? 'Tailscale is connected and has no address'
            : `Tailscale's address ${absent.join(', ')} is on no interface`,
          {
            source: 'ip address',
            observed: `no interface has ${absent.join(', ') || 'an address of the tailnet'}`,
            expected: 'an address on tailscale0',
          },
          [RESTART_DAEMON],
        );
      }
      return {
        lookedAt: { tailnetAddresses: own.length },
        findings: [
          ...changedAddress(own, names.tailscaleAddress),
          ...foreignAddresses(binding, own, isHere),
          ...keyExpiry(tailscale, now),
          ...complaints(tailscale),
        ],
      };
    },
  },
});

const STATES: Readonly<Record<string, string>> = {
  NeedsLogin: 'it is logged out',
  NeedsMachineAuth: 'an admin has to approve this machine',
  InUseOtherUser: 'another user of this machine uses it',
  Stopped: 'it was stopped',
  Starting: 'it is starting, and has no connection',
  NoState: 'it has not begun to connect',
};

const STATE_KINDS: Readonly<Record<string, string>> = {
  [DAEMON_DOWN]: 'daemon-down',
  NeedsLogin: 'logged-out',
  NeedsMachineAuth: 'needs-approval',
  Stopped: 'stopped',
  Starting: 'starting',
  NoState: 'starting',
};

const INSTALL: readonly Step[] = [
  edit({
    option: optionPath('services', 'tailscale', 'enable'),
    after: 'true',
    why: 'Enable Tailscale: the running system has no unit for it, or its last rebuild failed.',
  }),
  rebuild(),
];

const RESTART_DAEMON = run(['systemctl', 'restart', '--', 'tailscaled.service'], {
  root: true,
  risk: 'restart',
  why: 'Restart the daemon.',
});

const READ_LOG = run(['journalctl', '--unit=tailscaled.service', '--lines=50'], {
  root: true,
  why: 'Read what the daemon says.',
});

function stepsOf({ state, daemon }: Tailscale): readonly Step[] {
  switch (state) {
    case DAEMON_DOWN:
      if (daemon?.loadState === 'not-found') return INSTALL;
      if (daemon?.loadState === 'masked')
        return [
          run(['systemctl', 'unmask', '--', 'tailscaled.service'], { root: true, why: 'Unmask its unit.' }),
          RESTART_DAEMON,
        ];
      return [RESTART_DAEMON, READ_LOG];
    case 'NeedsMachineAuth':
      return [
        byHand('Approve this machine in the admin console: https://login.tailscale.com/admin/machines'),
      ];
    case 'Starting':
    case 'NoState':
    case 'InUseOtherUser':
      return [READ_LOG, RESTART_DAEMON];
    default:
      return [
        run(['tailscale', 'up'], {
          root: true,
          risk: 'interactive',
          why: 'Connect it. If it asks for a login, open the link that it prints.',
        }),
      ];
  }
}

function changedAddress(own: readonly string[], expected: string | undefined): FindingDraft[] {
  if (expected === undefined || own.includes(expected)) return [];
  return [
    {
      kind: 'address-changed',
      status: 'fail',
      title: `Tailscale's address is ${own.join(', ')}, and not ${expected} as the settings say`,
      summary: 'Clients and services that were told the address of the settings do not reach this machine.',
      subject: 'tailscale-address',
      evidence: [{ source: 'tailscale status --json', observed: own.join(', '), expected }],
      remedy: {
        lasting: [
          byHand(
            `Give this machine its old address again in the admin console; or write ${own[0]} wherever ${expected} is written, and rebuild.`,
          ),
        ],
      },
    },
  ];
}

function single(
  kind: string,
  title: string,
  evidence: FindingDraft['evidence'][number],
  steps: readonly Step[],
): Verdict {
  return {
    lookedAt: {},
    findings: [
      {
        kind,
        status: 'fail',
        title,
        summary: 'Nothing reaches this machine over the tailnet, and what binds to its address cannot start.',
        subject: 'tailscale',
        evidence: [evidence],
        affects: { what: 'tailnet', state: 'down', cause: title.replace(/^Tailscale(?:'s)? /, '') },
        remedy: { lasting: [...steps] },
      },
    ],
  };
}

function foreignAddresses(
  binding: readonly { readonly unit: string; readonly address: string }[],
  own: readonly string[],
  isHere: (address: string) => boolean,
): FindingDraft[] {
  return binding
    .filter(({ address }) => !own.includes(address) && !isHere(address))
    .map(({ unit, address }) => ({
      kind: 'foreign-address',
      status: 'fail',
      title: `${unit} binds to ${address}, which is not this machine's Tailscale address`,
      summary: 'The address in the configuration is old, or of another machine.',
      subject: unit,
      evidence: [{ source: 'tailscale status --json', observed: own.join(', '), expected: address }],
      remedy: {
        lasting: [byHand(`Write ${own[0]} in place of ${address} in the configuration.`), rebuild()],
      },
    }));
}

function keyExpiry({ keyExpiresAt }: Tailscale, now: number): FindingDraft[] {
  if (keyExpiresAt === undefined || keyExpiresAt - now >= SOON_MS) return [];
  const day = new Date(keyExpiresAt).toISOString();
  return [
    {
      kind: keyExpiresAt < now ? 'key-expired' : 'key-expires',
      status: 'warn',
      title: `The Tailscale key of this machine ${keyExpiresAt < now ? 'expired' : 'expires'} on ${day.slice(0, 10)}`,
      summary: 'After that the machine leaves the tailnet until somebody logs in again.',
      subject: 'tailscale-key',
      evidence: [{ source: 'tailscale status --json', observed: `KeyExpiry ${day}` }],
      remedy: {
        lasting: [
          byHand(
            'Turn key expiry off for this machine in the admin console, or log in again: not over Tailscale itself, whose connections end with it.',
          ),
          run(['tailscale', 'up', '--force-reauth'], {
            root: true,
            risk: 'interactive',
            why: 'Log in again, from the machine itself or over another network.',
          }),
        ],
      },
    },
  ];
}

function complaints({ health }: Tailscale): FindingDraft[] {
  // Tailscale finds fault with how other machines are set up, too: these are about its own connection.
  const serious = health.filter((text) =>
    /not connected|connectivity|offline|unable to|could not|can't reach|failed to|hasn't received|no upstream/i.test(
      text,
    ),
  );
  if (serious.length === 0) return [];
  return [
    {
      kind: 'complains',
      status: 'warn',
      title: `Tailscale is connected and complains: ${serious[0]}`,
      summary: 'It is its own judgement of its connection.',
      subject: 'tailscale-health',
      evidence: serious.map((observed) => ({ source: 'tailscale status --json', observed })),
      remedy: {
        lasting: [run(['tailscale', 'netcheck'], { why: 'See what it can reach.' }), READ_LOG],
      },
    },
  ];
}
