import { once } from 'node:events';
import { lstat, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { FoundFile } from '../../../src/upload/files/found-file.ts';
import { identityOf } from '../../../src/upload/files/identity.ts';
import type { TransferOptions } from '../../../src/upload/options.ts';
import { type Connection, connect } from '../../../src/upload/server/connection.ts';
import { ServerProblem } from '../../../src/upload/server/problem.ts';
import { type FakeImmich, type FakeImmichOptions, startFakeImmich } from '../fake-server/server.ts';

export const KEY = 'the-key-that-nobody-may-see';

/** Long enough for a busy machine, no retries: what fails shows at once. */
export const OPTIONS: TransferOptions = {
  idleTimeoutMs: 20_000,
  responseTimeoutMs: 20_000,
  retries: 0,
  retryDelayMs: 1,
};

export async function fakeImmich(options?: FakeImmichOptions): Promise<FakeImmich> {
  const server = await startFakeImmich(options);
  onTestFinished(() => server.close());
  return server;
}

export async function connected(
  server: { readonly url: string; readonly key?: string },
  options: Partial<TransferOptions> = {},
  signal?: AbortSignal,
): Promise<Connection> {
  const connection = await connect(
    server.url,
    server.key ?? KEY,
    { ...OPTIONS, ...options },
    { concurrency: 4, signal },
  );
  onTestFinished(() => connection.close());
  return connection;
}

/** A server that answers each request as it likes. */
export const httpServer = (
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ url: string }> => listening(createHttpServer(answer));

/** A server that speaks no HTTP unless `talk` does. Its URL names the API, so that nothing is asked beforehand. */
export async function rawServer(talk: (socket: Socket) => void): Promise<{ url: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    talk(socket);
  });
  return { url: `${(await listening(server)).url}/api` };
}

async function listening(server: Server): Promise<{ url: string }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}` };
}

/** A folder that goes with the test. */
export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hsdoctor-server-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

export async function found(path: string): Promise<FoundFile> {
  const identity = identityOf(await lstat(path, { bigint: true }));
  return { path, name: basename(path), identity, linked: false };
}

export async function file(content: string | Uint8Array, name = 'photo.jpg'): Promise<FoundFile> {
  const path = join(await folder(), name);
  await writeFile(path, content);
  return found(path);
}

export const photo = (main: FoundFile) => ({ main, fileName: main.name, deviceAssetId: main.name });

/** The problem that it fails with, which must not tell the key. */
export async function problemOf(failing: Promise<unknown>): Promise<ServerProblem> {
  const error = await failing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ServerProblem))
    throw new Error('it fails with no problem of a server', { cause: error });
  if (JSON.stringify([error, error.message, error.stack]).includes(KEY)) throw new Error('it tells the key');
  return error;
}

export const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
};
