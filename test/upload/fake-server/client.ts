import { once } from 'node:events';
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Parsed, or undefined when it is not JSON. */
  readonly json: unknown;
}

/** Where a server is, and its key. */
export interface Reachable {
  readonly url: string;
  readonly key: string;
}

interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  /** Default: the server's. */
  readonly key?: string | undefined;
}

/** The request, to be written by the caller; nothing is sent before that. */
export function open(
  { url, key }: Reachable,
  method: string,
  path: string,
  { headers = {}, ...call }: Call = {},
): ClientRequest {
  const own = 'key' in call ? call.key : key;
  return request(`${url}/api${path}`, {
    method,
    agent: false,
    headers: { ...headers, ...(own === undefined ? {} : { 'x-api-key': own }) },
  });
}

/** @throws Error when the connection ends before the answer does. */
export async function answerOf(sent: ClientRequest): Promise<Answered> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve);
    // After an answer a failed write is of no interest.
    sent.on('error', reject);
  });
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(response, 'end');
  const body = Buffer.concat(chunks);
  return { status: response.statusCode ?? 0, headers: response.headers, body, json: parsed(body) };
}

export function call(fake: Reachable, method: string, path: string, options: Call = {}): Promise<Answered> {
  const { body = '', headers = {} } = options;
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const sent = open(fake, method, path, { ...options, headers: { ...length, ...headers } });
  sent.end(body);
  return answerOf(sent);
}

export const callJson = (fake: Reachable, method: string, path: string, body: unknown): Promise<Answered> =>
  call(fake, method, path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const BOUNDARY = '----a boundary';
export const FORM = { 'content-type': `multipart/form-data; boundary="${BOUNDARY}"` };

/** What versions 1 to 3 ask for. */
export const FIELDS = {
  deviceAssetId: 'a.jpg-4',
  deviceId: 'test',
  fileCreatedAt: '2026-01-02T03:04:05.000Z',
  fileModifiedAt: '2026-01-02T03:04:05.000Z',
};

type Parts = Readonly<Record<string, string | { readonly name: string; readonly content: Buffer | string }>>;

export const partHead = (name: string, filename?: string): string =>
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n`;
export const LAST = `\r\n--${BOUNDARY}--\r\n`;

export function form(parts: Parts): Buffer {
  const pieces = Object.entries(parts).flatMap(([name, part]) => [
    Buffer.from(typeof part === 'string' ? partHead(name) : partHead(name, part.name)),
    Buffer.from(typeof part === 'string' ? part : part.content),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces.slice(0, -1), Buffer.from(LAST)]);
}

/** Uploads one photo with the fields of all versions. */
export const uploadTo = (
  fake: Reachable,
  content: Buffer | string,
  parts: Parts = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> =>
  call(fake, 'POST', '/assets', {
    headers: { ...FORM, ...headers },
    body: form({ ...FIELDS, assetData: { name: 'a.jpg', content }, ...parts }),
  });

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
