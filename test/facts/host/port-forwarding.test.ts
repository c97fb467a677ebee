import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { portForwarding } from '../../../src/facts/host/port-forwarding.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const recorded = (name: string) => readFileSync(join(import.meta.dirname, 'recorded', name), 'utf8');
const NFT = recorded('nft-netavark-1.14.txt');
const IPTABLES = recorded('iptables-netavark-1.14.txt');
const WITHOUT = { nft: '', 'iptables-save': '', 'ip6tables-save': '' };
const DRIVER = '/run/containers/networks/firewall';

/** A host on which these programs print that. */
async function read(printed: Readonly<Record<string, string>>, driver?: string) {
  const sandbox = new Sandbox();
  sandbox.program('systemctl', 'echo Id=nftables.service; echo LoadState=loaded; echo ActiveState=active');
  for (const [name, text] of Object.entries(printed)) {
    const file = sandbox.write(`${name}.txt`, text);
    sandbox.program(name, `cat ${file}`);
  }
  if (driver !== undefined) sandbox.write(`${DRIVER}/firewall-driver`, driver);
  return expectValue(await sandbox.fact(portForwarding, DRIVER));
}

const told = (found: Awaited<ReturnType<typeof read>>) =>
  found.rules.map(
    ({ protocol, first, last, to }) => `${protocol} ${first === last ? first : `${first}-${last}`} ${to}`,
  );

test('the rules that nft has of podman', async () => {
  const found = await read({ ...WITHOUT, nft: NFT }, 'nftables');
  expect(found).toMatchObject({
    nft: 'read',
    iptables: 'read',
    driver: 'nftables',
    firewalls: [{ unit: 'nftables.service', activeState: 'active' }],
  });
  expect(told(found)).toEqual([
    'tcp 2283 10.89.0.6',
    'tcp 8443 10.90.0.2',
    'udp 9000 10.90.0.2',
    'udp 9001 10.90.0.2',
    'udp 9002 10.90.0.2',
    'tcp 8443 fd00:90::2',
    'udp 9000 fd00:90::2',
    'udp 9001 fd00:90::2',
    'udp 9002 fd00:90::2',
    'tcp 8080 fd00:90::2',
    'tcp 3001 10.88.0.4',
  ]);
  expect(found.rules.filter(({ isIPv6 }) => isIPv6)).toHaveLength(5);
});

test('those that iptables has, and a comment in them is no rule', async () => {
  const found = await read({ ...WITHOUT, 'iptables-save': IPTABLES }, 'iptables');
  expect(told(found)).toEqual([
    'tcp 2283 10.89.0.4',
    'tcp 8443 10.89.0.5',
    'udp 9000-9002 10.89.0.5',
    'tcp 3001 10.88.0.3',
  ]);
  const commented =
    '*nat\n-A PREROUTING -p tcp -m comment --comment "-j DNAT --dport 80" -j RETURN\nCOMMIT\n*filter\n-A PREROUTING -p tcp --dport 81 -j DNAT --to-destination 10.0.0.1:81\n';
  expect(told(await read({ ...WITHOUT, 'iptables-save': commented }))).toEqual([]);
});

describe('a chain that no packet comes to forwards nothing', () => {
  test.each([
    ['of nft', { nft: NFT.replace(/chain PREROUTING \{[^}]*\}/, 'chain PREROUTING { }') }],
    ['of iptables', { 'iptables-save': IPTABLES.replace(/^-A PREROUTING.*\n/m, '') }],
  ])('%s', async (_, printed) => {
    expect(told(await read({ ...WITHOUT, ...printed }))).toEqual([]);
  });
});

test('after a flush there is none, and all was read', async () => {
  const flushed = await read(WITHOUT, 'nftables');
  expect(flushed).toMatchObject({ nft: 'read', iptables: 'read', rules: [] });
});

