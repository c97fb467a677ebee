import { describe, expect, test } from 'vitest';
import { headlineOf } from '../../../src/engine/headline.ts';
import {
  ABSENT,
  container,
  DENIED,
  type Given,
  idOf,
  judge,
  lastingOf,
  NOW,
  nowOf,
  STARTED,
  stamp,
  unit,
} from '../home-server.ts';

const network = (given: Given) => judge('container-network', { ...HOST, ...given });
const titles = (given: Given) => network(given).findings.map(({ title }) => title);

const bridged = (name: string, address: string, over: Readonly<Record<string, unknown>> = {}) =>
  container(name, {
    networkMode: 'bridge',
    networks: [{ name: 'immich', address, gateway: '10.89.0.1' }],
    ports: {},
    ...over,
  });
const published = (...places: readonly (readonly [inside: string, ip: string, port: number])[]) => ({
  ports: Object.fromEntries(
    places.map(([inside, HostIp, port]) => [inside, [{ HostIp, HostPort: String(port) }]]),
  ),
});
const SERVER = bridged('immich-server', '10.89.0.2', published(['2283/tcp', '127.0.0.1', 2283]));
const KUMA = bridged('uptime-kuma', '10.89.0.3', published(['3001/tcp', '0.0.0.0', 3001]));
const POSTGRES = bridged('immich-postgres', '10.89.0.4');
const addresses = `nonlocal 0\n1: lo    inet 127.0.0.1/8 scope host lo\n7: podman1    inet 10.89.0.1/24 x\n`;

const chains = (table: string, base: string) =>
  `${base}rule ${table} PREROUTING jump NETAVARK-HOSTPORT-DNAT\n`;
const NFT = chains('inet/netavark', 'base inet/netavark PREROUTING\n');
const dnat = (protocol: string, port: string, to: string) =>
  `rule inet/netavark NETAVARK-HOSTPORT-DNAT ${protocol} dport ${port} jump nv_dnat\nrule inet/netavark nv_dnat ${protocol} dport ${port} dnat ip to ${to}\n`;
const rules = (text: string, driver = 'nftables', iptables = 'read') =>
  `nft read\n${NFT}${text}iptables-save ${iptables}\nip6tables-save ${iptables}\n${driver === '' ? '' : `driver ${driver}\n`}`;
const ALL = dnat('tcp', '2283', '10.89.0.2:2283') + dnat('tcp', '3001', '10.89.0.3:3001');
const iptables = (text: string) =>
  `nft read\niptables-save read\n${chains('iptables-save', '')}${text}ip6tables-save read\ndriver iptables\n`;

const HOST = { containers: SERVER + KUMA + POSTGRES, addresses, portForwarding: rules(ALL) };

test('ports that rules forward, and names that are answered, are in order', () => {
  expect(network({ containerLookups: own('immich-server', 'code 0 1') })).toMatchObject({
    status: 'ok',
    lookedAt: { forwardedPorts: 2, containerNetworks: 1 },
  });
});

test('each container that lost its rules is told with its own fault', () => {
  const headline = headlineOf([network({ portForwarding: rules('') })]);
  expect(headline.map(({ what, cause }) => [what, cause])).toEqual([
    ['immich-server', 'its published ports are not forwarded'],
    ['uptime-kuma', 'its published ports are not forwarded'],
  ]);
});

test('what containers of another user join is not known', () => {
  const units = unit('immich-server', { User: 'photos' });
  expect(network({ containers: '', units })).toMatchObject({
    status: 'unknown',
    reason: "the networks of immich-server are not known: root's podman does not list these containers",
  });
});

test('a network with IPv6 only is one, and what cannot be compared there is said', () => {
  const networks = [{ name: 'immich', address: '', gateway: '' }];
  const containers = bridged('immich-server', '', { networks, ...published(['2283/tcp', '::', 2283]) });
  const { status, findings, reason } = network({ containers, portForwarding: rules('') });
  expect([status, findings]).toEqual(['unknown', []]);
  expect(reason).toContain('2283 of immich-server is forwarded');
});

