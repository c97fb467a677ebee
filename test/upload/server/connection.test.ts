import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { ping, version } from '../../../src/upload/server/about.ts';
import { connect } from '../../../src/upload/server/connection.ts';
import { problemOfError } from '../../../src/upload/server/problem-of-error.ts';
import { connected, fakeImmich, httpServer, json, KEY, OPTIONS, problemOf, rawServer } from './support.ts';

const pong = (text = '{"res":"pong"}') =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;

test('a URL is taken with and without /api, and with slashes at its end', async () => {
  const server = await fakeImmich();
  for (const end of ['', '/', '/api', '/api/']) {
    const connection = await connected({ url: server.url + end, key: server.key });
    expect(await version(connection)).toBe('3.0.3');
  }
});

test.each(['/photos', '/photos/5f1c7a52-7f0e-4d0b-9d55-0c6a3b9be0a1?a=b#top', '/?a=b', '/albums/'])(
  'a URL is taken as a browser shows it: %s',
  async (end) => {
    const server = await fakeImmich();
    const connection = await connected({ url: server.url + end, key: server.key });
    expect(await version(connection)).toBe('3.0.3');
    expect(connection.url).toBe(server.url);
  },
);

test('below a folder, and without anything well known, the API is found all the same, and no key goes out for that', async () => {
  const keys: (string | string[] | undefined)[] = [];
  const server = await httpServer((request, response) => {
    if (request.url === '/immich/api/server/ping') json(response, 200, { res: 'pong' });
    else if (request.url === '/immich/api/server/version')
      json(response, 200, { major: 3, minor: 0, patch: 3 });
    else {
      keys.push(request.headers['x-api-key']);
      response.writeHead(406, { 'content-type': 'text/html' }).end('<!doctype html>');
    }
  });
  const connection = await connected({ url: `${server.url}/immich/photos/1` });
  expect(connection.url).toBe(`${server.url}/immich`);
  expect(await version(connection)).toBe('3.0.3');
  expect(new Set(keys)).toEqual(new Set([undefined]));
});

test('the server may name another place for its API, and the key does not go out for the question', async () => {
  const asked: (string | string[] | undefined)[][] = [];
  const server = await httpServer((request, response) => {
    asked.push([request.url, request.headers['x-api-key']]);
    if (request.url === '/photos/.well-known/immich')
      json(response, 200, { api: { endpoint: '/other/api/' } });
    else json(response, 200, { res: 'pong' });
  });
  await ping(await connected({ url: `${server.url}/photos/` }));
  expect(asked).toEqual([
    ['/photos/.well-known/immich', undefined],
    ['/other/api/server/ping', KEY],
  ]);
});

test('another server is never given the key', async () => {
  const server = await httpServer((_, response) =>
    json(response, 200, { api: { endpoint: 'http://user:pass@elsewhere.example/api' } }),
  );
  const problem = await problemOf(connected(server));
  expect(problem.kind).toBe('redirect');
  expect(problem.message).toContain('http://elsewhere.example/api');
  expect(problem.message).not.toContain('pass');
});

test('a redirect is not followed; its target is told as what to set', async () => {
  const asked: (string | undefined)[] = [];
  const server = await httpServer((request, response) => {
    asked.push(request.url);
    response.writeHead(308, { location: `https://u:p@photos.example${request.url}` }).end();
  });
  const problem = await problemOf(ping(await connected(server)));
  expect(problem).toMatchObject({ kind: 'redirect', status: 308, retryable: false });
  expect(problem.message).toMatch(/set https:\/\/photos\.example\/api as the URL$/);
  expect(asked).toEqual(['/.well-known/immich', '/api/server/ping']);
});

test('user and password of the URL go to the server, and into no text', async () => {
  let header: string | undefined;
  const server = await httpServer((request, response) => {
    header = request.headers.authorization;
    json(response, 500, {});
  });
  const url = server.url.replace('://', '://olga:s%40cret@');
  const problem = await problemOf(ping(await connected({ url: `${url}/api` })));
  expect(header).toBe(`Basic ${Buffer.from('olga:s@cret').toString('base64')}`);
  expect(problem.message).not.toMatch(/olga|cret/);
});

