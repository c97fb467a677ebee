import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { webAnswers } from '../../../src/facts/host/web-answers.ts';
import { expectValue, Sandbox } from './sandbox.ts';

/** What podman lists, a line each: `name|image|ports`. */
async function asked(list: readonly string[], tailnet = '') {
  const sandbox = new Sandbox();
  sandbox.program('podman', `cat <<'END'\n${list.join('\n')}\nEND`);
  sandbox.program('ip', `case $* in *tailscale0*) echo '${tailnet}' ;; esac`);
  sandbox.write('/var/lib/containers/storage/x', '');
  return sandbox.fact(webAnswers, '/var/lib/containers');
}

async function portOf(server: Server, host = '127.0.0.1'): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const answering = (status: number) =>
  portOf(createServer((_, response) => response.writeHead(status, { location: '/dashboard' }).end()));

test('what listens is asked where it is published, all at the same time', { tags: 'hosts' }, async () => {
  const [up, broken] = [await answering(302), await answering(503)];
  const mute = await portOf(createTcpServer(() => {}));
  const closing = await portOf(createTcpServer((socket) => socket.once('data', () => socket.end())));
  const began = performance.now();
  const answers = expectValue(
    await asked([
      `uptime-kuma|docker.io/louislam/uptime-kuma:1|127.0.0.1:${up}->3001/tcp`,
      `plex|lscr.io/linuxserver/plex:latest|0.0.0.0:${broken}->32400/tcp, 0.0.0.0:1900->1900/udp`,
      `mute|<none>|:${mute}->80/tcp`,
      `mute2|x|127.0.0.1:${mute}->80/tcp`,
      `closing|x|127.0.0.1:${closing}->80/tcp`,
      'gone|x|127.0.0.1:1->80/tcp',
    ]),
  );
  expect(performance.now() - began).toBeLessThan(20_000);
  const byName = new Map(answers.map((answer) => [answer.container, answer]));
  expect(byName.get('uptime-kuma')).toEqual({
    container: 'uptime-kuma',
    address: '127.0.0.1',
    port: up,
    inside: 3001,
    at: '127.0.0.1',
    exitCode: 0,
    httpStatus: 302,
  });
  expect(byName.get('plex')).toMatchObject({ address: '0.0.0.0', at: '127.0.0.1', httpStatus: 503 });
  expect(byName.get('mute')).toMatchObject({ address: '0.0.0.0', exitCode: 28, httpStatus: 0 });
  expect(byName.get('closing')).toMatchObject({ exitCode: 52 });
  expect(byName.get('gone')).toMatchObject({ exitCode: 7 });
  expect(answers).toHaveLength(6);
});

/** A new key, and a certificate that it signed itself. */
function selfSigned(): { readonly key: Buffer; readonly cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-subj', '/CN=app', ...args], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert) };
}

test('an app with TLS of its own closes what is not encrypted, and is asked again with it', async () => {
  const secure = await portOf(
    createHttpsServer(selfSigned(), (_, response) => response.writeHead(401).end()),
  );
  const answers = expectValue(
    await asked([`ha|ghcr.io/home-assistant/home-assistant:2026.3|127.0.0.1:${secure}->8123/tcp`]),
  );
  expect(answers).toMatchObject([{ exitCode: 0, httpStatus: 401 }]);
});

test('what is published everywhere is asked at the tailnet address, too', async () => {
  const up = await portOf(
    createServer((_, response) => response.end('hello')),
    '127.0.0.1',
  );
  const answers = expectValue(
    await asked([`kuma|x|0.0.0.0:${up}->3001/tcp`], '5: tailscale0    inet 127.0.0.2/32 scope global'),
  );
  expect(answers.map(({ at, httpStatus }) => [at, httpStatus]).toSorted()).toEqual([
    ['127.0.0.1', 200],
    ['127.0.0.2', 0],
  ]);
});

test('Immich, databases and ports of other protocols are not asked', async () => {
  const answers = await asked([
    'immich-server|ghcr.io/immich-app/immich-server:v2|127.0.0.1:1->2283/tcp',
    'immich-ml|ghcr.io/immich-app/immich-machine-learning:v2-cuda|127.0.0.1:1->3003/tcp',
    'db|docker.io/library/postgres:16|127.0.0.1:1->8080/tcp',
    'cache|docker.io/valkey/valkey:8|127.0.0.1:1->8080/tcp',
    'mqtt|docker.io/eclipse-mosquitto:2|127.0.0.1:1->1883/tcp',
    'udp|x|127.0.0.1:1->80/udp',
    'quiet|x|',
  ]);
  expect(expectValue(answers)).toEqual([]);
});

test('of an app without published ports its usual one is asked, as that of the host', async () => {
  const answers = expectValue(
    await asked(['ha|ghcr.io/home-assistant/home-assistant:2026.3|', 'other|x/y:1|']),
  );
  expect(answers).toMatchObject([{ container: 'ha', address: 'host', port: 8123, at: '127.0.0.1' }]);
});

test('a range is asked port by port, up to a limit that is told', async () => {
  const few = expectValue(await asked(['a|x|127.0.0.1:2-4->80-82/tcp']));
  expect(few.map(({ port, inside }) => [port, inside]).toSorted()).toEqual([
    [2, 80],
    [3, 81],
    [4, 82],
  ]);
  const many = await asked(['a|x|127.0.0.1:2-100->80-178/tcp']);
  expect(many).toMatchObject({ outcome: 'ok', incomplete: expect.stringContaining('of a range') });
});

test('a list that is not understood is not wholly read', async () => {
  expect(await asked(['a|x|127.0.0.1:2:3:tcp'])).toMatchObject({
    incomplete: expect.stringContaining('not understood'),
  });
  expect(expectValue(await asked([]))).toEqual([]);
});
