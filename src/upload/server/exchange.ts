import http, { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { aborted, broken, ServerProblem } from './problem.ts';
import { isBroken, problemOfError } from './problem-of-error.ts';
import { Watchdog } from './watchdog.ts';

/**
 * Sends bytes. Resolved when they are on their way and their buffer is free again; false: nothing more is wanted, because
 * an answer is there, or the connection is gone. One at a time.
 */
export type Write = (bytes: Uint8Array) => Promise<boolean>;

export interface Body {
  readonly type: string;
  /** Exactly as many bytes as are written. */
  readonly length: number;
  /** How long the server may take for its answer after the last of them. */
  readonly answerMs: number;
  /** Asks the server whether it wants the body before it is sent. */
  readonly askFirst: boolean;
  /** May be called again, for the same bytes. An error that it throws ends the exchange, and is thrown by it. */
  write(write: Write): Promise<void>;
}

export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** `user:password` for a proxy in front of the server. */
  readonly auth?: string | undefined;
  readonly body?: Body | undefined;
  readonly agent: http.Agent;
  /** Doing it twice does harm. */
  readonly once?: boolean | undefined;
  /** For people. */
  readonly url: string;
  readonly idleMs: number;
  /** From the beginning of the call to the end of the answer. */
  readonly totalMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body is still to be read: every reply must be read to its end or discarded. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** It came after the last byte of the body: otherwise the server cannot have seen all of it. */
  readonly afterBody: boolean;
  chunks(): AsyncIterable<Buffer>;
  discard(): void;
}

/** How long a server that does not know `Expect: 100-continue` is waited for. */
const PATIENCE_MS = 1000;

/** A connection kept from an earlier request that the server closed meanwhile, as it may at any time. */
class StaleConnection extends Error {}

/** One request and the beginning of its answer. Throws a ServerProblem, or what the body's writer threw. */
export async function exchange(call: Call): Promise<Reply> {
  try {
    return await attempt(call, call.agent);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    return await attempt(call, false);
  }
}

async function attempt(call: Call, agent: http.Agent | false): Promise<Reply> {
  if (call.signal?.aborted) throw aborted();
  // Not loaded where nothing is encrypted.
  const { request: open } = call.target.protocol === 'https:' ? await import('node:https') : http;
  const request = begin(call, agent, open);
  let response: IncomingMessage | undefined;
  const end = (error: Error) => (response ?? request).destroy(error);
  const timedOut = (what: string) =>
    end(
      new ServerProblem(
        'timeout',
        `${call.url} ${what}: check the network and the VPN, and that Immich is running`,
        { retryable: true },
      ),
    );

  const watchdog = new Watchdog(timedOut);
  watchdog.watch(call.idleMs, 'did not accept the connection');
  const limit =
    call.totalMs === undefined
      ? undefined
      : setTimeout(timedOut, call.totalMs, `timed out after ${call.totalMs / 1000} s`);
  const onAbort = () => end(aborted());
  call.signal?.addEventListener('abort', onAbort, { once: true });
  request.once('close', () => {
    watchdog.stop();
    clearTimeout(limit);
    call.signal?.removeEventListener('abort', onAbort);
  });

  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    // Not once: a reset may follow an answer, or another error.
    request.on('error', reject);
    request.once('close', () => {
      // Every request closes, and the stack of an error is costly.
      if (response === undefined) reject(new ServerProblem('unreachable', broken(call.url)));
    });
  });
  const writer = new BodyWriter(request, watchdog);
  answered.catch(() => {}).finally(() => writer.close());
  request.once('finish', () => {
    if (response === undefined) watchdog.watch(call.body?.answerMs ?? call.idleMs, 'did not answer');
  });

  let fault: { readonly error: unknown } | undefined;
  const written = send(request, call, writer, watchdog).catch((error) => {
    fault = { error };
    request.destroy(aborted());
  });
  try {
    response = await answered;
  } catch (error) {
    await written;
    if (fault !== undefined) throw fault.error;
    if (agent !== false && !call.once && request.reusedSocket && isBroken(error)) throw new StaleConnection();
    throw problemOfError(error, call.url);
  }
  watchdog.watch(call.idleMs, 'stopped in the middle of its answer');
  await written;
  const afterBody = writer.sent === (call.body?.length ?? 0);
  return replyOf(request, response, { afterBody, watchdog, call });
}

function begin(
  { target, method, headers, auth, body }: Call,
  agent: http.Agent | false,
  open: typeof http.request,
): ClientRequest {
  return open(target, {
    method,
    agent,
    ...(auth === undefined ? {} : { auth }),
    headers: {
      ...headers,
      ...(body === undefined ? {} : { 'content-type': body.type, 'content-length': body.length }),
      ...(body?.askFirst === true ? { expect: '100-continue' } : {}),
    },
  });
}

async function send(
  request: ClientRequest,
  call: Call,
  writer: BodyWriter,
  watchdog: Watchdog,
): Promise<void> {
  const { body, idleMs } = call;
  if (body !== undefined) {
    onConnected(request, () => watchdog.watch(idleMs, 'did not accept any data'));
    if (body.askFirst) await writer.mayContinue(PATIENCE_MS);
    await body.write((bytes) => writer.write(bytes));
    // An unfinished request must not look finished, or its connection would be used again.
    if (writer.sent < body.length) return;
  }
  request.end();
}

/** To be called before the request has its socket. */
function onConnected(request: ClientRequest, then: () => void): void {
  request.once('socket', (socket) => (socket.connecting ? socket.once('connect', then) : then()));
}

/** Writes the body to the request, until it is closed. */
class BodyWriter {
  readonly #request: ClientRequest;
  readonly #watchdog: Watchdog;
  #closed = false;
  #wake: () => void = () => {};
  /** Bytes that were handed over. */
  sent = 0;

  constructor(request: ClientRequest, watchdog: Watchdog) {
    this.#request = request;
    this.#watchdog = watchdog;
  }

  async write(bytes: Uint8Array): Promise<boolean> {
    if (this.#closed) return false;
    this.sent += bytes.byteLength;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#request.write(bytes, () => resolve());
    });
    this.#watchdog.moved();
    return !this.#closed;
  }

  /** Resolved when the server wants the body, has answered, or says nothing for so long. */
  async mayContinue(patienceMs: number): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#request.once('continue', resolve);
      onConnected(this.#request, () => setTimeout(resolve, patienceMs).unref());
      this.#request.flushHeaders();
    });
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }
}

interface ReplyContext {
  readonly afterBody: boolean;
  readonly watchdog: Watchdog;
  readonly call: Call;
}

function replyOf(
  request: ClientRequest,
  response: IncomingMessage,
  { afterBody, watchdog, call }: ReplyContext,
): Reply {
  // Nothing may follow an answer that came too early on the same connection.
  const release = () => {
    if (!afterBody) request.destroy();
  };
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    afterBody,
    async *chunks() {
      try {
        for await (const chunk of response) {
          watchdog.moved();
          yield chunk;
        }
      } catch (error) {
        throw problemOfError(error, call.url);
      } finally {
        release();
      }
    },
    discard() {
      response.on('error', () => {});
      response.resume();
      release();
    },
  };
}
