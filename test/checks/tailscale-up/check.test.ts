import { describe, expect, test } from 'vitest';
import { addresses } from '../../../src/facts/host/addresses.ts';
import { Sandbox } from '../../facts/host/sandbox.ts';
import {
  ABSENT,
  ADDRESS,
  COMMANDS,
  DENIED,
  FAILED,
  type Given,
  judge,
  judgeAll,
  lastingOf,
  NOW,
  stamp,
  UNITS,
  unit,
} from '../home-server.ts';

const up = (given: Given) => judge('tailscale-up', given);
const status = (over: Record<string, unknown>) =>
  JSON.stringify({ BackendState: 'Running', TUN: true, TailscaleIPs: [ADDRESS], Health: [], ...over });
const bootedAt = (at: number) =>
  `os=Linux\nhostname=minipc\nkernel=6.12\nuid=0\nuser=root\nnow=${NOW / 1000}\nUserspaceTimestamp=${stamp(at)}\n`;
const publishing = (address: string) =>
  COMMANDS.replace(
    'immich-server.service\npodman run \n',
    `immich-server.service\npodman run \n -p ${address}:2283:2283\n`,
  );
const fixOf = (given: Given) => lastingOf(up(given).findings[0])[0];

describe('a state that is not Running', () => {
  test.each([
    ['NeedsLogin', 'it is logged out', '$ sudo tailscale up'],
    ['Stopped', 'it was stopped', '$ sudo tailscale up'],
    [
      'NeedsMachineAuth',
      'an admin must approve this machine',
      expect.stringContaining('Approve this machine'),
    ],
    ['Starting', 'it is still starting', '$ sudo journalctl --unit=tailscaled.service --lines=50'],
    ['NoState', 'it has not started to connect', '$ sudo journalctl --unit=tailscaled.service --lines=50'],
    [
      'InUseOtherUser',
      'another user of this machine is using it',
      '$ sudo journalctl --unit=tailscaled.service --lines=50',
    ],
    ['SomethingNew', 'SomethingNew', '$ sudo tailscale up'],
    ['constructor', 'constructor', '$ sudo tailscale up'],
  ])('%s', (BackendState, words, command) => {
    const given = { tailscale: status({ BackendState, TailscaleIPs: null }) };
    expect(up(given)).toMatchObject({
      status: 'fail',
      findings: [{ title: `Tailscale is not connected: ${words}` }],
    });
    expect(fixOf(given)).toEqual(command);
  });

  test.each([['Starting'], ['NoState']])('%s just after the boot is not judged yet', (BackendState) => {
    const tailscale = status({ BackendState });
    expect(up({ tailscale, system: bootedAt(NOW - 60_000) }).status).toBe('unknown');
    expect(up({ tailscale, system: bootedAt(NOW - 600_000) }).status).toBe('fail');
  });

  test('NeedsLogin just after the boot is a fault: it does not pass', () => {
    expect(
      up({ tailscale: status({ BackendState: 'NeedsLogin' }), system: bootedAt(NOW - 60_000) }).status,
    ).toBe('fail');
  });

  test('what Tailscale itself says of it is evidence', () => {
    const tailscale = status({ BackendState: 'NeedsLogin', Health: ['You are logged out.'] });
    expect(up({ tailscale }).findings[0]?.evidence[0]?.observed).toContain('You are logged out.');
  });
});

const DOWN =
  "failed to connect to local tailscaled; it doesn't appear to be running (sudo systemctl start tailscaled ?)";

test.each([
  ['loaded', '$ sudo systemctl restart -- tailscaled.service'],
  ['not-found', 'services.tailscale.enable:  -> true'],
  ['masked', '$ sudo systemctl unmask -- tailscaled.service'],
])('a daemon that does not run and whose unit is %s', (LoadState, command) => {
  const tailscale = { exitCode: 1, stderr: DOWN, stdout: `LoadState=${LoadState}\nActiveState=inactive\n` };
  expect(up({ tailscale }).findings[0]?.title).toContain('tailscaled is not running');
  expect(fixOf({ tailscale })).toBe(command);
});

test('a daemon that answers only root is not said to be down', () => {
  const stderr =
    'failed to connect to local tailscaled (which appears to be running as tailscaled, pid 7). Got error: x';
  expect(up({ tailscale: { exitCode: 1, stderr } }).status).toBe('unknown');
  expect(up({ tailscale: DENIED }).status).toBe('unknown');
});

