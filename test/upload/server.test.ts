import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BIN } from '../support/hsdoctor.ts';
import { startFakeImmich } from './fake-server/server.ts';
import { Upload } from './pipeline/support.ts';

describe('with --notify', () => {
  let pushover: Server;
  let received: URLSearchParams[];
  let status: number;
  beforeEach(async () => {
    received = [];
    status = 200;
    pushover = createServer(async (request, response) => {
      received.push(new URLSearchParams(await text(request)));
      response.writeHead(status).end('{"status":1}');
    });
    await new Promise<void>((resolve) => pushover.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => pushover.close(resolve)));

  /** Writes the credentials where they are looked for. */
  const credentials = (upload: Upload) => {
    const { port } = pushover.address() as AddressInfo;
    mkdirSync(upload.path('home', '.config', 'pushover'), { recursive: true });
    writeFileSync(
      upload.path('home', '.config', 'pushover', 'immich'),
      `export PUSHOVER_TOKEN='canary-token'\nPUSHOVER_USER=canary-user\nPUSHOVER_URL=http://127.0.0.1:${port}/\n`,
      { mode: 0o400 },
    );
  };
  const told = () => received.map((form) => `${form.get('priority')}: ${form.get('title')}`);

  test('success is told quietly, and a run with nothing to do not at all', async () => {
    await using upload = await Upload.start();
    credentials(upload);
    upload.photo('a.jpg');
    expect(await upload.run(['--notify', '--delete'])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(told()).toEqual(['-1: Immich: 1 file safe']);
    expect(await upload.start(['--notify', '--delete'])).toMatchObject({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
    upload.photo('b.jpg');
    await upload.run(['--notify', '--dry-run']);
    expect(received).toHaveLength(1);
  });

  test('a part is told with counts, and a server that is away loudly', async () => {
    await using upload = await Upload.start();
    credentials(upload);
    upload.photo('a.jpg');
    upload.photo('empty.jpg', '');
    expect((await upload.run(['--notify'])).exitCode).toBe(1);
    expect(
      (await upload.run(['--notify', '--retries=0'], { IMMICH_INSTANCE_URL: 'http://127.0.0.1:1' })).exitCode,
    ).toBe(3);
    expect(told()).toEqual(['0: Immich: 1 of 2 uploaded', '1: Immich: the upload failed']);
  });

  test('of a success nothing is told where only a failure is to be', async () => {
    await using upload = await Upload.start();
    credentials(upload);
    upload.photo('a.jpg');
    expect((await upload.run(['--notify', '--notify-on=failure'])).exitCode).toBe(0);
    expect(told()).toEqual([]);
    upload.photo('empty.jpg', '');
    expect((await upload.run(['--notify', '--notify-on=failure'])).exitCode).toBe(1);
    expect(told()).toEqual(['0: Immich: 1 of 2 uploaded']);
  });

  test('a notification that fails is a note, and changes no result', async () => {
    status = 500;
    await using upload = await Upload.start();
    credentials(upload);
    upload.photo('a.jpg');
    const { exitCode, stderr } = await upload.run(['--notify']);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^hsdoctor: the notification was not sent: Pushover answered 500/);
    expect(stderr).not.toContain('canary');
  });
});

test('a key file that others can read is noted in the report', async () => {
  await using upload = await Upload.start();
  upload.photo('a.jpg');
  const file = upload.path('home', 'key');
  writeFileSync(file, `IMMICH_API_KEY="${upload.server.key}"\n`);
  chmodSync(file, 0o644);
  const { report, exitCode } = await upload.run(['--key-file', file], { IMMICH_API_KEY: '' });
  expect(exitCode).toBe(0);
  expect(report.notes).toContain(`${file} can be read by other users: run chmod 600 on it`);
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends a run cleanly: %i, and the next one goes on', async (signal, status) => {
  await using upload = await Upload.start({ delayMs: 300 });
  for (let index = 0; index < 40; index += 1) upload.photo(`${index}.jpg`);
  const child = upload.start(['--json', '--concurrency=1', '--delete']);
  await vi.waitUntil(() => upload.server.requests.some(({ path }) => path === '/assets'), {
    timeout: 30_000,
  });
  child.kill(signal);
  const { stdout, exitCode } = await child;
  expect(exitCode).toBe(status);
  expect(JSON.parse(stdout)).toMatchObject({ ending: 'interrupted', exitStatus: status });
});

test('a second signal ends it at once', async () => {
  await using upload = await Upload.start({ faults: [{ effect: { kind: 'stall' } }] });
  upload.photo('a.jpg');
  const child = upload.start([], { HSDOCTOR_UPLOAD_IDLE_TIMEOUT: '1h' });
  await vi.waitUntil(() => upload.server.requests.length > 0, { timeout: 30_000 });
  child.kill('SIGINT');
  child.kill('SIGTERM');
  expect([130, 143]).toContain((await child).exitCode);
});

describe('immich ping', () => {
  const ping = (env: Record<string, string>, ...args: string[]) =>
    execa(process.execPath, [BIN, 'immich', 'ping', ...args], {
      reject: false,
      env: { NO_COLOR: '1', ...env },
    });
  const steady = (stdout: string) =>
    `${stdout.replaceAll(/127\.0\.0\.1:\d+/g, 'minipc:2283').replaceAll(/in \d+ ms/g, 'in 12 ms')}\n`;

  test.each([
    ['everything', {}],
    ['some', { permissions: ['asset.upload', 'user.read'], quota: { size: 5e10, usage: 2.5e10 } }],
    ['old', { version: '1.135.3' }],
    ['nothing', { permissions: ['asset.read'] }],
    ['maintenance', { maintenance: true }],
  ])('%s is told', async (name, options) => {
    const server = await startFakeImmich(options);
    const env = { IMMICH_INSTANCE_URL: server.url, IMMICH_API_KEY: server.key };
    const { stdout, stderr, exitCode } = await ping(env);
    const inJson = await ping(env, '--json');
    await server.close();
    await expect(steady(stdout + stderr)).toMatchFileSnapshot(
      `../golden/upload/ping-${name}.exit-${exitCode}.txt`,
    );
    expect(JSON.parse(inJson.stdout).ok).toBe(exitCode === 0);
    expect(`${stdout}${stderr}${inJson.stdout}`).not.toContain(server.key);
  });

  test('no word of a server is a line of its own, or one that a CI obeys', async () => {
    const word = 'x\n::error::y ##vso[task.complete]';
    const answers: Record<string, object> = {
      '/.well-known/immich': { api: { endpoint: '/api' } },
      '/api/server/ping': { res: 'pong' },
      '/api/server/version': { major: 2, minor: 1, patch: 0 },
      '/api/server/config': { maintenanceMode: false, trashDays: 30, isInitialized: true },
      '/api/api-keys/me': { id: '1', name: word, permissions: ['asset.read', word] },
      '/api/users/me': { id: '1', name: word, email: word, quotaSizeInBytes: null, quotaUsageInBytes: 0 },
    };
    const server = createServer((request, response) => {
      const answer = answers[request.url ?? ''];
      response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? { message: word, error: word }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout, stderr } = await ping({ IMMICH_INSTANCE_URL: url, IMMICH_API_KEY: 'canary' });
    server.close();
    expect(`${stdout}\n${stderr}`).toContain('\\u{23}#vso');
    expect(`${stdout}\n${stderr}`).not.toMatch(/^\s*::|##(?:\[|vso)/m);
  });

  test('a bad key, and no server, end with 3', async () => {
    const server = await startFakeImmich();
    const bad = await ping({ IMMICH_INSTANCE_URL: server.url, IMMICH_API_KEY: 'canary' });
    await server.close();
    const away = await ping({ IMMICH_INSTANCE_URL: server.url, IMMICH_API_KEY: 'canary' });
    expect([bad.exitCode, away.exitCode]).toEqual([3, 3]);
    expect(away.stderr).toMatch(/^hsdoctor: cannot connect to \S+: connection refused \(ECONNREFUSED\): /);
    expect(`${bad.stderr}${away.stderr}`).not.toContain('canary');
  });
});
