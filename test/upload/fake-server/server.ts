import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from './context.ts';
import { errorBody, HttpError } from './errors.ts';
import { createExchange, type Exchange, expectsContinue, Struck } from './exchange.ts';
import { createMatcher, type Fault, seededRandom } from './faults.ts';
import { route } from './routes.ts';
import { createStore, type Store } from './store.ts';
import { behaviourOf } from './versions.ts';

interface ReceivedRequest {
  readonly method: string;
  /** Without `/api` and query. */
  readonly path: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Read so far. */
  readonly bodyBytes: number;
  /** Without the key. */
  readonly headers: IncomingHttpHeaders;
  /** Of the answer; none as long as there is none. */
  readonly status?: number;
}

export interface FakeImmich {
  /** Origin, without `/api`. */
  readonly url: string;
  /** A valid key. */
  readonly key: string;
  readonly store: Store;
  readonly requests: readonly ReceivedRequest[];
  /** May be changed at any time. */
  faults: readonly Fault[];
  /** The same. */
  maintenance: boolean;
  /** The same. */
  failedJobs: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

export interface FakeImmichOptions {
  /** Default: 3.0.3. */
  readonly version?: string;
  /** Default: the same for all. */
  readonly key?: string;
  /** Of the key. Default: `all`. */
  readonly permissions?: readonly string[];
  /** In bytes. Default: no limit. */
  readonly quota?: { readonly size: number; readonly usage: number };
  readonly maintenance?: boolean;
  /** Added to each answer. Default: 0. */
  readonly delayMs?: number;
  /** Off: files are counted and hashed only, the memory stays flat. Default: true. */
  readonly keepBytes?: boolean;
  readonly faults?: readonly Fault[];
  /** For the faults with a chance. Default: 1. */
  readonly seed?: number;
}

const KEY = 'fake-Immich-key-8QqYx2mVb7Zr4Tn6Lk9Wp3Hd5Sc1Jg0';

/** A server that answers as Immich does, on a free port of the loopback interface, and fails as it is told. */
export async function startFakeImmich(options: FakeImmichOptions = {}): Promise<FakeImmich> {
  const {
    version = '3.0.3',
    key = KEY,
    permissions = ['all'],
    maintenance = false,
    delayMs = 0,
    keepBytes = true,
  } = options;
  const store = createStore(options.quota === undefined ? { size: null, usage: 0 } : { ...options.quota });
  const requests: Mutable<ReceivedRequest>[] = [];
  const connections = new Set<Socket>();
  const match = createMatcher(seededRandom(options.seed ?? 1));
  const context: Context = {
    behaviour: behaviourOf(version),
    store,
    keepBytes,
    get maintenance() {
      return fake.maintenance;
    },
    get failedJobs() {
      return fake.failedJobs;
    },
    key,
    permissions,
    faultsOf: ({ req }, file) => match(fake.faults, { method: req.method ?? '', path: pathOf(req), file }),
  };
  const server = createServer((req, res) => void serve(req, res));
  server.on('checkContinue', (req, res) => void serve(req, res));
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
  });
  // Uploads to a slow server take as long as they take.
  server.requestTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');

  const die = (): void => {
    server.close();
    for (const socket of connections) socket.resetAndDestroy();
  };

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = pathOf(req);
    const { 'x-api-key': _, ...headers } = req.headers;
    const received: Mutable<ReceivedRequest> = {
      method: req.method ?? '',
      path,
      at: Date.now(),
      bodyBytes: 0,
      headers,
    };
    requests.push(received);
    res.on('finish', () => {
      received.status = res.statusCode;
    });
    const exchange = createExchange({
      req,
      res,
      effects: match(fake.faults, received),
      onBytes: (count) => {
        received.bodyBytes += count;
      },
      die,
    });
    try {
      await respond(exchange, path);
    } catch (error) {
      // A client that went away needs no answer. A request is destroyed when it has been read, too.
      if (error instanceof Struck || req.socket.destroyed) return;
      const failure = error instanceof HttpError ? error : new HttpError(500, 'Internal server error');
      if (!(error instanceof HttpError)) process.emitWarning(`fake Immich: ${error}`);
      send(res, failure.status, errorBody(failure, context.behaviour));
      req.resume();
    }
  }

  async function respond(exchange: Exchange, path: string): Promise<void> {
    await exchange.reach('before-body');
    if (expectsContinue(exchange.req)) exchange.res.writeContinue();
    if (path === '/.well-known/immich') {
      send(exchange.res, 200, { api: { endpoint: '/api' } });
      return;
    }
    const reply = await route(context, exchange, path);
    if (reply === undefined) return;
    await exchange.reach('after-body');
    await exchange.reach('after-work');
    if (delayMs > 0) await sleep(delayMs);
    send(exchange.res, reply.status, reply.body);
    exchange.req.resume();
  }

  const fake: FakeImmich = {
    url: `http://127.0.0.1:${address.port}`,
    key,
    store,
    requests,
    faults: options.faults ?? [],
    maintenance,
    failedJobs: 0,
    async close() {
      if (server.listening) server.close();
      for (const socket of connections) socket.destroy();
      while (connections.size > 0) await Promise.all([...connections].map((socket) => once(socket, 'close')));
    },
  };
  return fake;
}

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** The path of an API call without `/api`; any other path as it is. */
function pathOf(req: IncomingMessage): string {
  const { pathname } = new URL(req.url ?? '/', 'http://localhost');
  return pathname.replace(/^\/api(?=\/)/, '');
}

function send(res: ServerResponse, status: number, body: object | undefined): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  res.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}