test('printing a connection shows neither key nor password', async () => {
  const server = await fakeImmich();
  const connection = await connected({ url: server.url.replace('://', '://ann:secret@'), key: KEY });
  expect(inspect(connection, { depth: 9, showHidden: true }) + JSON.stringify(connection)).not.toMatch(
    /secret|the-key-that/,
  );
});

test('what is no URL is said so without repeating it', async () => {
  for (const url of ['photos:secret@x', 'ftp://ann:secret@x', 'https://ann:secret@', '']) {
    const problem = await problemOf(connect(url, KEY, OPTIONS, { concurrency: 1 }));
    expect(problem.message).toMatch(/write it like/);
    expect(problem.message).not.toContain('secret');
  }
});

test('a key that cannot be one is refused before anything is sent', async () => {
  for (const key of ['', 'a b', 'a\nb', 'ä'])
    expect((await problemOf(connect('http://127.0.0.1:1', key, OPTIONS, { concurrency: 1 }))).kind).toBe(
      'key',
    );
});

test('nothing listens', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise((resolve) => server.close(resolve));
  const problem = await problemOf(connected({ url: `http://127.0.0.1:${address.port}` }));
  expect(problem).toMatchObject({ kind: 'unreachable', retryable: true });
  expect(problem.message).toBe(
    `cannot connect to http://127.0.0.1:${address.port}: connection refused (ECONNREFUSED): check that Immich is running (hsdoctor check --host SERVER), and the port in the URL`,
  );
});

test('a name without an address, a certificate of nobody', () => {
  const failing = (code: string) =>
    problemOfError(Object.assign(new Error(), { code }), 'https://photos.example');
  expect(failing('ENOTFOUND')).toMatchObject({ kind: 'unreachable', retryable: true });
  for (const code of ['ENOTFOUND', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL'])
    expect(failing(code).message).toMatch(
      new RegExp(`^cannot connect to https://photos\\.example: .+ \\(${code}\\): check the `),
    );
  expect(failing('DEPTH_ZERO_SELF_SIGNED_CERT')).toMatchObject({ kind: 'unreachable', retryable: false });
  expect(failing('DEPTH_ZERO_SELF_SIGNED_CERT').message).toMatch(/NODE_EXTRA_CA_CERTS/);
});

test('something that is no web server', async () => {
  const server = await rawServer((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
  expect((await problemOf(ping(await connected(server)))).kind).toBe('not-immich');
});

test('https where the server speaks http', async () => {
  const server = await httpServer((_, response) => response.end());
  const problem = await problemOf(connected({ url: server.url.replace('http:', 'https:') }));
  expect(problem).toMatchObject({ kind: 'unreachable', retryable: false });
  expect(problem.message).toMatch(/does not use TLS/);
});

test('http where the server wants TLS, or nothing answers', async () => {
  const server = await rawServer((socket) => socket.destroy());
  const problem = await problemOf(connected({ url: server.url.replace('/api', '') }));
  expect(problem.kind).toBe('unreachable');
  expect(problem.message).toMatch(/without an answer: .* must begin with https:\/\/$/);
  for (const words of [
    '<html><center>The plain HTTP request was sent to HTTPS port</center></html>',
    'Client sent an HTTP request to an HTTPS server.\n',
    "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />",
  ]) {
    const proxy = await httpServer((_, response) => response.writeHead(400).end(words));
    const { message } = await problemOf(ping(await connected({ url: proxy.url })));
    expect(message).toBe(`${proxy.url} uses TLS: write https:// instead of http:// in the URL`);
  }
});

test('a web page, another JSON, no JSON, half an answer', async () => {
  const answers: readonly [string, string, boolean][] = [
    ['<!doctype html><title>Sign in</title>', 'not-immich', false],
    ['{"res":"ping"}', 'not-immich', false],
    ['pong', 'not-immich', false],
  ];
  for (const [text, kind, retryable] of answers) {
    const server = await rawServer((socket) => socket.write(pong(text)));
    expect(await problemOf(ping(await connected(server)))).toMatchObject({ kind, retryable });
  }
  const server = await rawServer((socket) => socket.end(pong().slice(0, -3)));
  expect(await problemOf(ping(await connected(server)))).toMatchObject({
    kind: 'unreachable',
    retryable: true,
  });
});

test('a server that listens and says nothing, and one that stops in the middle', async () => {
  const silent = await rawServer(() => {});
  const silence = await problemOf(ping(await connected(silent, { idleTimeoutMs: 60 })));
  expect(silence).toMatchObject({ kind: 'timeout', retryable: true });
  const stuck = await rawServer((socket) => socket.write(pong().slice(0, -3)));
  const half = await problemOf(ping(await connected(stuck, { idleTimeoutMs: 60 })));
  expect(half.message).toMatch(/stopped in the middle of its answer for 0\.06 s/);
});

test('an answer that trickles for ever', async () => {
  const server = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
    const drip = setInterval(() => socket.write(' '), 5);
    socket.on('close', () => clearInterval(drip));
  });
  const patience = { idleTimeoutMs: 400, responseTimeoutMs: 400 };
  const problem = await problemOf(ping(await connected(server, patience)));
  expect(problem.message).toMatch(/timed out after 0\.4 s/);
});

test('an answer without end', async () => {
  const server = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9000000000\r\n\r\n');
    const flood = () => {
      while (socket.writable && socket.write(Buffer.alloc(1 << 20)));
    };
    socket.on('drain', flood);
    flood();
  });
  const problem = await problemOf(ping(await connected(server)));
  expect(problem.message).toMatch(/sends an answer that does not end/);
});