describe('published ports whose rules are gone', () => {
  test('are one cause, and podman writes the rules again', () => {
    const { status, findings } = network({ portForwarding: rules('') });
    expect(status).toBe('fail');
    expect(findings.map(({ title }) => title)).toEqual([
      'No firewall rule forwards port 127.0.0.1:2283 of immich-server',
      'No firewall rule forwards port 3001 of uptime-kuma',
    ]);
    expect(findings.map(({ causedBy }) => causedBy)).toEqual([undefined, 'container-network']);
    expect(nowOf(findings[0])).toEqual(['$ sudo podman network reload --all']);
  });

  test('of iptables likewise', () => {
    expect(titles({ portForwarding: iptables('') })).toHaveLength(2);
    const rule = (port: number, to: string) =>
      `rule iptables-save NETAVARK-HOSTPORT-DNAT -p tcp -m tcp --dport ${port} -j NETAVARK-DN-1\nrule iptables-save NETAVARK-DN-1 -p tcp -m tcp --dport ${port} -j DNAT --to-destination ${to}\n`;
    expect(
      titles({ portForwarding: iptables(rule(2283, '10.89.0.2:2283') + rule(3001, '10.89.0.3:3001')) }),
    ).toEqual([]);
  });

  test('may be of one container only, or some of its ports', () => {
    expect(titles({ portForwarding: rules(dnat('tcp', '2283', '10.89.0.2:2283')) })).toEqual([
      'No firewall rule forwards port 3001 of uptime-kuma',
    ]);
    const plex = bridged(
      'plex',
      '10.89.0.2',
      published(['80/tcp', '', 8080], ['53/udp', '0.0.0.0', 5353], ['443/tcp', '', 8443]),
    );
    const { findings } = network({
      containers: plex,
      portForwarding: rules(dnat('tcp', '8080', '10.89.0.2:80')),
    });
    expect(findings).toMatchObject([
      {
        title: 'No firewall rule forwards 2 published ports of plex',
        affects: { state: 'degraded' },
      },
    ]);
  });

  test.each([
    ['of the other protocol', dnat('udp', '2283', '10.89.0.2:2283')],
    ['to another container', dnat('tcp', '2283', '10.89.0.9:2283')],
    ['of another port', dnat('tcp', '2284', '10.89.0.2:2283')],
    [
      'in a chain that no packet comes to',
      'rule inet/netavark nv_other tcp dport 2283 dnat ip to 10.89.0.2:2283\n',
    ],
    ['in another table', 'rule inet/other nv_dnat tcp dport 2283 dnat ip to 10.89.0.2:2283\n'],
  ])('are not forwarded by a rule %s', (_, text) => {
    expect(titles({ containers: SERVER, portForwarding: rules(text) })).toHaveLength(1);
  });

  test.each([
    ['of a range', dnat('tcp', '2280-2290', '10.89.0.2:2280-2290')],
    ['of a set', dnat('tcp', '{ 80, 2283 }', '10.89.0.2')],
    ['without an address', 'rule inet/netavark PREROUTING tcp dport 2283 redirect to :2284\n'],
  ])('are forwarded by a rule %s', (_, text) => {
    expect(titles({ containers: SERVER, portForwarding: rules(text) })).toEqual([]);
  });

  test('are since when the firewall was started, and its unit is told to write them again', () => {
    const at = STARTED + 3_600_000;
    const unit = (id: string, since: number) =>
      `\nId=${id}\nLoadState=loaded\nActiveState=active\nActiveEnterTimestamp=${stamp(since)}\n`;
    const flushed = network({ portForwarding: `${rules('')}${unit('nftables.service', at)}` }).findings[0];
    expect(flushed?.since).toBe(new Date(at).toISOString());
    expect(lastingOf(flushed)).toEqual([
      expect.stringMatching(
        /^systemd\.services\.container-network-reload: {2}-> \{ after = \[ "nftables\.service" \]; .* ExecReload = "\/run\/current-system\/sw\/bin\/podman network reload --all"; \}; \}$/,
      ),
      '$ sudo nixos-rebuild switch',
    ]);
    const before = network({
      portForwarding: `${rules('')}${unit('firewall.service', STARTED - 60_000)}`,
    }).findings[0];
    expect(before?.since).toBeUndefined();
    expect(lastingOf(before)[0]).toContain('wantedBy = [ "firewall.service" ]');
    expect(lastingOf(network({ portForwarding: rules('') }).findings[0])[0]).toContain('drop-in');
  });
});

test.each([
  ['was removed', ''],
  ['was restarted', `container ${idOf('immich-server')} 4001\n`],
  ['was replaced', `container ${idOf('another')} 4000\n`],
])('a container that %s while the rules were read is not judged', (_, running) => {
  const gone = (listed: string) =>
    network({ containers: SERVER, portForwarding: `${rules('')}containers listed\n${listed}` });
  expect(gone(`container ${idOf('immich-server')} 4000\n`).findings).toHaveLength(1);
  const { status, findings, reason } = gone(running);
  expect([status, findings]).toEqual(['unknown', []]);
  expect(reason).toContain('it was stopped or replaced while the rules were read');
});

