import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { execa } from 'execa';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ASK, answerOf, type DnsAnswer, REGISTRIES } from '../../../src/facts/host/dns-question.ts';
import { lookups } from '../../../src/facts/host/lookups.ts';
import { resolvConf } from '../../../src/facts/host/resolv-conf.ts';
import { tailscaleDns } from '../../../src/facts/host/tailscale-dns.ts';
import { expectValue, Sandbox } from './sandbox.ts';

/** A name server on this machine; undefined is silence. */
async function nameServer(reply: (question: Buffer) => Buffer | undefined): Promise<number> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.on('message', (question, { port, address }) => {
    const answer = reply(question);
    if (answer !== undefined) socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

/** The question with another header: the code, and the number of answers, which follow. */
function answering(question: Buffer, code: number, addresses = 0): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  header[2] = 0x81;
  header[3] = 0x80 | code;
  header.writeUInt16BE(addresses, 6);
  return Buffer.concat([header, question.subarray(12), Buffer.alloc(16 * addresses)]);
}

async function ask(shell: readonly string[], port: number, name: string, seconds = '2'): Promise<DnsAnswer> {
  const [program = 'sh', ...args] = shell;
  const script = `${ASK.replace('/dev/udp/$1/53', `/dev/udp/$1/${port}`)}\nask 127.0.0.1 ${name} ${seconds} ''`;
  const { stdout } = await execa(program, [...args, '-c', script]);
  return answerOf(stdout.split(' '));
}

const SHELLS = [[['bash']], [['dash']], [['busybox', 'sh']]] as const;
const available = await Promise.all(
  SHELLS.map(
    async ([[program]]) => (await execa(program, ['-c', ':'], { reject: false })).exitCode !== undefined,
  ),
);

describe.each(SHELLS.filter((_, index) => available[index]))('a question asked by %s', (shell) => {
  test('is one of DNS, whatever is in the name', async () => {
    const asked: string[] = [];
    const port = await nameServer((question) => {
      asked.push(question.toString('latin1'));
      return answering(question, 0, 2);
    });
    // The length of a part of it is the character that ends a line.
    expect(await ask(shell, port, 'registry-1.docker.io')).toEqual({ code: 0, addresses: 2 });
    expect(asked).toEqual([
      'HS\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x0aregistry-1\x06docker\x02io\x00\x00\x01\x00\x01',
    ]);
  });

  test.each([2, 3, 5])('is answered by code %d', async (code) => {
    const port = await nameServer((question) => answering(question, code));
    expect(await ask(shell, port, 'ghcr.io')).toEqual({ code, addresses: 0 });
  });

  test('is not answered, or by what is no answer to it', async () => {
    expect(await ask(shell, await nameServer(() => undefined), 'ghcr.io', '0.2')).toBe('silent');
    const other = await nameServer((question) =>
      answering(Buffer.concat([Buffer.from('XX'), question.subarray(2)]), 0, 1),
    );
    expect(await ask(shell, other, 'ghcr.io')).toBe('silent');
  });

  test('comes to a port on which nothing listens', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    socket.close();
    await once(socket, 'close');
    expect(await ask(shell, port, 'ghcr.io')).toBe('closed');
  });
});

test('an address to which no way leads', async () => {
  const { stdout } = await execa('sh', ['-c', `${ASK}\nask 256.0.0.1 ghcr.io 1 ''`]);
  expect(answerOf(stdout.split(' '))).toBe('unreachable');
});

test('registries are asked for as they are called, each once, and nothing that is only here', async () => {
  const images = [
    'ghcr.io/immich-app/immich-server:release',
    'ghcr.io/immich-app/immich-machine-learning:release@sha256:0',
    'docker.io/library/redis:7',
    'localhost/own:1',
    'immich-server:1',
    '192.168.1.5:5000/x:1',
    'registry.example.net:5000/x',
    'k8s.gcr.io/pause',
    '$(id).io/x',
  ];
  const { stdout } = await execa('sh', ['-c', REGISTRIES], { input: images.join('\n') });
  expect(stdout.split('\n')).toEqual([
    'ghcr.io',
    'registry-1.docker.io',
    'registry.example.net',
    'k8s.gcr.io',
  ]);
});