describe('a machine without tailscale', () => {
  test('has nothing to look at', () => {
    const addresses = '1: lo    inet 127.0.0.1/8 scope host lo\n';
    expect(up({ tailscale: ABSENT, addresses }).status).toBe('skipped');
  });

  test('whose containers bind to its address has lost it', () => {
    const addresses = '1: lo    inet 127.0.0.1/8 scope host lo\n';
    expect(up({ tailscale: ABSENT, addresses, unitCommands: publishing(ADDRESS) })).toMatchObject({
      status: 'fail',
      findings: [{ kind: 'tailscale-up/not-installed' }],
    });
  });
});

test.each([[publishing(ADDRESS)], [COMMANDS]])(
  'where only the program is not on the PATH it is not said to be missing',
  (unitCommands) => {
    expect(
      up({ tailscale: ABSENT, addresses: `1: tailscale0    inet ${ADDRESS}/32 x\n`, unitCommands }),
    ).toMatchObject({
      status: 'unknown',
      reason: expect.stringContaining('not on the PATH'),
    });
  },
);

describe('the address', () => {
  test('that the interface does not have is a fault', () => {
    const { findings } = up({ addresses: 'nonlocal 0\n1: lo    inet 127.0.0.1/8 scope host lo\n' });
    expect(findings[0]?.title).toBe(`Tailscale's address ${ADDRESS} is on no interface`);
  });

  test('may be without the one of IPv6', () => {
    expect(up({ tailscale: status({ TailscaleIPs: [ADDRESS, 'fd7a:115c:a1e0::1'] }) }).status).toBe('ok');
  });

  test.each([
    [
      'the machine has others of IPv6',
      { addresses: `1: eth0    inet6 fe80::1/64 x\n1: tailscale0    inet ${ADDRESS}/32 x\n` },
    ],
    ['a container binds to it', { unitCommands: publishing('[fd7a:115c:a1e0::1]') }],
  ])('of IPv6 is missed where %s', (_, given) => {
    const tailscale = status({ TailscaleIPs: [ADDRESS, 'fd7a:115c:a1e0::1'] });
    expect(up({ tailscale, ...given })).toMatchObject({
      status: 'warn',
      findings: [{ title: "Tailscale's address fd7a:115c:a1e0::1 is on no interface" }],
    });
  });

  test('that Tailscale does not tell is not said to be on no interface', () => {
    expect(up({ tailscale: status({ TailscaleIPs: null }) }).findings[0]?.evidence[0]?.observed).toBe(
      'no TailscaleIPs',
    );
  });

  test('of a container that is not this machine is a fault; a public one is no affair of Tailscale', () => {
    expect(up({ unitCommands: publishing('100.64.0.9') }).findings[0]?.title).toContain(
      'binds to 100.64.0.9, which this machine does not have',
    );
    expect(up({ unitCommands: publishing('100.63.0.9') }).status).toBe('ok');
    expect(up({ unitCommands: publishing('100.128.0.9') }).status).toBe('ok');
    expect(up({ unitCommands: publishing(ADDRESS) }).status).toBe('ok');
  });

  test('there is none with userspace networking', () => {
    expect(up({ tailscale: status({ TUN: false }) }).findings[0]?.title).toContain(
      'without a network interface',
    );
  });
});

test('a key that ends within a week is a warning', () => {
  const expiring = (days: number) =>
    up({ tailscale: status({ Self: { KeyExpiry: new Date(NOW + days * 86_400_000).toISOString() } }) })
      .status;
  expect([expiring(3), expiring(30)]).toEqual(['warn', 'ok']);
});

test.each([
  [{ Expired: true }, 'warn', /has expired$/],
  [{ KeyExpiry: 'soon' }, 'unknown', undefined],
  [{ KeyExpiry: '0001-01-01T00:00:00Z' }, 'ok', undefined],
])('a key of which is told %j', (Self, expected, title) => {
  const { status: judged, findings } = up({ tailscale: status({ Self }) });
  expect(judged).toBe(expected);
  if (title !== undefined) expect(findings[0]?.title).toMatch(title);
});