test('a name that its name server did not know yet while the container was replaced is no fault', () => {
  const containerLookups = own('immich-server', 'code 3 0');
  const portForwarding = `${rules(ALL)}containers listed\n`;
  expect(network({ containerLookups }).findings).toHaveLength(1);
  expect(network({ containerLookups, portForwarding }).findings).toEqual([]);
});

describe('is not said of', () => {
  const gone = { portForwarding: rules('') };

  test.each([
    ['the network of the host', { networkMode: 'host' }],
    ['that of another container', { networkMode: 'container:abc' }],
    ['pasta', { networkMode: 'pasta' }],
    ['slirp4netns', { networkMode: 'slirp4netns' }],
    ['no network', { networkMode: 'none', networks: [{ name: 'none', address: '', gateway: '' }] }],
    ['a container that does not run', { state: 'exited' }],
    ['a container that publishes nothing', { ports: { '80/tcp': null } }],
    ['one that was only just started', { startedAt: new Date(NOW - 5000).toISOString() }],
    ['one that was started after the first probe', { startedAt: new Date(NOW + 900).toISOString() }],
  ])('%s', (_, over) => {
    const containers = bridged('plex', '10.89.0.2', { ...published(['80/tcp', '', 8080]), ...over });
    expect(network({ ...gone, containers: containers + POSTGRES }).findings).toEqual([]);
  });

  test('a host on which podman makes no rules: that is told', () => {
    expect(
      network({ portForwarding: rules('', 'none'), containerLookups: own('immich-server', 'code 0 1') }),
    ).toMatchObject({
      status: 'ok',
      reason: expect.stringContaining('2 published ports not checked'),
    });
  });

  test('a host without such containers', () => {
    expect(network({ containers: container('plex', { networkMode: 'host', networks: [] }) }).status).toBe(
      'skipped',
    );
    // A bundle of an older hsdoctor.
    const older = container('plex', { networks: undefined, networkMode: undefined });
    expect(network({ containers: older })).toMatchObject({
      status: 'skipped',
      reason: 'it is not known which networks the containers join',
    });
  });

  test('a network whose bridge is not on this host (macvlan): nobody knows how it is reached', () => {
    const { status, findings, reason } = network({
      ...gone,
      addresses: '1: lo    inet 127.0.0.1/8 scope host lo\n',
    });
    expect([status, findings]).toEqual(['unknown', []]);
    expect(reason).toContain('no interface of this host has the address of its gateway (10.89.0.1)');
  });

  test('an address of IPv6 on a network that may have none', () => {
    const containers = bridged('plex', '10.89.0.2', published(['80/tcp', 'fd7a:115c:a1e0::1', 8080]));
    expect(network({ ...gone, containers })).toMatchObject({ status: 'unknown', findings: [] });
    const rule = 'rule inet/netavark PREROUTING tcp dport 8080 dnat ip6 to [fd00::2]:80\n';
    expect(network({ containers, portForwarding: rules(rule) }).status).toBe('ok');
  });
});

test('a container that was started by a clock ahead of this one is judged all the same', () => {
  const startedAt = new Date(NOW + 3_600_000).toISOString();
  const containers = bridged('plex', '10.89.0.2', { ...published(['80/tcp', '', 8080]), startedAt });
  expect(titles({ containers, portForwarding: rules('') })).toHaveLength(1);
});

describe('rules that could not be read are unknown, never there', () => {
  test.each([
    ['nft is not installed', 'nft absent\niptables-save read\nip6tables-save read\ndriver nftables\n'],
    [
      'nft failed',
      'nft failed Operation not permitted\niptables-save absent\nip6tables-save absent\ndriver nftables\n',
    ],
    [
      'iptables-save is not installed',
      'nft read\niptables-save absent\nip6tables-save absent\ndriver iptables\n',
    ],
    ['iptables-save is not installed', 'nft read\niptables-save absent\nip6tables-save absent\n'],
    [
      'iptables-save failed',
      'nft absent\niptables-save failed no\nip6tables-save failed no\ndriver iptables\n',
    ],
    ['firewall driver is firewalld', 'nft read\niptables-save read\nip6tables-save read\ndriver firewalld\n'],
  ])('%s', (why, portForwarding) => {
    const { status, findings, reason } = network({ portForwarding });
    expect([status, findings]).toEqual(['unknown', []]);
    expect(reason).toContain(why);
  });

  test('and where nothing was read at all', () => {
    expect(network({ portForwarding: DENIED }).status).toBe('unknown');
    expect(network({ portForwarding: ABSENT }).status).toBe('unknown');
    expect(
      network({
        containers: POSTGRES,
        portForwarding: ABSENT,
        containerLookups: own('immich-postgres', 'code 0 1'),
      }).status,
    ).toBe('ok');
    expect(network({ containerLookups: ABSENT }).status).toBe('unknown');
    expect(network({ portForwarding: { stdout: rules(ALL), capped: true } }).status).toBe('unknown');
    // A rule may be in what was cut off.
    expect(network({ portForwarding: { stdout: rules(''), capped: true } })).toMatchObject({
      status: 'unknown',
      findings: [],
    });
  });

  test('where they are in the tables that were read, the others are not needed', () => {
    expect(
      network({ portForwarding: `nft read\n${NFT}${ALL}iptables-save absent\nip6tables-save absent\n` })
        .status,
    ).toBe('ok');
  });
});