test('every request ends with the run', async () => {
  const end = new AbortController();
  const server = await rawServer(() => end.abort());
  const connection = await connected(server, {}, end.signal);
  expect((await problemOf(ping(connection))).kind).toBe('aborted');
  expect((await problemOf(ping(connection))).kind).toBe('aborted');
});

test('what the answers of a refusing server mean', async () => {
  const permission = { message: 'Missing required permission: asset.read' };
  const cases: readonly [number, unknown, object][] = [
    [401, { message: 'Invalid API key' }, { kind: 'key' }],
    [403, permission, { kind: 'permission', permission: 'asset.read' }],
    [400, { message: 'Quota has been exceeded!' }, { kind: 'quota' }],
    [400, { message: ['a must be a string', 'b must be'] }, { kind: 'refused', retryable: false }],
    [
      400,
      { message: 'Validation failed', errors: [{ path: ['a'], message: 'is wrong' }] },
      { kind: 'refused' },
    ],
    [404, { message: 'Cannot GET' }, { kind: 'refused', status: 404 }],
    [413, {}, { kind: 'too-large', retryable: false }],
    ...[408, 425, 429, 500, 502, 503, 504].map((status): [number, unknown, object] => [
      status,
      {},
      { kind: 'busy', retryable: true, status },
    ]),
  ];
  for (const [status, body, expected] of cases) {
    const server = await httpServer((_, response) => json(response, status, body));
    expect(await problemOf(version(await connected({ url: `${server.url}/api` })))).toMatchObject(expected);
  }
});

test('a server that repeats the key does not make us tell it', async () => {
  const server = await httpServer((request, response) =>
    json(response, 400, { message: `no: ${request.headers['x-api-key']}` }),
  );
  const problem = await problemOf(version(await connected({ url: `${server.url}/api` })));
  expect(problem.message).toContain('no: [redacted]');
});

test('a kept connection that the server closed costs no request its life', async () => {
  let connections = 0;
  const server = await rawServer((socket) => {
    connections++;
    let requests = 0;
    socket.on('data', () => {
      // Closes only when the next request is already on its way, as happens to all in the end.
      if (++requests === 1) socket.write(pong());
      else socket.resetAndDestroy();
    });
  });
  const connection = await connected(server);
  for (let round = 0; round < 5; round++) await ping(connection);
  expect(connections).toBeGreaterThan(2);
});

test('requests wait when the server says for how long', async () => {
  const fake = await fakeImmich({
    faults: [
      {
        path: '/server/version',
        times: 1,
        effect: { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
      },
    ],
  });
  await version(await connected(fake, { retries: 1 }));
  const [first, second] = fake.requests.filter(({ path }) => path === '/server/version');
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
});
