import type { IncomingHttpHeaders } from 'node:http';
import * as z from 'zod/mini';
import { ServerProblem } from './problem.ts';
import { retryAfter } from './retry-after.ts';

/** An answer that was read whole, or as far as it came. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Question {
  /** Of the server, for people. */
  readonly url: string;
  /** Below the API: `/server/ping`. */
  readonly path: string;
  /** What the key needs for it. */
  readonly permission?: string | undefined;
}

const LONGEST_WORDS = 300;
const RETRYABLE = [408, 425, 429];
/** In the words of nginx, Go's servers such as Caddy and Traefik, and Apache. */
const WANTS_TLS =
  /plain HTTP request was sent to HTTPS port|HTTP request to an HTTPS server|plain HTTP to an SSL-enabled server port/;

// v2: `message` is a string or a list; v3: a string, and where it is about fields `errors`.
const refusal = z.object({
  message: z.optional(z.union([z.string(), z.array(z.string())])),
  errors: z.optional(z.array(z.object({ path: z.optional(z.array(z.unknown())), message: z.string() }))),
});

/** What an answer means that is no success. */
export function problemOfAnswer(answer: HttpAnswer, { url, path, permission }: Question): ServerProblem {
  const { status } = answer;
  const words = wordsOf(answer);
  const told = words === '' ? `(${status})` : `(${status}: ${words})`;
  const problem = (kind: ServerProblem['kind'], sentence: string) =>
    new ServerProblem(kind, sentence, { status });

  if (status >= 500 || RETRYABLE.includes(status))
    return new ServerProblem('busy', `${url} ${unavailable(status, told)}`, {
      status,
      retryable: true,
      retryAfterMs: retryAfter(answer.headers['retry-after'], Date.now()),
    });
  if (status === 413) return problem('too-large', tooLarge(answer.headers));
  if (status >= 300 && status < 400) return problem('redirect', redirected(answer.headers, url, path));
  if (WANTS_TLS.test(answer.text))
    return problem('unreachable', `${url} uses TLS: write https:// instead of http:// in the URL`);
  if (isWebPage(answer)) return webPage(url, status);
  if (status === 401)
    return problem(
      'key',
      `${url} does not accept the API key ${told}: create a new one in Immich, Account Settings > API Keys`,
    );
  if (status === 403) {
    const lacking = /permission: ?([\w.]+(?:, ?[\w.]+)*)/.exec(words)?.[1] ?? permission;
    return new ServerProblem(
      'permission',
      `the API key lacks ${lacking === undefined ? `a permission ${told}` : `the permission ${lacking}`}: add it in Immich, Account Settings > API Keys`,
      { status, permission: lacking },
    );
  }
  if (/quota/i.test(words))
    return problem(
      'quota',
      `the quota of this user on ${url} is used up ${told}: raise it, or free some space`,
    );
  if (/unsupported file/i.test(words))
    return problem('unsupported', `Immich does not take this type of file ${told}`);
  return problem('refused', `${url} refuses the request ${told}: look for the reason in the log of Immich`);
}

function unavailable(status: number, told: string): string {
  if (status === 500)
    return `had an internal error ${told}: check its log and its free space (hsdoctor check --host SERVER)`;
  if (status > 500)
    return `is not available now ${told}: check that Immich is running (hsdoctor check --host SERVER)`;
  return `is too busy ${told}: run it again later`;
}

export function isWebPage({ headers, text }: HttpAnswer): boolean {
  return /\bhtml\b/.test(headers['content-type'] ?? '') || /^\s*<(?:!doctype|html|head|body)/i.test(text);
}

export const webPage = (url: string, status: number): ServerProblem =>
  new ServerProblem(
    'not-immich',
    `a web page answers at ${url} instead of Immich's API (${status}): check the URL, and whether a proxy in front of it asks for a login`,
    { status },
  );

function tooLarge(headers: IncomingHttpHeaders): string {
  const limit =
    'cf-ray' in headers
      ? 'Cloudflare takes at most 100 MB per request on its free plan: upload through the local network or a VPN'
      : 'raise its limit on the server (nginx: client_max_body_size, 1 MB by default; Cloudflare: 100 MB, fixed), or upload without the proxy';
  return `a proxy in front of Immich does not accept a file this large (413): ${limit}`;
}

function redirected(headers: IncomingHttpHeaders, url: string, path: string): string {
  const target = withoutCredentials(headers.location, url);
  if (target === undefined) return `${url} redirects without saying where to: check the URL`;
  // The place that was asked for is no part of what the user has to set.
  const place = target.replace(/[?#].*/s, '');
  return `${url} redirects: set ${place.endsWith(path) ? place.slice(0, -path.length) : place} as the URL`;
}

function withoutCredentials(location: string | undefined, url: string): string | undefined {
  const target = location === undefined ? null : URL.parse(location, url);
  if (target === null) return undefined;
  target.username = '';
  target.password = '';
  return target.href;
}

/** The server's own words, where it has some for people. */
function wordsOf(answer: HttpAnswer): string {
  const { data } = refusal.safeParse(parsed(answer.text));
  const fields = data?.errors?.map(({ path = [], message }) => [path.join('.'), message].join(' '));
  const words = [data?.message ?? [], fields ?? []].flat().join('; ').replace(/\s+/g, ' ').trim();
  return words.length > LONGEST_WORDS ? `${words.slice(0, LONGEST_WORDS)}…` : words;
}

/** Undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
