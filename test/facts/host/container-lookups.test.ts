import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { containerLookups } from '../../../src/facts/host/container-lookups.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const FOLDER = '/run/containers/networks/aardvark-dns';
const STORE = '/var/lib/containers/storage';

/** The question, answered by code 0 with one address; those for `.io` by a failure. */
async function nameServer(): Promise<number> {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.on('message', (question, { port, address }) => {
    const answer = Buffer.from(question);
    answer[2] = 0x81;
    answer[3] = question.includes('\x02io') ? 0x82 : 0x80;
    answer[7] = answer[3] === 0x80 ? 1 : 0;
    socket.send(answer, port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket.address().port;
}

async function host(containers: (sandbox: Sandbox) => readonly string[], route = ':') {
  const port = await nameServer();
  const sandbox = new Sandbox();
  sandbox.write(`${STORE}/x`, '');
  sandbox.write(`${FOLDER}/immich`, '127.0.0.1,fd00::1 9.9.9.9\n64hex 10.89.0.2  immich-server\n');
  sandbox.write(`${FOLDER}/aardvark.pid`, '7\n');
  const inspected = sandbox.write('inspected', `${containers(sandbox).join('\n')}\n`);
  sandbox.program(
    'podman',
    `case "$*" in *quiet*) echo id ;; *Image*) echo ghcr.io/immich-app/immich-server:v2 ;; *inspect*) cat ${inspected} ;; esac`,
  );
  sandbox.program('nsenter', 'shift; exec "$@"');
  sandbox.program('ip', route);
  sandbox.program(
    'ss',
    `echo 'UNCONN 0 0 10.89.0.1:53 0.0.0.0:* users:(("aardvark-dns",pid=334,fd=11))'; echo 'UNCONN 768 0 127.0.0.53%lo:53 0.0.0.0:*'`,
  );
  const script = containerLookups.script.replace('/dev/udp/$1/53', `/dev/udp/$1/${port}`);
  return sandbox.fact({ ...containerLookups, script }, FOLDER, STORE);
}

const container = (
  sandbox: Sandbox,
  name: string,
  key: string,
  servers: string,
  networks = 'immich,',
  dns = '-',
) => `${name} ${'a'.repeat(64)} ${key} ${sandbox.write(`resolv/${name}`, servers)} ${dns} ${networks}`;

test('a container is asked about in its own network: itself, and once a network the registry', async () => {
  const found = expectValue(
    await host((sandbox) => [
      container(sandbox, 'immich-server', '/run/netns/netns-1', 'search dns.podman\nnameserver 127.0.0.1\n'),
      container(sandbox, 'immich-redis', '/run/netns/netns-2', 'nameserver 127.0.0.1\n'),
      container(sandbox, 'plex', '-', 'nameserver 127.0.0.1\n'),
      container(sandbox, 'lonely', '/proc/7/ns/net', 'nameserver 127.0.0.1\n'),
    ]),
  );
  const own = (name: string) => ({
    container: name,
    server: '127.0.0.1',
    about: 'own',
    name,
    answer: { code: 0, addresses: 1 },
  });
  expect(found.asked).toHaveLength(3);
  expect(found.asked).toEqual(
    expect.arrayContaining([
      own('immich-server'),
      own('immich-redis'),
      {
        container: 'immich-server',
        server: '127.0.0.1',
        about: 'outside',
        name: 'ghcr.io',
        answer: { code: 2, addresses: 0 },
      },
    ]),
  );
  expect(found.aardvark).toEqual([
    { network: 'immich', address: '127.0.0.1' },
    { network: 'immich', address: 'fd00::1' },
  ]);
  expect(found.listeners).toEqual([
    { address: '10.89.0.1', waiting: 0, program: 'aardvark-dns' },
    { address: '127.0.0.53', waiting: 768, program: '-' },
  ]);
});

test('a name that is longer than DNS allows is asked for by its number', async () => {
  const name = 'x'.repeat(64);
  const found = expectValue(
    await host((sandbox) => [container(sandbox, name, '/run/netns/n', 'nameserver 127.0.0.1\n')]),
  );
  expect(found.asked.find(({ about }) => about === 'own')).toMatchObject({
    container: name,
    name: 'a'.repeat(12),
    answer: { code: 0 },
  });
});

test('without a way out nobody is asked for a name outside', async () => {
  const found = expectValue(
    await host((sandbox) => [container(sandbox, 'plex', '/run/netns/n', 'nameserver 127.0.0.1\n')], 'exit 2'),
  );
  expect(found.asked.map(({ about }) => about)).toEqual(['own']);
});

test('a resolv.conf that cannot be read is told', async () => {
  const fact = await host(() => [`plex ${'a'.repeat(64)} /run/netns/n /nowhere immich,`]);
  expect(fact).toMatchObject({
    outcome: 'ok',
    incomplete: 'the resolv.conf of plex could not be read',
  });
});

test.each([['own x 1.1.1.1 x\n'], ['hello\n'], ['outside x 1.1.1.1 ghcr.io code\n']])(
  'what is no answer is not guessed: %s',
  (stdout) => {
    expect(() => containerLookups.parse({ exitCode: 0, stdout, stderr: '', capped: false })).toThrow();
  },
);

test('name servers that its options give a container are told apart, and a podman that tells nothing is none without', async () => {
  const given = await host((sandbox) => [
    container(sandbox, 'plex', '/run/netns/netns-1', 'nameserver 127.0.0.1\n', 'immich,', 'given'),
    container(sandbox, 'kuma', '/run/netns/netns-2', 'nameserver 127.0.0.1\n'),
  ]);
  expect(expectValue(given).given).toEqual(['plex']);
  expect(await host(() => [])).toMatchObject({ outcome: 'failed' });
});