test('what is not there, or fails, is told', async () => {
  const sandbox = new Sandbox();
  for (const name of ['awk', 'cat', 'head', 'tail', 'date', 'sed', 'sh'])
    sandbox.program(name, `PATH=/usr/bin:/bin exec ${name} "$@"`);
  sandbox.program('nft', 'echo "Operation not permitted (you must be root)" >&2; exit 1');
  const script = `PATH=${join(sandbox.folder, 'bin')}\n${portForwarding.script}`;
  expect(expectValue(await sandbox.fact({ ...portForwarding, script }, DRIVER))).toMatchObject({
    nft: { failed: 'Operation not permitted (you must be root)' },
    iptables: 'not installed',
    rules: [],
  });
});

test('nft without a short form of its sets is asked for all', async () => {
  const sandbox = new Sandbox();
  const file = sandbox.write('nft.txt', NFT);
  sandbox.program('nft', `[ "$1" != --terse ] || exit 1; cat ${file}`);
  for (const name of ['iptables-save', 'ip6tables-save']) sandbox.program(name, ':');
  expect(told(expectValue(await sandbox.fact(portForwarding, DRIVER)))).toHaveLength(11);
});

test.each([
  ['tcp dport { 80, 443 } dnat ip to 10.0.0.2', ['tcp 80 10.0.0.2', 'tcp 443 10.0.0.2']],
  ['meta l4proto { tcp, udp } th dport 53 dnat ip to 10.0.0.2:53', ['tcp 53 10.0.0.2', 'udp 53 10.0.0.2']],
  ['iifname "eth0" tcp dport 8000-8010 dnat to 10.0.0.2:8000-8010', ['tcp 8000-8010 10.0.0.2']],
  ['tcp dport 80 redirect to :8080', ['tcp 80 undefined']],
  ['tcp dport 80 accept', []],
])('a rule of nft by hand: %s', async (rule, expected) => {
  const nft = `table inet own {\n\tchain pre {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\t${rule}\n\t}\n}\n`;
  expect(told(await read({ ...WITHOUT, nft }))).toEqual(expected);
});

test('iptables of several ports', async () => {
  const rule =
    '*nat\n-A PREROUTING -i eth0 -p udp -m multiport --dports 53,67:69 -j DNAT --to-destination 10.0.0.2\n';
  expect(told(await read({ ...WITHOUT, 'iptables-save': rule }))).toEqual([
    'udp 53 10.0.0.2',
    'udp 67-69 10.0.0.2',
  ]);
});

test('an output that says nothing of its programs is not understood', () => {
  expect(() => portForwarding.parse({ exitCode: 0, stdout: 'x\n', stderr: '', capped: false })).toThrow();
});

test('which containers run is told without podman', async () => {
  const store = '/run/containers/storage';
  const id = 'ab'.repeat(32);
  const sandbox = new Sandbox();
  for (const program of ['nft', 'iptables-save', 'ip6tables-save', 'systemctl'])
    sandbox.program(program, 'true');
  sandbox.write(`${store}/overlay-containers/${id}/userdata/pidfile`, String(process.pid));
  sandbox.write(`${store}/overlay-containers/${'cd'.repeat(32)}/userdata/pidfile`, '4194305');
  sandbox.write(`${store}/zfs-containers/${'ef'.repeat(32)}/userdata/pidfile`, '');
  const { running } = expectValue(await sandbox.fact(portForwarding, store));
  expect(running).toEqual([{ id, pid: process.pid }]);
});

test('without its folder of them, that is not known', async () => {
  const sandbox = new Sandbox();
  for (const program of ['nft', 'iptables-save', 'ip6tables-save', 'systemctl'])
    sandbox.program(program, 'true');
  const configuration = '/etc/containers/storage.conf';
  sandbox.write(configuration, `runroot = "${sandbox.folder}/elsewhere"\n`);
  expect(expectValue(await sandbox.fact(portForwarding, configuration)).running).toBeUndefined();
});
