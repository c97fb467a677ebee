import type { Step } from '../../model/remedy.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../remedy/steps.ts';
import { defineKind } from '../define.ts';
import { placeIn, rebuild } from '../shared/steps.ts';

const RELOAD = {
  root: true,
  risk: 'none',
} as const;

export const rulesGone = defineKind<{
  readonly container: string;
  /** `127.0.0.1:2283/tcp` */
  readonly ports: readonly string[];
  /** The unit whose restart takes the rules away, where one is there: `nftables.service`. */
  readonly firewall: string | undefined;
}>({
  id: 'rules-gone',
  name: 'The firewall rules of the published ports are gone',
  meaning:
    'The container is running, but nothing outside can reach it. Usually a restart or reload of the firewall removed the rules of podman.',
  status: 'fail',
  title: ({ container, ports }) =>
    `No firewall rule forwards ${ports.length === 1 ? `port ${ports[0]}` : `${ports.length} published ports`} of ${container}`,
  remedy: ({ firewall }) => ({
    now: [
      run(['podman', 'network', 'reload', '--all'], {
        ...RELOAD,
        why: 'Write the rules of all running containers again. The containers keep running.',
      }),
    ],
    lasting: lastingRules(firewall),
  }),
});

const AGAIN = nixString('/run/current-system/sw/bin/podman network reload --all');

/** A unit of its own: those of NixOS' firewalls are reloaded by a rebuild, and what is added to their commands may run first. */
function lastingRules(firewall: string | undefined): Step[] {
  if (firewall === undefined || !FIREWALLS.includes(firewall))
    return [
      byHand(
        'Let the unit of the firewall run `podman network reload --all` after each start and reload: add ExecStartPost= and a second ExecReload= in a drop-in (systemctl edit).',
      ),
    ];
  const unit = nixString(firewall);
  return [
    edit({
      option: optionPath('systemd', 'services', 'container-network-reload'),
      after: `{ after = [ ${unit} ]; partOf = [ ${unit} ]; wantedBy = [ ${unit} ]; unitConfig.ReloadPropagatedFrom = ${unit}; serviceConfig = { Type = "oneshot"; RemainAfterExit = true; ExecStart = ${AGAIN}; ExecReload = ${AGAIN}; }; }`,
      why: 'Write the rules again whenever the firewall is started or reloaded, which a rebuild does.',
    }),
    rebuild(),
  ];
}

const FIREWALLS = ['nftables.service', 'firewall.service'];

interface OnNetwork {
  readonly network: string;
  readonly address: string;
}

const UNNAMED =
  'Containers on this network cannot resolve any names: Immich, for example, cannot find its database.';

export const dnsBlocked = defineKind<OnNetwork & { readonly bridge: string | undefined }>({
  id: 'dns-blocked',
  name: 'The firewall blocks the name server of a container network',
  meaning: UNNAMED,
  status: 'fail',
  title: ({ network, address }) => `DNS on network ${network} fails: no answer from ${address}:53`,
  summary: () =>
    `The name server is running, so a firewall on the host blocks the packets of the containers. ${UNNAMED}`,
  remedy: ({ bridge, address }) => ({
    lasting:
      bridge === undefined
        ? [
            byHand(
              `In the firewall of the host, allow UDP port 53 on the bridge that has the address ${address}.`,
            ),
          ]
        : [
            edit({
              option: optionPath('networking', 'firewall', 'interfaces', bridge, 'allowedUDPPorts'),
              after: '[ 53 ]',
              why: 'Let containers ask the name server of their network.',
            }),
            rebuild(),
            run(['podman', 'network', 'reload', '--all'], {
              ...RELOAD,
              why: "If published ports cannot be reached afterwards, write podman's own rules again: the rebuild may have removed them.",
            }),
          ],
  }),
});

