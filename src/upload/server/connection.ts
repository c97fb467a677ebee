import http from 'node:http';
import * as z from 'zod/mini';
import type { TransferOptions } from '../options.ts';
import { namedBase, parseServerUrl } from './base-url.ts';
import { type Body, exchange, type Reply } from './exchange.ts';
import { broken, maintenance, ServerProblem } from './problem.ts';
import { type HttpAnswer, isWebPage, parsed, problemOfAnswer, webPage } from './problem-of-answer.ts';
import { type OnRetry, withRetries } from './retry.ts';
import { Patience } from './retry-after.ts';

export interface Request {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Below the API: `/server/ping`. */
  readonly path: string;
  readonly body?: Body;
  /** What the key needs for it, for servers that do not say. */
  readonly permission?: string;
  /** Doing it twice does harm: the caller finds out whether it was done before it asks again. */
  readonly once?: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface JsonRequest extends Omit<Request, 'body'> {
  /** Sent as JSON. */
  readonly data?: unknown;
}

interface ConnectOptions {
  /** Requests that run at the same time: so many connections are kept. */
  readonly concurrency: number;
  /** Ends every request of the connection. */
  readonly signal?: AbortSignal | undefined;
}

interface RepeatOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onRetry?: OnRetry | undefined;
}

const LARGEST_ANSWER = 64 * 1024 * 1024;

const NOT_FOUND = 404;
const CONFIG = '/server/config';
const configured = z.object({ maintenanceMode: z.optional(z.boolean()) });

const pong = z.object({ res: z.literal('pong') });
const wellKnown = z.object({ api: z.object({ endpoint: z.string() }) });

/**
 * Finds the API behind a URL, as people write it, or copy it from a browser that shows a photo. Throws a ServerProblem.
 *
 * @param key none: only what a server tells everybody can be asked
 */
export async function connect(
  url: string,
  key: string | undefined,
  options: TransferOptions,
  { concurrency, signal }: ConnectOptions,
): Promise<Connection> {
  const server = parseServerUrl(url);
  if (key !== undefined && !/^[\x21-\x7e]+$/.test(key))
    throw new ServerProblem('key', 'the API key is empty, or has characters that no key has');
  const { Agent } = server.url.startsWith('https:') ? await import('node:https') : http;
  const agent = new Agent({ keepAlive: true, maxFreeSockets: concurrency });
  const shared = { url: server.url, auth: server.auth, agent, options, signal };
  if (server.isApi) return new Connection({ ...shared, base: server.url, key });
  const sites = pathsOf(server.url).map(
    (site) => new Connection({ ...shared, url: site, base: site, key: undefined }),
  );
  try {
    for (const site of sites) {
      const base = await namedApi(site);
      if (base !== undefined) return new Connection({ ...shared, url: site.url, base, key });
    }
    const site = await answering(sites);
    return new Connection({ ...shared, url: site.url, base: `${site.url}/api`, key });
  } catch (error) {
    agent.destroy();
    throw noAnswer(error, sites[0]?.url ?? server.url);
  }
}

/** As a server ends a connection that wants TLS, and is asked without. */
function noAnswer(error: unknown, url: string): unknown {
  if (!(error instanceof ServerProblem) || error.message !== broken(url)) return error;
  const scheme = url.startsWith('http:') ? ', and whether the URL must begin with https://' : '';
  return new ServerProblem(
    'unreachable',
    `${url} closes the connection without an answer: check the port in the URL${scheme}`,
    { retryable: true },
  );
}

/** The URL, and those of the folders above it: in `/photos/ID` of a browser, only the first part is the server's. */
function pathsOf(url: string): readonly [string, ...string[]] {
  const { origin, pathname } = new URL(url);
  const parts = pathname.split('/').filter((part) => part !== '');
  const above = parts.map((_, index) => [origin, ...parts.slice(0, index)].join('/')).reverse();
  return [url, ...above];
}

/** A server from whose answer nothing was learnt may still have its API at the usual place. */
async function answering([first, ...above]: readonly Connection[]): Promise<Connection> {
  if (first === undefined) throw new Error('no site');
  if (above.length === 0) return first;
  for (const site of [first, ...above]) {
    const api = await site.json(pong, { path: '/api/server/ping' }).catch(() => undefined);
    if (api !== undefined) return site;
  }
  return first;
}

async function namedApi(site: Connection): Promise<string | undefined> {
  const answer = await site.repeat(async () =>
    site.read(await site.request({ path: '/.well-known/immich' }, site.longestMs)),
  );
  const { data } = wellKnown.safeParse(answer.status === 200 ? parsed(answer.text) : undefined);
  return data === undefined ? undefined : namedBase(data.api.endpoint, site.url);
}

interface ConnectionParts {
  readonly url: string;
  readonly base: string;
  readonly key: string | undefined;
  readonly auth: string | undefined;
  readonly agent: http.Agent;
  readonly options: TransferOptions;
  readonly signal: AbortSignal | undefined;
}

/** What requests to one server share. Its key and password are private, so that nothing that prints it shows them. */
export class Connection {
  /** Of the server, without user and password: for people. */
  readonly url: string;
  readonly options: TransferOptions;
  readonly signal: AbortSignal | undefined;
  readonly #base: string;
  readonly #key: string | undefined;
  readonly #auth: string | undefined;
  readonly #agent: http.Agent;
  readonly #patience = new Patience();
  #maintenance: Promise<boolean> | undefined;

