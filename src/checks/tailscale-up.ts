import { defineCheck } from './define.ts';
import { isTailnetAddress, tailnetAddresses } from './shared/tailnet.ts';

const SOON_MS = 7 * 86_400_000;
const BOOT_MS = 120_000;

export const tailscaleUp = defineCheck({
  id: 'tailscale-up',
  title: 'Tailscale is connected and has its address',
  why: 'The server is reached only through Tailscale, and services bind to its address.',
  tags: ['tailscale', 'network'],
  needs: ['tailscale', 'addresses', 'system'],
  wants: ['unitCommands'],
  evaluate({ tailscale, addresses, system, unitCommands }, { now, names }) {
    const fix = (summary: string, ...commands: string[]) => ({
      summary,
      commands,
      docs: 'docs/checks.md#tailscale-up',
    });
    const own = tailscale.addresses.filter(isTailnetAddress);
    const finding = (title: string, observed: string, expected: string, mend: ReturnType<typeof fix>) => ({
      status: 'fail' as const,
      title,
      summary: 'Nothing reaches this machine over the tailnet, and what binds to its address cannot start.',
      subject: 'tailscale',
      evidence: [{ source: 'tailscale status --json', observed, expected }],
      fix: mend,
    });
    if (tailscale.state !== 'Running') {
      if (tailscale.state === 'Starting' && now - (system.bootedAt ?? 0) < BOOT_MS) {
        return { findings: [], unseen: ['Tailscale is still starting; look again in a minute'] };
      }
      const mend =
        tailscale.state === 'tailscaled does not run'
          ? fix('Start the daemon.', 'sudo systemctl start tailscaled.service')
          : fix('Connect it; where it asks for a login, open the link that it prints.', 'sudo tailscale up');
      return {
        findings: [
          finding(
            `Tailscale is not connected: ${tailscale.state}`,
            `state ${tailscale.state}`,
            'state Running',
            mend,
          ),
        ],
      };
    }
    if (tailscale.userspace) {
      return {
        findings: [
          finding(
            'Tailscale runs without a network interface',
            'TUN: false',
            'TUN: true',
            fix(
              'Turn userspace networking off (services.tailscale.interfaceName), then rebuild.',
              'sudo nixos-rebuild switch',
            ),
          ),
        ],
      };
    }
    const absent = own.filter(
      (address) => !addresses.assigned.some((assigned) => assigned.address === address),
    );
    if (absent.length > 0 || own.length === 0) {
      return {
        findings: [
          finding(
            `Tailscale's address ${absent.join(', ')} is on no interface`,
            `no interface has ${absent.join(', ') || 'an address of the tailnet'}`,
            'an address on tailscale0',
            fix('Restart the daemon.', 'sudo systemctl restart tailscaled.service'),
          ),
        ],
      };
    }
    const expected = names.tailscaleAddress;
    const changed = expected === undefined || own.includes(expected) ? [] : [expected];
    const foreign = (unitCommands ?? []).flatMap((commands) =>
      tailnetAddresses(commands)
        .filter((address) => !own.includes(address))
        .map((address) => ({ unit: commands.unit, address })),
    );
    return {
      findings: [
        ...changed.map((address) => ({
          status: 'fail' as const,
          title: `Tailscale's address is ${own.join(', ')}, and not ${address} as the settings say`,
          summary:
            'Clients and services that were told the address of the settings do not reach this machine.',
          subject: 'tailscale-address',
          evidence: [{ source: 'tailscale status --json', observed: own.join(', '), expected: address }],
          fix: fix(
            `Give this machine its old address again in the admin console, or write ${own[0]} wherever ${address} is written, then rebuild.`,
            'sudo nixos-rebuild switch',
          ),
        })),
        ...foreign.map(({ unit, address }) => ({
          status: 'fail' as const,
          title: `${unit} binds to ${address}, which is not this machine's Tailscale address`,
          summary: 'The address in the configuration is old, or of another machine.',
          subject: unit,
          evidence: [{ source: 'tailscale status --json', observed: own.join(', '), expected: address }],
          fix: fix(
            `Write ${own[0]} in the configuration (constants.nix), then rebuild.`,
            'sudo nixos-rebuild switch',
          ),
        })),
        ...(tailscale.keyExpiresAt !== undefined && tailscale.keyExpiresAt - now < SOON_MS
          ? [
              {
                status: 'warn' as const,
                title: `The Tailscale key of this machine expires on ${new Date(tailscale.keyExpiresAt).toISOString().slice(0, 10)}`,
                summary: 'After that the machine leaves the tailnet until somebody logs in again.',
                subject: 'tailscale-key',
                evidence: [
                  {
                    source: 'tailscale status --json',
                    observed: `KeyExpiry ${new Date(tailscale.keyExpiresAt).toISOString()}`,
                  },
                ],
                fix: fix(
                  'Renew it, or turn key expiry off for this machine in the admin console.',
                  'sudo tailscale up --force-reauth',
                ),
              },
            ]
          : []),
      ],
    };
  },
});