export const dnsDown = defineKind<OnNetwork & { readonly hangs: boolean }>({
  id: 'dns-down',
  name: 'The name server of a container network is not running',
  meaning: UNNAMED,
  status: 'fail',
  title: ({ network, address, hangs }) =>
    `DNS on network ${network} fails: aardvark-dns ${hangs ? 'hangs' : `is not listening on ${address}`}`,
  remedy: ({ hangs }) => ({
    now: hangs
      ? []
      : [
          run(['podman', 'network', 'reload', '--all'], {
            ...RELOAD,
            why: 'Start the name server again. The containers keep running.',
          }),
        ],
    lasting: [
      ...(hangs
        ? [
            byHand(
              'Kill the process aardvark-dns (its process id is in /run/containers/networks/aardvark-dns/aardvark.pid), then run `sudo podman network reload --all`.',
            ),
          ]
        : []),
      run(['journalctl', '--boot', '--grep=aardvark', '--lines=50'], {
        root: true,
        why: 'If it stops again, read why.',
      }),
    ],
  }),
});

export const dnsPortTaken = defineKind<OnNetwork & { readonly by: string; readonly listens: string }>({
  id: 'dns-port-taken',
  name: 'Another program uses the DNS port of a container network',
  meaning: UNNAMED,
  status: 'fail',
  title: ({ network, by, listens }) => `DNS on network ${network} fails: ${by} listens on ${listens}:53`,
  remedy: ({ by, address }) => ({
    lasting: [
      byHand(
        `Let ${by} listen only on the addresses that its clients use, not on all of them: podman needs ${address}.`,
      ),
      run(['podman', 'network', 'reload', '--all'], { ...RELOAD, why: 'Then start the name server again.' }),
    ],
  }),
});

export const nameUnknown = defineKind<
  OnNetwork & {
    readonly container: string;
    readonly does: string;
    /** The container that publishes port 53 for everybody, and so gets their questions. */
    readonly publisher: string | undefined;
  }
>({
  id: 'name-unknown',
  name: 'The name server of a container network cannot resolve its containers',
  meaning:
    'Containers on this network cannot resolve the names of each other: Immich, for example, cannot find its database.',
  status: 'fail',
  title: ({ network, address, does }) => `DNS on network ${network} fails: ${address} ${does}`,
  remedy: ({ publisher, address }) => ({
    lasting:
      publisher === undefined
        ? [
            run(['podman', 'network', 'reload', '--all'], {
              ...RELOAD,
              why: 'Register the containers at the name server again.',
            }),
          ]
        : [
            byHand(
              `Publish port 53 of ${publisher} only on the address that its clients use (ADDRESS:53:53): on all addresses, it also gets the DNS queries for ${address}.`,
            ),
          ],
  }),
});

export const dnsNotOpened = defineKind<{
  /** Where the container is declared that asks. */
  readonly file: string | undefined;
  readonly network: string;
  readonly asking: string;
  readonly named: string;
}>({
  id: 'dns-not-opened',
  name: 'The configuration does not open DNS for a container network',
  meaning: UNNAMED,
  status: 'warn',
  title: ({ asking, named }) => `${asking} cannot resolve ${named}: the firewall blocks DNS`,
  summary: ({ network }) =>
    `With networking.nftables.enable, podman does not open UDP port 53 for its networks, and nothing in this configuration does. NixOS opens it for podman's default network only, not for ${network}.`,
  remedy: ({ file }) => ({
    lasting: [
      edit({
        option: optionPath('networking', 'firewall', 'interfaces', 'podman*', 'allowedUDPPorts'),
        after: '[ 53 ]',
        why: `Let containers ask the name servers of their networks${file === undefined ? '' : `, for example in ${file}`}.`,
      }),
      rebuild(),
    ],
  }),
});

export const dnsPortPublished = defineKind<{
  readonly container: string;
  readonly port: string;
  readonly networks: readonly string[];
  readonly folder: string;
  readonly at: SourceLocation | undefined;
}>({
  id: 'dns-port-published',
  name: 'A container publishes port 53, which container networks need',
  meaning:
    'Each container network has a name server on port 53 of its bridge. A container that publishes port 53 on all addresses takes this port, or gets its queries.',
  status: 'warn',
  title: ({ container, networks }) =>
    `${container} publishes port 53 on all addresses, which network ${networks.join(', ')} needs`,
  remedy: ({ port, folder, at }) => ({
    lasting: [
      byHand(
        `Publish ${port} on one address only, the one that other machines use (ADDRESS:53:53/udp).`,
        placeIn(folder, at),
      ),
      rebuild(),
    ],
  }),
});