  constructor({ url, base, key, auth, agent, options, signal }: ConnectionParts) {
    this.url = url;
    this.options = options;
    this.signal = signal;
    this.#base = base;
    this.#key = key;
    this.#auth = auth;
    this.#agent = agent;
  }

  /** How long a request without a file may take altogether, however busy its connection is. */
  get longestMs(): number {
    return Math.max(this.options.idleTimeoutMs, this.options.responseTimeoutMs);
  }

  /** One request, as it is: any status, and a body that is still to be read. Throws a ServerProblem. */
  async request(request: Request, totalMs?: number): Promise<Reply> {
    const reply = await this.#exchange(request, totalMs);
    // In maintenance nothing else is there, whatever was before.
    if (reply.status !== NOT_FOUND || this.#key === undefined || request.path === CONFIG) return reply;
    if (!(await this.#isInMaintenance())) return reply;
    reply.discard();
    throw maintenance(this.url);
  }

  /** Once for all who ask at the same time. */
  #isInMaintenance(): Promise<boolean> {
    this.#maintenance ??= this.json(configured, { path: CONFIG })
      .then(
        ({ maintenanceMode }) => maintenanceMode === true,
        () => false,
      )
      .finally(() => {
        this.#maintenance = undefined;
      });
    return this.#maintenance;
  }

  #exchange(
    { method = 'GET', path, body, once, signal }: Request,
    totalMs: number | undefined,
  ): Promise<Reply> {
    return exchange({
      method,
      target: new URL(this.#base + path),
      url: this.url,
      headers: {
        accept: 'application/json',
        // Sizes and checksums are those of the bytes themselves.
        'accept-encoding': 'identity',
        ...(this.#key === undefined ? {} : { 'x-api-key': this.#key }),
      },
      auth: this.#auth,
      body,
      agent: this.#agent,
      once,
      idleMs: this.options.idleTimeoutMs,
      totalMs,
      signal: signal ?? this.signal,
    });
  }

  /** Sends and reads JSON, once. Throws a ServerProblem for anything else than success. */
  async json<T extends z.core.$ZodType>(schema: T, { data, ...request }: JsonRequest): Promise<z.output<T>> {
    const body = data === undefined ? {} : { body: jsonBody(data, this.options.idleTimeoutMs) };
    const reply = await this.request({ ...request, ...body }, this.longestMs);
    return this.understand(schema, await this.read(reply), request);
  }

  /** The same, repeated where that may help. */
  ask<T extends z.core.$ZodType>(schema: T, request: JsonRequest): Promise<z.output<T>> {
    return this.repeat(() => this.json(schema, request));
  }

  /** `attempt` is told how many there were before it. */
  repeat<T>(
    attempt: (before: number) => Promise<T>,
    { signal = this.signal, onRetry }: RepeatOptions = {},
  ): Promise<T> {
    return withRetries(attempt, this.options, signal, onRetry, this.#patience);
  }

  /** What a successful answer says. Throws what any other means. */
  understand<T extends z.core.$ZodType>(schema: T, answer: HttpAnswer, request: Request): z.output<T> {
    if (answer.status < 200 || answer.status > 299) throw this.problem(answer, request);
    if (isWebPage(answer)) throw webPage(this.url, answer.status);
    const { data, success } = z.safeParse(schema, parsed(answer.text));
    if (!success)
      throw new ServerProblem(
        'not-immich',
        `${this.url} does not answer like Immich on ${request.path}: check the address and the port`,
        {
          status: answer.status,
        },
      );
    return data;
  }

  problem(answer: HttpAnswer, { path, permission }: Request): ServerProblem {
    return problemOfAnswer(answer, { url: this.url, path, permission });
  }

  /** The whole answer. One that is no success, and is cut short, still says so by its status. */
  async read(reply: Reply): Promise<HttpAnswer> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    try {
      for await (const chunk of reply.chunks()) {
        bytes += chunk.byteLength;
        if (bytes > LARGEST_ANSWER)
          throw new ServerProblem('not-immich', `${this.url} sends an answer that does not end`);
        chunks.push(chunk);
      }
    } catch (error) {
      const kind = error instanceof ServerProblem ? error.kind : undefined;
      if (reply.status < 300 || (kind !== 'unreachable' && kind !== 'timeout')) throw error;
    }
    const { status, headers } = reply;
    return {
      status,
      headers: this.#withoutKey(headers),
      text: this.#hidden(Buffer.concat(chunks).toString()),
    };
  }

  close(): void {
    this.#agent.destroy();
  }

  #withoutKey({ location, ...headers }: HttpAnswer['headers']): HttpAnswer['headers'] {
    return location === undefined ? headers : { ...headers, location: this.#hidden(location) };
  }

  /** A server may repeat what it was sent. */
  #hidden(text: string): string {
    return this.#key === undefined ? text : text.replaceAll(this.#key, '[redacted]');
  }
}

function jsonBody(data: unknown, answerMs: number): Body {
  const bytes = Buffer.from(JSON.stringify(data));
  return {
    type: 'application/json',
    length: bytes.byteLength,
    answerMs,
    askFirst: false,
    write: async (write) => {
      await write(bytes);
    },
  };
}
