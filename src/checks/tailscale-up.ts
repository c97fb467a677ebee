import { DAEMON_DOWN, type Tailscale } from '../probes/tailscale.ts';
import { quote } from '../text/shell.ts';
import { defineCheck, type FindingDraft, type Verdict } from './define.ts';
import { missing } from './shared/missing.ts';
import { isTailnetAddress, tailnetAddresses } from './shared/tailnet.ts';

const SOON_MS = 7 * 86_400_000;
const BOOT_MS = 120_000;

type Mend = { readonly summary: string; readonly commands: readonly string[] };

export const tailscaleUp = defineCheck({
  id: 'tailscale-up',
  title: 'Tailscale is connected and has its address',
  why: 'The server is reached only through Tailscale, and services bind to its address.',
  tags: ['tailscale', 'network'],
  host: {
    needs: ['addresses', 'system'],
    wants: ['tailscale', 'unitCommands'],
    evaluate({ tailscale, addresses, system, unitCommands }, { now, blind, configuration, names }) {
      const binding = (unitCommands ?? []).flatMap((commands) =>
        tailnetAddresses(commands).map((address) => ({ unit: commands.unit, address })),
      );
      if (tailscale === undefined) {
        const absent = missing(blind, 'tailscale')[0];
        if (absent === undefined) return { findings: [] };
        if (binding.length === 0) return { skip: absent };
        return single(
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
          return { findings: [], unseen: ['Tailscale is still starting; look again in a minute'] };
        const health = tailscale.health.length === 0 ? '' : `, it says: ${tailscale.health.join(' ')}`;
        return single(
          `Tailscale is not connected: ${STATES[tailscale.state] ?? tailscale.state}`,
          {
            source: 'tailscale status --json',
            observed: `state ${tailscale.state}${health}`,
            expected: 'state Running',
          },
          mendOf(tailscale),
        );
      }
      if (tailscale.userspace) {
        return single(
          'Tailscale runs without a network interface',
          { source: 'tailscale status --json', observed: 'TUN: false', expected: 'TUN: true' },
          {
            summary:
              'Turn userspace networking off (services.tailscale.interfaceName is not to be "userspace-networking"), then rebuild.',
            commands: ['sudo nixos-rebuild switch'],
          },
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
            unseen: ['Tailscale has no address on its interface yet; look again in a minute'],
          };
        return single(
          own.length === 0
            ? 'Tailscale is connected and has no address'
            : `Tailscale's address ${absent.join(', ')} is on no interface`,
          {
            source: 'ip address',
            observed: `no interface has ${absent.join(', ') || 'an address of the tailnet'}`,
            expected: 'an address on tailscale0',
          },
          { summary: 'Restart the daemon.', commands: ['sudo systemctl restart tailscaled.service'] },
        );
      }
      return {
        findings: [
          ...changedAddress(own, names.tailscaleAddress),
          ...foreignAddresses(binding, own, isHere, configuration),
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

const INSTALL: Mend = {
  summary:
    'There is no unit for the daemon: services.tailscale.enable is not in the system that runs, or the last rebuild failed. Rebuild, and read what it says.',
  commands: ['sudo nixos-rebuild switch'],
};

function mendOf({ state, daemon }: Tailscale): Mend {
  switch (state) {
    case DAEMON_DOWN:
      if (daemon?.loadState === 'not-found') return INSTALL;
      if (daemon?.loadState === 'masked')
        return {
          summary: 'Its unit is masked: allow it again, and start it.',
          commands: ['sudo systemctl unmask tailscaled.service', 'sudo systemctl start tailscaled.service'],
        };
      return {
        summary: 'Start the daemon; where it ends again, its log says why.',
        commands: [
          'sudo systemctl restart tailscaled.service',
          'sudo journalctl --unit=tailscaled.service --lines=50',
        ],
      };
    case 'NeedsMachineAuth':
      return {
        summary: 'Approve it in the admin console: https://login.tailscale.com/admin/machines',
        commands: ['tailscale status'],
      };
    case 'Starting':
    case 'NoState':
    case 'InUseOtherUser':
      return {
        summary: 'See what it waits for; a restart of the daemon begins anew.',
        commands: [
          'sudo journalctl --unit=tailscaled.service --lines=50',
          'sudo systemctl restart tailscaled.service',
        ],
      };
    default:
      return {
        summary: 'Connect it; where it asks for a login, open the link that it prints.',
        commands: ['sudo tailscale up'],
      };
  }
}

function changedAddress(own: readonly string[], expected: string | undefined): FindingDraft[] {
  if (expected === undefined || own.includes(expected)) return [];
  return [
    {
      status: 'fail',
      title: `Tailscale's address is ${own.join(', ')}, and not ${expected} as the settings say`,
      summary: 'Clients and services that were told the address of the settings do not reach this machine.',
      subject: 'tailscale-address',
      evidence: [{ source: 'tailscale status --json', observed: own.join(', '), expected }],
      fix: {
        summary: `Give this machine its old address again in the admin console, or write ${own[0]} wherever ${expected} is written, then rebuild.`,
        commands: ['sudo nixos-rebuild switch'],
        docs: 'docs/checks.md#tailscale-up',
      },
    },
  ];
}

function single(title: string, evidence: FindingDraft['evidence'][number], mend: Mend): Verdict {
  return {
    findings: [
      {
        status: 'fail',
        title,
        summary: 'Nothing reaches this machine over the tailnet, and what binds to its address cannot start.',
        subject: 'tailscale',
        evidence: [evidence],
        fix: fix(mend),
      },
    ],
  };
}

function fix({ summary, commands }: Mend): NonNullable<FindingDraft['fix']> {
  return { summary, commands: [...commands], docs: 'docs/checks.md#tailscale-up' };
}

function foreignAddresses(
  binding: readonly { readonly unit: string; readonly address: string }[],
  own: readonly string[],
  isHere: (address: string) => boolean,
  configuration: string,
): FindingDraft[] {
  return binding
    .filter(({ address }) => !own.includes(address) && !isHere(address))
    .map(({ unit, address }) => ({
      status: 'fail',
      title: `${unit} binds to ${address}, which is not this machine's Tailscale address`,
      summary: 'The address in the configuration is old, or of another machine.',
      subject: unit,
      evidence: [{ source: 'tailscale status --json', observed: own.join(', '), expected: address }],
      fix: fix({
        summary: `Write ${own[0]} in its place in the configuration, then rebuild.`,
        commands: [
          `grep -rnF --include='*.nix' ${quote(address)} ${quote(configuration)}`,
          'sudo nixos-rebuild switch',
        ],
      }),
    }));
}

function keyExpiry({ keyExpiresAt }: Tailscale, now: number): FindingDraft[] {
  if (keyExpiresAt === undefined || keyExpiresAt - now >= SOON_MS) return [];
  const day = new Date(keyExpiresAt).toISOString();
  return [
    {
      status: 'warn',
      title: `The Tailscale key of this machine ${keyExpiresAt < now ? 'expired' : 'expires'} on ${day.slice(0, 10)}`,
      summary: 'After that the machine leaves the tailnet until somebody logs in again.',
      subject: 'tailscale-key',
      evidence: [{ source: 'tailscale status --json', observed: `KeyExpiry ${day}` }],
      fix: fix({
        summary:
          'Turn key expiry off for this machine in the admin console, or log in anew: not over Tailscale itself, whose connections end with it.',
        commands: ['sudo tailscale up --force-reauth'],
      }),
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
      status: 'warn',
      title: `Tailscale is connected and complains: ${serious[0]}`,
      summary: 'It is its own judgement of its connection.',
      subject: 'tailscale-health',
      evidence: serious.map((observed) => ({ source: 'tailscale status --json', observed })),
      fix: fix({
        summary: 'See what it can reach.',
        commands: ['tailscale netcheck', 'sudo journalctl --unit=tailscaled.service --lines=50'],
      }),
    },
  ];
}