test('what Tailscale says of its own connection is a warning, and what it says of others is not', () => {
  const of = (text: string) => up({ tailscale: status({ Health: [text] }) }).status;
  expect(of('Tailscale could not connect to the relay server.')).toBe('warn');
  expect(of('Some peers are advertising routes but --accept-routes is false')).toBe('ok');
});

test('a machine that its coordination server has lost is a warning, with what Tailscale itself says of it', () => {
  const lost = { Self: { TailscaleIPs: [ADDRESS], Online: false } };
  const Health = ['Unable to connect to the Tailscale coordination server to synchronize your tailnet.'];
  const { status: judged, findings } = up({ tailscale: status({ ...lost, Health }) });
  expect(judged).toBe('warn');
  expect(findings.map(({ kind }) => kind)).toEqual(['tailscale-up/offline']);
  expect(findings[0]?.evidence.map(({ observed }) => observed)).toEqual(['Online: false', ...Health]);
});

test('just after the boot that is not judged yet', () => {
  const tailscale = status({ Self: { TailscaleIPs: [ADDRESS], Online: false } });
  expect(up({ tailscale, system: bootedAt(NOW - 60_000) })).toMatchObject({
    status: 'unknown',
    findings: [],
  });
  expect(up({ tailscale, system: bootedAt(NOW - 600_000) }).status).toBe('warn');
});

test('it is a consequence where the host can resolve no name', () => {
  const tailscale = status({ Self: { TailscaleIPs: [ADDRESS], Online: false } });
  const lookups = 'name ghcr.io 2\nserver 192.168.1.1 ghcr.io code 5 0\n';
  expect(up({ tailscale, lookups }).findings[0]?.causedBy).toBe('dns');
});

test('whatever else Tailscale says is told', () => {
  expect(up({ tailscale: status({ Health: ['DNS is broken.'] }) })).toMatchObject({
    status: 'ok',
    reason: 'Tailscale reports: DNS is broken.',
  });
});

describe('what Tailscale says of DNS', () => {
  // It says so for ever after one name that does not exist.
  test.each([
    ["Tailscale can't reach the configured DNS servers. Internet connectivity may be affected."],
    ['Linux DNS config not ideal. /etc/resolv.conf overwritten. See https://tailscale.com/s/dns-fight'],
  ])('is no fault of its connection: %s', (text) => {
    expect(up({ tailscale: status({ Health: [text] }) }).status).toBe('ok');
  });
});

test.each([
  ['Tailscale cannot connect because the network is down. Check your Internet connection.'],
  ["Tailscale couldn't listen for incoming UDP connections."],
  ['Tailscale could not connect to any relay server. Check your Internet connection.'],
])('a complaint of its own connection: %s', (text) => {
  expect(up({ tailscale: status({ Health: [text] }) }).findings[0]?.kind).toBe('tailscale-up/complains');
});

test.each([
  ['An update from version 1.96.2 to 1.98.8 is available. Run `tailscale update` to update now.'],
  ['Some peers cannot be reached directly.'],
  ['This is an unstable version of Tailscale meant for testing and development purposes.'],
])('no complaint of its connection: %s', (text) => {
  expect(up({ tailscale: status({ Health: [text] }) }).status).toBe('ok');
});

describe('a key that expired while it was connected', () => {
  const Self = { KeyExpiry: new Date(NOW - 86_400_000).toISOString() };

  test('is why it is logged out', () => {
    const { status: judged, findings } = up({ tailscale: status({ BackendState: 'NeedsLogin', Self }) });
    expect(judged).toBe('fail');
    expect(findings).toMatchObject([
      {
        kind: 'tailscale-up/key-expired',
        title: 'Tailscale is not connected: its key expired on 2026-03-09',
      },
    ]);
    expect(lastingOf(findings[0])[0]).toBe('$ sudo tailscale up --force-reauth');
    expect(findings[0]?.affects).toMatchObject({ what: 'Tailscale', cause: 'its key expired on 2026-03-09' });
  });

  test('is told by Tailscale, too', () => {
    const Health = ['You are logged out. The last login error was: key expired'];
    expect(up({ tailscale: status({ BackendState: 'NeedsLogin', Health }) }).findings[0]?.kind).toBe(
      'tailscale-up/key-expired',
    );
  });

  test('is not why it was stopped, and one that has not expired is not why it is logged out', () => {
    expect(up({ tailscale: status({ BackendState: 'Stopped', Self }) }).findings[0]?.kind).toBe(
      'tailscale-up/stopped',
    );
    const later = { KeyExpiry: new Date(NOW + 86_400_000).toISOString() };
    expect(up({ tailscale: status({ BackendState: 'NeedsLogin', Self: later }) }).findings[0]?.kind).toBe(
      'tailscale-up/logged-out',
    );
  });
});

