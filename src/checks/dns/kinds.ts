import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../remedy/steps.ts';
import { unitName } from '../../remedy/words.ts';
import { defineKind } from '../define.ts';
import { rebuild, restart } from '../shared/steps.ts';

const NO_NAMES =
  'Images cannot be pulled, certificates cannot be renewed, and programs here cannot find other servers by name.';

const RESTART_TAILSCALE = run(['systemctl', 'restart', '--', 'tailscaled.service'], {
  root: true,
  risk: 'restart',
  why: "Restart Tailscale's daemon: it reads the name servers of the host when it starts. Connections over Tailscale are dropped.",
});

const SHOW_SERVERS = run(['cat', '/etc/resolv.conf'], { why: 'Show which name servers the host asks.' });

/** With it each program tells its name servers to systemd-resolved, and none writes over those of another. */
const USE_RESOLVED: readonly Step[] = [
  edit({
    option: optionPath('services', 'resolved', 'enable'),
    after: 'true',
    why: 'Let systemd-resolved keep the name servers of Tailscale beside those of your network.',
  }),
  rebuild(),
];

export const noUpstream = defineKind<{ readonly asks: string }>({
  id: 'no-upstream',
  name: 'Tailscale is the only name server, and has no upstream name server',
  meaning: NO_NAMES,
  status: 'fail',
  title: ({ asks }) => `No names resolve: ${asks} uses only Tailscale, which has no upstream`,
  remedy: () => ({
    lasting: [
      byHand(
        'Add global name servers in the admin console of Tailscale, and let them override local DNS (Override DNS servers): https://login.tailscale.com/admin/dns',
      ),
      RESTART_TAILSCALE,
      ...USE_RESOLVED,
    ],
  }),
});

export const overwritten = defineKind<{ readonly writer: string | undefined; readonly works: boolean }>({
  id: 'overwritten',
  name: 'Tailscale and another program both write /etc/resolv.conf',
  meaning:
    'Each overwrites what the other wrote. Until the next restart, names of the tailnet or all names may fail to resolve.',
  status: 'warn',
  title: ({ writer = 'another program', works }) =>
    works
      ? `Tailscale and ${writer} both write /etc/resolv.conf`
      : `No names resolve: ${writer} overwrote Tailscale's /etc/resolv.conf`,
  remedy: () => ({ lasting: [...USE_RESOLVED, RESTART_TAILSCALE] }),
});

export const noNameServer = defineKind<{ readonly what: string }>({
  id: 'no-name-server',
  name: 'The host has no name server',
  meaning: NO_NAMES,
  status: 'fail',
  title: ({ what }) => `No names resolve: ${what}`,
  remedy: () => ({
    lasting: [
      SHOW_SERVERS,
      edit({
        option: optionPath('networking', 'nameservers'),
        after: `[ ${nixString('9.9.9.9')} ]`,
        why: 'Set a name server if DHCP gives none: this one is public (Quad9); the address of your router may work, too.',
      }),
      rebuild(),
    ],
  }),
});

export const resolverDown = defineKind<{
  readonly servers: readonly string[];
  /** Its daemon, where it is one that the system has. */
  readonly daemon: string | undefined;
}>({
  id: 'resolver-down',
  name: 'The name server that runs on the host itself is down',
  meaning: NO_NAMES,
  status: 'fail',
  title: ({ servers, daemon }) =>
    `No names resolve: ${daemon ?? `nothing listens on ${servers.join(', ')}`}${daemon === undefined ? '' : ' is not running'}`,
  remedy: ({ daemon, servers }) => ({
    lasting:
      daemon === undefined
        ? [
            byHand(
              `Start the program that should answer on ${servers.join(', ')} port 53, or remove that address where the name servers are configured (networking.nameservers on NixOS).`,
            ),
          ]
        : [
            run(['systemctl', 'restart', '--', unitName(daemon)], {
              root: true,
              risk: 'restart',
              why: 'Restart the name server.',
            }),
            run(['systemctl', 'status', '--no-pager', '--', unitName(daemon)], {
              root: true,
              why: 'If it stops again, read why.',
            }),
          ],
  }),
});

export const noAnswer = defineKind<{
  /** All that was asked for. */
  readonly names: readonly string[];
  readonly because: string;
  readonly isOnline: boolean;
}>({
  id: 'no-answer',
  name: 'The host cannot resolve names',
  meaning: NO_NAMES,
  status: 'fail',
  title: ({ names, because }) =>
    `${names.length === 1 ? `${names[0]} does not resolve` : 'No names resolve'}: ${because}`,
  summary: ({ isOnline }) =>
    isOnline ? NO_NAMES : `${NO_NAMES} The connection to the internet may be down as well.`,
  remedy: () => ({
    lasting: [
      SHOW_SERVERS,
      byHand(
        'Check the name server that is shown there (often the router), or configure another one (networking.nameservers on NixOS).',
      ),
    ],
  }),
});

export const someNames = defineKind<{
  readonly name: string;
  readonly outcome: string;
  /** What shows that DNS as a whole works: `ghcr.io resolves`. */
  readonly but: string;
}>({
  id: 'some-names',
  name: 'The host cannot resolve one of the names that it needs',
  meaning: 'Nothing can be downloaded from there.',
  status: 'warn',
  title: ({ name, outcome, but }) => `${name} ${outcome}, but ${but}`,
  remedy: ({ name }) => ({
    lasting: [
      byHand(
        `Check whether ${name} still exists, and whether a filter in the network (Pi-hole, AdGuard) blocks it.`,
      ),
    ],
  }),
});

export const serverSilent = defineKind<{
  readonly server: string;
  readonly does: string;
  readonly position: string;
}>({
  id: 'server-silent',
  name: 'A name server of the host does not answer, while another does',
  meaning: 'Names resolve slowly, or not at all as soon as the other one is down.',
  status: 'warn',
  title: ({ server, does, position }) => `Name server ${server} ${does} (${position})`,
  remedy: () => ({
    lasting: [
      SHOW_SERVERS,
      byHand(
        'Start that name server again, or remove it where it is configured: networking.nameservers, the router (DHCP), or the admin console of Tailscale.',
      ),
    ],
  }),
});

export const containerFails = defineKind<{
  readonly container: string;
  readonly server: string;
  /** What was asked for. */
  readonly name: string;
  readonly because: string;
  /** What makes podman write its resolv.conf again. */
  readonly restart:
    | { readonly unit: string; readonly units: readonly ContainerUnit[]; readonly now: number }
    | undefined;
  readonly isPodmans: boolean;
  /** By its own options. */
  readonly isGiven: boolean;
}>({
  id: 'container-fails',
  name: 'A container cannot resolve names, although the host can',
  meaning:
    'Programs in it cannot reach servers on the internet by name. The same is true for other containers with this name server.',
  status: 'fail',
  title: ({ container, name, because }) => `${container} cannot resolve ${name}: ${because}`,
  remedy: ({ restart: again, isPodmans, isGiven, server }) => ({
    now:
      again === undefined
        ? []
        : restart([again.unit], {
            ...again,
            why: 'Restart the unit: podman then gives the container the name servers that the host has now.',
          }),
    lasting: [
      isPodmans
        ? byHand(
            `podman's own name server (${server}) asks the name servers in /etc/resolv.conf of the host: check that they answer from every network. Then restart the containers.`,
          )
        : isGiven
          ? byHand(
              `Check whether ${server} can be reached from the containers, or name another in their options (--dns).`,
            )
          : byHand(
              'Start the container only when the host has its name servers (after network-online.target), or name one in its options: --dns=ADDRESS',
            ),
    ],
  }),
});