describe('/etc/resolv.conf', () => {
  const read = async (text: string | undefined, stub?: string) => {
    const sandbox = new Sandbox();
    sandbox.program(
      'systemctl',
      'echo Id=systemd-resolved.service; echo LoadState=loaded; echo ActiveState=active',
    );
    if (text !== undefined) sandbox.write('etc/resolv.conf', text);
    if (stub !== undefined) sandbox.write('run/systemd/resolve/resolv.conf', stub);
    return expectValue(
      await sandbox.fact(resolvConf, '/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'),
    );
  };

  test.each([
    ['# resolv.conf(5) file generated by tailscale\n# DO NOT EDIT\n', 'Tailscale'],
    ['# Generated by NetworkManager\n', 'NetworkManager'],
    ['# Generated by resolvconf\n', 'resolvconf'],
    ['# Generated by dhcpcd from enp1s0.dhcp\n', 'dhcpcd'],
    [
      '# This is /run/systemd/resolve/stub-resolv.conf managed by man:systemd-resolved(8).\n',
      'systemd-resolved',
    ],
    ['# mine\n', undefined],
    ['', undefined],
  ])('tells who wrote it: %s', async (comment, writer) => {
    const found = await read(`${comment}nameserver 192.168.1.1\n`);
    expect(found.writer).toBe(writer);
    expect(found).toMatchObject({ nameservers: ['192.168.1.1'], isMissing: false, upstream: [] });
  });

  test('has name servers of every form, and no domain of its owner comes back', async () => {
    const text =
      'search private.example.net\n  nameserver\t192.168.1.1  \nnameserver fe80::1%eth0\nnameserver fd00::53 # x\n#nameserver 8.8.8.8\noptions edns0\nnameserver nonsense\n';
    const found = await read(text, 'nameserver 10.0.0.1\nsearch private.example.net\n');
    expect(found.nameservers).toEqual(['192.168.1.1', 'fe80::1%eth0', 'fd00::53']);
    expect(found.upstream).toEqual(['10.0.0.1']);
    expect(JSON.stringify(found)).not.toContain('private');
    expect(found.daemons).toMatchObject([{ unit: 'systemd-resolved.service', activeState: 'active' }]);
  });

  test('may be missing', async () => {
    expect(await read(undefined)).toMatchObject({ isMissing: true, nameservers: [] });
  });
});

describe('the lookups of a host', () => {
  const sandboxOf = (route: string) => {
    const sandbox = new Sandbox();
    sandbox.program('ip', route);
    sandbox.program('id', 'echo 1000');
    sandbox.program('getent', 'case $2 in cache.nixos.org) exit 0 ;; *) exit 2 ;; esac');
    sandbox.write('etc/resolv.conf', '');
    sandbox.write(
      'etc/nix/nix.conf',
      'substituters = https://user:planted@cache.nixos.org/x https://own.example.net/\n',
    );
    return sandbox;
  };

  test('are of the Nix cache, without what else is in its address', async () => {
    const found = expectValue(
      await sandboxOf('echo 192.0.2.1 via 192.168.1.1 dev eth0').fact(
        lookups,
        '/etc/nix/nix.conf',
        '/etc/resolv.conf',
      ),
    );
    expect(found).toEqual({
      hasRoute: true,
      names: expect.arrayContaining([
        { name: 'cache.nixos.org', outcome: 'resolved' },
        { name: 'own.example.net', outcome: 'not found' },
      ]),
      servers: [],
    });
  });

  test('are none without a way out', async () => {
    const offline = await sandboxOf('case "$*" in *get*) exit 2 ;; esac').fact(
      lookups,
      '/etc/nix/nix.conf',
      '/etc/resolv.conf',
    );
    expect(expectValue(offline)).toEqual({ hasRoute: false, names: [], servers: [] });
  });

  test('are not known where ip fails', async () => {
    expect((await sandboxOf('exit 1').fact(lookups, '/etc/nix/nix.conf')).outcome).toBe('failed');
  });

  test.each([
    ['name ghcr.io 127\n'],
    ['server 1.1.1.1 ghcr.io code x 1\n'],
    ['hello\n'],
    ['server 1.1.1.1 ghcr.io\n'],
  ])('are not guessed: %s', (stdout) => {
    expect(() => lookups.parse({ exitCode: 0, stdout, stderr: '', capped: false })).toThrow();
  });
});

test('of what Tailscale logs only what it says of DNS comes back, and nothing of what is in the file', async () => {
  const sandbox = new Sandbox();
  sandbox.program(
    'journalctl',
    `case "$*" in *lines=0*) exit 0 ;; esac
cat <<'LOG'
1773144000.123456 minipc tailscaled[812]: dns: using "direct" mode
1773144001.000000 minipc tailscaled[812]: magicsock: disco: node key
1773144002.000000 minipc tailscaled[812]: trample: resolv.conf changed from what we expected. did some other program interfere? current contents: "search planted.example.net"
1773144003.000000 minipc tailscaled[812]: dns: resolver: forward: no upstream resolvers set, returning SERVFAIL
1773144004.000000 minipc tailscaled[812]: trample: resolv.conf again matches expected content
LOG`,
  );
  const found = expectValue(await sandbox.fact(tailscaleDns));
  expect(found.map(({ says }) => says)).toEqual(['mode', 'overwritten', 'no upstream', 'restored']);
  expect(found[0]?.at).toBe(1773144000123.456);
  expect(JSON.stringify(found)).not.toContain('planted');
});