describe('Funnel', () => {
  const at = 'minipc.example.ts.net:443';
  const serving = (over: Readonly<Record<string, unknown>>) =>
    up({ tailscaleServe: JSON.stringify(over), unitCommands: publishing('127.0.0.1') });
  const Web = { [at]: { Handlers: { '/': { Proxy: 'http://127.0.0.1:2283' } } } };

  test('names the container that it leads to', () => {
    const { status: judged, findings } = serving({ AllowFunnel: { [at]: true }, Web });
    expect(judged).toBe('warn');
    expect(findings[0]?.title).toBe('Funnel exposes immich-server to the internet (port 443)');
  });

  test.each([
    ['only the tailnet is served', { Web }],
    ['it is off', { Web, AllowFunnel: { [at]: false } }],
    ['nothing is served on its port', { AllowFunnel: { [at]: true } }],
    ['nothing is served at all', {}],
  ])('where %s there is nothing to say', (_, over) => {
    expect(serving(over).status).toBe('ok');
  });

  test.each([
    [
      'a port that is forwarded',
      { AllowFunnel: { [at]: true }, TCP: { 443: { TCPForward: '127.0.0.1:22' } } },
    ],
    ['one that a terminal keeps open', { Foreground: { x: { AllowFunnel: { [at]: true }, Web } } }],
    ['a folder', { AllowFunnel: { [at]: true }, Web: { [at]: { Handlers: { '/1': { Path: '-' } } } } }],
  ])('is told of %s', (_, over) => {
    expect(serving(over).findings[0]?.kind).toBe('tailscale-up/funnel');
  });

  test('that could not be read is not said to be off', () => {
    expect(up({ tailscaleServe: { exitCode: 1, stderr: 'x' } }).status).toBe('unknown');
    expect(up({ tailscaleServe: 'null' }).status).toBe('ok');
  });
});

test('what gave up waiting for its address is restarted after the login, and what never failed is not', () => {
  const kuma = (state: Parameters<typeof unit>[1]) =>
    lastingOf(
      up({
        tailscale: status({ BackendState: 'NeedsLogin' }),
        unitCommands: publishing(ADDRESS),
        units: UNITS.replace(unit('immich-server'), unit('immich-server', state)),
      }).findings[0],
    );
  expect(kuma(FAILED).at(-1)).toMatch(/^\$ sudo systemctl restart -- podman-immich-server\.service$/);
  expect(kuma({})).toEqual(['$ sudo tailscale up']);
  expect(kuma({ ...FAILED, LoadState: 'masked' })).toEqual(['$ sudo tailscale up']);
});

test('its failed unit is folded under it', () => {
  const results = judgeAll({
    tailscale: { exitCode: 1, stderr: DOWN, stdout: 'LoadState=loaded\n' },
    failedUnits: 'Id=tailscaled.service\nResult=exit-code\nDescription=Tailscale node agent\n',
  });
  expect(results.find(({ check }) => check === 'failed-units')?.findings[0]?.causedBy).toBe('tailscale-up');
});

test('an address of IPv6 is the same however it is written', () => {
  const six = 'fd7a:115c:a1e0::1:2';
  const given = {
    tailscale: status({ TailscaleIPs: [ADDRESS, six] }),
    addresses: `nonlocal 0\n5: tailscale0    inet ${ADDRESS}/32 x\n5: tailscale0    inet6 ${six}/128 x\n`,
    unitCommands: publishing('[FD7A:115C:A1E0:0:0:0:1:2]'),
  };
  expect(up(given).status).toBe('ok');
});

test('a host without ip has addresses all the same', async () => {
  const sandbox = new Sandbox();
  sandbox.program('ip', 'exit 127');
  expect(addresses.tools).toEqual([]);
  expect((await sandbox.fact(addresses)).outcome).toBe('failed');
});