const AARDVARK = 'listener 10.89.0.1:53 0 aardvark-dns\n';

function own(container: string, answer: string, ...listeners: string[]): string {
  const there = listeners.length === 0 ? AARDVARK : listeners.join('');
  return `aardvark immich 10.89.0.1\nservers ${container} 10.89.0.1\nown ${container} 10.89.0.1 ${container} ${answer}\n${there}`;
}

describe('containers that cannot resolve each other', () => {
  test('because a firewall drops what they ask: the port is opened on their bridge', () => {
    const { findings } = network({ containerLookups: own('immich-server', 'silent') });
    expect(findings).toMatchObject([
      {
        kind: 'container-network/dns-blocked',
        status: 'fail',
        title: 'DNS on network immich fails: no answer from 10.89.0.1:53',
      },
    ]);
    expect(lastingOf(findings[0])[0]).toBe(
      'networking.firewall.interfaces.podman1.allowedUDPPorts:  -> [ 53 ]',
    );
  });

  test('because their name server is not running: podman starts it again', () => {
    const { findings } = network({
      containerLookups: own('immich-server', 'closed', 'listener 127.0.0.53%lo:53 0 systemd-resolve\n'),
    });
    expect(findings[0]?.title).toBe(
      'DNS on network immich fails: aardvark-dns is not listening on 10.89.0.1',
    );
    expect(nowOf(findings[0])).toEqual(['$ sudo podman network reload --all']);
  });

  test('because it hangs: no reload helps', () => {
    const { findings } = network({
      containerLookups: own('immich-server', 'silent', 'listener 10.89.0.1:53 4352 aardvark-dns\n'),
    });
    expect(findings[0]?.title).toBe('DNS on network immich fails: aardvark-dns hangs');
    expect(nowOf(findings[0])).toEqual([]);
  });

  test.each([
    ['0.0.0.0', 'listener 0.0.0.0:53 0 dnsmasq\n'],
    ['*', 'listener *:53 0 dnsmasq\n'],
    ['10.89.0.1', 'listener 10.89.0.1:53 0 dnsmasq\n'],
  ])('because another program has %s:53', (address, listener) => {
    const { findings } = network({ containerLookups: own('immich-server', 'silent', listener) });
    expect(findings[0]?.title).toBe(`DNS on network immich fails: dnsmasq listens on ${address}:53`);
  });

  test('because another container gets their questions', () => {
    const adguard = bridged('adguard', '10.89.0.5', published(['53/udp', '0.0.0.0', 53]));
    const { findings } = network({
      containers: SERVER + adguard,
      portForwarding: rules(ALL + dnat('udp', '53', '10.89.0.5:53')),
      containerLookups: own('immich-server', 'code 3 0'),
    });
    expect(findings[0]?.title).toBe('DNS on network immich fails: 10.89.0.1 answers NXDOMAIN (no such name)');
    expect(lastingOf(findings[0])[0]).toContain('Publish port 53 of adguard only on the address');
  });

  test('are told once a network', () => {
    expect(
      titles({
        containerLookups: `${own('immich-server', 'silent')}own immich-postgres 10.89.0.1 immich-postgres silent\n`,
      }),
    ).toHaveLength(1);
  });

  test('are not proven by one of several that got no answer, or that no route leads there', () => {
    expect(
      network({
        containerLookups: `${own('immich-server', 'silent')}own immich-postgres 10.89.0.1 immich-postgres code 0 1\n`,
      }),
    ).toMatchObject({ status: 'unknown', findings: [] });
    expect(network({ containerLookups: own('immich-server', 'unreachable') })).toMatchObject({
      status: 'unknown',
      findings: [],
    });
  });

  test('have nothing to do with a network of IPv6 alone, or a container that was only just started', () => {
    expect(network({ containerLookups: own('immich-server', 'code 0 0') }).status).toBe('ok');
    const fresh = bridged('immich-server', '10.89.0.2', {
      startedAt: new Date(NOW - 5000).toISOString(),
    });
    expect(
      network({ containers: fresh + POSTGRES, containerLookups: own('immich-server', 'code 3 0') }).findings,
    ).toEqual([]);
  });
});
