import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dataServices } from '../../../src/facts/host/data-services.ts';
import { expectValue, Sandbox } from './sandbox.ts';

const STORE = '/var/lib/containers/storage';
const REDIS = 'immich-redis 41 docker.io/valkey/valkey:8';
const POSTGRES = 'immich-postgres 42 ghcr.io/immich-app/postgres:14-vectorchord0.4.3';
const SERVER = 'immich-server 43 ghcr.io/immich-app/immich-server:v2';

/** A program that answers each of these questions; to any other it says nothing. */
async function listening(answers: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      asked.push(data.toString('latin1'));
      const answer = Object.entries(answers).find(([question]) => asked.at(-1)?.startsWith(question))?.[1];
      if (answer !== undefined) socket.end(answer);
    });
  });
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, asked };
}

interface Process {
  readonly comm: string;
  readonly title?: string;
  readonly space?: string;
  readonly tcp?: string;
  readonly port?: number;
  readonly folder?: string;
}

/** A host with these containers and processes, whose networks are that of this machine. */
function host(
  containers: readonly string[],
  processes: Readonly<Record<number, Process>>,
  prepare: (sandbox: Sandbox) => void = () => {},
) {
  const sandbox = new Sandbox();
  sandbox.write(`${STORE}/x`, '');
  const listed = sandbox.write('listed', `${containers.join('\n')}\n`);
  sandbox.program('podman', `case "$*" in *--all*) exit 1 ;; *) cat ${listed} ;; esac`);
  sandbox.program('nsenter', 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
  prepare(sandbox);
  sandbox.write('proc/1/ns/x', '');
  symlinkSync('pid:[1]', join(sandbox.folder, 'proc/1/ns/pid'));
  for (const [pid, { comm, title = comm, space = `pid:[${pid}]`, tcp, port, folder }] of Object.entries(
    processes,
  )) {
    const at = `proc/${pid}`;
    sandbox.write(`${at}/comm`, `${comm}\n`);
    sandbox.write(`${at}/cmdline`, `${title.replaceAll(' ', '\0')}\0`);
    sandbox.write(
      `${at}/status`,
      'Name:\tx\nState:\tS (sleeping)\nUid:\t999\t999\t999\t999\nGid:\t1000\t1000\t1000\t1000\nGroups:\t1000 33 \n',
    );
    sandbox.write(`${at}/ns/x`, '');
    symlinkSync(space, join(sandbox.folder, at, 'ns/pid'));
    if (tcp !== undefined) sandbox.write(`${at}/net/tcp`, tcp);
    if (port !== undefined) sandbox.write(`${at}/cwd/postmaster.pid`, `1\n/data\n17000\n${port}\n/run\n*\n`);
    if (folder !== undefined) sandbox.write(`${at}/root${folder}/dump.rdb`, '');
  }
  const script = dataServices.script.replace('KILL 3 ', 'KILL 0.4 ');
  expect(script).not.toBe(dataServices.script);
  return () => sandbox.fact({ ...dataServices, script }, '/proc', STORE);
}

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
const PERSISTENCE = [
  '# Persistence',
  'loading:0',
  'rdb_last_bgsave_status:ok',
  'aof_enabled:0',
  'secret:planted',
  '',
].join('\r\n');
const ANSWERS = `+PONG\r\n${bulk(PERSISTENCE)}*2\r\n${bulk('save')}${bulk('3600 1')}*2\r\n${bulk('dir')}${bulk('/data')}+OK\r\n`;

test('a Redis is asked where its process listens, and only what is known of its answer is told', async () => {
  const { port, asked } = await listening({ PING: ANSWERS });
  const read = host([REDIS], {
    41: { comm: 'valkey-server', title: `valkey-server *:${port}`, folder: '/data' },
  });
  const fact = await read();
  expect(expectValue(fact)).toMatchObject([
    {
      container: 'immich-redis',
      kind: 'redis',
      answer: 'answered',
      pid: 41,
      state: 'S',
      address: `127.0.0.1:${port}`,
      user: 999,
      groups: [1000, 1000, 33],
      errors: [],
      values: { loading: '0', rdb_last_bgsave_status: 'ok', aof_enabled: '0', save: '3600 1', dir: '/data' },
      folder: { user: process.getuid?.() },
    },
  ]);
  expect(JSON.stringify(fact)).not.toContain('planted');
  expect(asked.join('')).toBe('PING\r\nINFO persistence\r\nCONFIG GET save\r\nCONFIG GET dir\r\nQUIT\r\n');
});

test('what it refuses is told', async () => {
  const { port } = await listening({ PING: '-NOAUTH Authentication required.\r\n' });
  const read = host([REDIS], { 41: { comm: 'redis-server', title: `redis-server 127.0.0.1:${port}` } });
  expect(expectValue(await read())).toMatchObject([
    { answer: 'answered', errors: ['NOAUTH Authentication required.'], values: {} },
  ]);
});

test('a Postgres is asked whether it speaks TLS, at the port that it has written down', async () => {
  const { port, asked } = await listening({ '\0\0\0\b\x04\xd2\x16/': 'N' });
  const read = host([POSTGRES], { 42: { comm: 'postgres', port } });
  expect(expectValue(await read())).toMatchObject([
    { container: 'immich-postgres', kind: 'postgres', answer: 'answered', address: `127.0.0.1:${port}` },
  ]);
  expect(asked).toEqual(['\0\0\0\b\x04\xd2\x16/']);
});

test('one that takes the connection and says nothing is silent, in time', async () => {
  const { port } = await listening({});
  const read = host([REDIS, POSTGRES], {
    41: { comm: 'redis-server', title: `redis-server *:${port}` },
    42: { comm: 'postgres', port },
  });
  expect(expectValue(await read()).map(({ answer }) => answer)).toEqual(['silent', 'silent']);
});

test.each([
  ['nothing listens at its port', { comm: 'redis-server', title: 'redis-server *:1' }, 'refused'],
  ['it has only a socket', { comm: 'redis-server', title: 'redis-server unixsocket:/run/x' }, 'not-asked'],
  ['something else runs in its container', { comm: 'sleep', space: 'pid:[1]' }, 'no-process'],
] as const)('a Redis that cannot be asked, because %s', async (_, process, answer) => {
  expect(expectValue(await host([REDIS], { 41: process })())).toMatchObject([{ answer }]);
});

test('behind the first process of its container it is found in its namespace, and no other of the host', async () => {
  const { port } = await listening({ PING: ANSWERS });
  const server = { comm: 'redis-server', title: `redis-server *:${port}` };
  const read = host([REDIS], {
    41: { comm: 'catatonit' },
    7: { ...server, space: 'pid:[7]' },
    50: { ...server, space: 'pid:[41]' },
  });
  expect(expectValue(await read())).toMatchObject([{ answer: 'answered', pid: 50 }]);
});

test('of a server the connections that it made are counted, not those that others made to it', async () => {
  const line = (local: string, remote: string, state: string) =>
    `   0: 0A59${local} 0A59${remote} ${state} 00000000:00000000\n`;
  const tcp = [
    line('0002:08EB', '0000:0000', '0A'),
    line('0002:08EB', '0009:C350', '01'),
    line('0002:D431', '0004:1538', '01'),
    line('0002:D432', '0004:1538', '01'),
    line('0002:D433', '0005:18EB', '01'),
    line('0002:D434', '0005:18EB', '06'),
  ].join('');
  const read = host([SERVER], { 43: { comm: 'node', tcp } });
  expect(expectValue(await read())).toMatchObject([{ kind: 'server', connections: { 5432: 2, 6379: 1 } }]);
});

test('containers of other images, and those without a process, are left alone', async () => {
  const read = host(['plex 44 docker.io/plexinc/pms-docker:latest', 'old 0 docker.io/redis:7'], {});
  expect(expectValue(await read())).toEqual([]);
});

test('without a store of podman there is nothing, and a podman that fails is told', async () => {
  const sandbox = new Sandbox();
  sandbox.program('podman', 'echo "Error: boot ID differs" >&2; exit 125');
  expect(expectValue(await sandbox.fact(dataServices, STORE))).toEqual([]);
  sandbox.write(`${STORE}/x`, '');
  expect(await sandbox.fact(dataServices, STORE)).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('boot ID differs'),
  });
});

