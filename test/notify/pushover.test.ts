import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { notify, readPushover } from '../../src/notify/pushover.ts';

const folder = mkdtempSync(join(tmpdir(), 'hsdoctor-pushover-'));
afterAll(() => rmSync(folder, { recursive: true }));

let server: Server;
let received: URLSearchParams[];
let answer: (response: ServerResponse) => void;
let url: string;

beforeEach(async () => {
  received = [];
  answer = (response) => response.end('{"status":1}');
  server = createServer(async (request, response) => {
    received.push(new URLSearchParams(await text(request)));
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/1/messages.json`;
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const pushover = () => ({ token: 'canary-token', user: 'canary-user', url });
const message = { title: 'Immich: 3 files safe', message: '3 sent', priority: -1 } as const;

test('a notification arrives with its priority', async () => {
  expect(await notify(pushover(), message)).toBeUndefined();
  expect(Object.fromEntries(received[0] ?? [])).toEqual({
    token: 'canary-token',
    user: 'canary-user',
    title: 'Immich: 3 files safe',
    message: '3 sent',
    priority: '-1',
  });
});

test('what is too long is shortened by characters, never through one', async () => {
  const long = '📷'.repeat(2000);
  await notify(pushover(), { title: long, message: long, priority: 1 });
  const [sent] = received;
  expect([...(sent?.get('title') ?? '')]).toHaveLength(250);
  expect([...(sent?.get('message') ?? '')]).toHaveLength(1024);
  expect(sent?.get('message')).toMatch(/^(?:📷)+…$/u);
});

test('a refusal is told without the credentials', async () => {
  answer = (response) =>
    response
      .writeHead(400)
      .end('{"errors":["application token canary-token is\n\u001b[31minvalid"],"u":"canary-user"}');
  const trouble = await notify(pushover(), message);
  expect(trouble).toMatch(/^Pushover answered 400: .*invalid/);
  expect(trouble).not.toContain('canary');
});

test('an answer without an end is read at its beginning only', async () => {
  let sent = 0;
  answer = (response) => {
    response.writeHead(500).on('close', () => clearInterval(pouring));
    const pouring = setInterval(() => {
      if (sent++ < 200) response.write('no '.repeat(20_000));
      else response.end();
    }, 1);
  };
  expect(await notify(pushover(), message)).toMatch(/^Pushover answered 500: (?:no )+n?o?…$/);
  expect(sent).toBeLessThan(200);
});

test('a redirect is not followed: the credentials go nowhere else', async () => {
  answer = (response) => response.writeHead(302, { location: url }).end();
  expect(await notify(pushover(), message)).toBe('Pushover answered 302');
  expect(received).toHaveLength(1);
});

test('a server that hangs up, or does not exist, is told', async () => {
  answer = (response) => response.destroy();
  expect(await notify(pushover(), message)).toContain('Pushover cannot be reached');
  expect(await notify({ ...pushover(), url: 'http://127.0.0.1:1/' }, message)).toMatch(
    /cannot be reached: .+/,
  );
});

const file = (content: string, mode = 0o400) => {
  const path = join(folder, `credentials-${Math.random()}`);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
};

test('the credentials are read as the shell reads them', async () => {
  const path = file('# Pushover\nexport PUSHOVER_TOKEN=\'t0\'\r\nPUSHOVER_USER="u0" # me\n');
  expect(await readPushover(path)).toEqual({
    pushover: { token: 't0', user: 'u0', url: 'https://api.pushover.net/1/messages.json' },
    notes: [],
  });
  const open = await readPushover(
    file('PUSHOVER_TOKEN=t\nPUSHOVER_USER=u\nPUSHOVER_URL=http://nas/x\n', 0o644),
  );
  expect(open.pushover.url).toBe('http://nas/x');
  expect(open.notes).toEqual([expect.stringContaining('can be read by other users')]);
});

test.each([
  ['PUSHOVER_TOKEN=canary', 'has no PUSHOVER_USER='],
  ['PUSHOVER_TOKEN=\nPUSHOVER_USER=canary', 'has no PUSHOVER_TOKEN='],
  ['canary', 'has no PUSHOVER_TOKEN='],
  ['PUSHOVER_TOKEN=canary\nPUSHOVER_USER=canary\nPUSHOVER_URL=ftp://canary', 'not the URL of a server'],
])('%j is refused, and not shown', async (content, sentence) => {
  const error = await readPushover(file(content)).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(sentence);
  expect(String(error)).not.toContain('canary');
});