test.each([
  ['awk', '*server=*'],
  ['awk', '*PONG*'],
  ['cat', '*net/tcp*'],
  ['sed', '*Uid*'],
  ['stat', '*'],
])('a list of services is not whole where %s is killed (%s)', async (program, words) => {
  const { port } = await listening({ PING: ANSWERS });
  const processes = {
    41: { comm: 'valkey-server', title: `valkey-server *:${port}`, folder: '/data' },
    43: { comm: 'node', tcp: '' },
  };
  const whole = await host([REDIS, SERVER], processes)();
  expect(expectValue(whole)).toHaveLength(2);
  expect(whole).not.toHaveProperty('incomplete');
  expect(await host([REDIS, SERVER], processes, (sandbox) => sandbox.kill(program, words))()).toHaveProperty(
    'incomplete',
  );
});

test('a service is not left out in silence where the shell that asks it was killed', async () => {
  const { port } = await listening({ '\0\0\0\b\x04\xd2\x16/': 'N' });
  const read = host([POSTGRES], { 42: { comm: 'postgres', port } }, (sandbox) =>
    sandbox.program('sed', 'case "$*" in *Uid*) kill -s KILL "$PPID" ;; esac; exec /bin/sed "$@"'),
  );
  expect(await read()).toMatchObject({ value: [], incomplete: expect.anything() });
});

test('a database of which it is missing what it answered makes the list incomplete', () => {
  const raw = { exitCode: 0, stderr: '', capped: false };
  const stdout = 'service postgres db 42 S\naddress 127.0.0.1:5432\n';
  expect(dataServices.parse({ ...raw, stdout })).toMatchObject({ incomplete: expect.stringContaining('db') });
  expect(dataServices.parse({ ...raw, stdout: `${stdout}said N\nasked 0\n` })).toHaveLength(1);
});
