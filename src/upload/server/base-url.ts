import { ServerProblem } from './problem.ts';

/** A server's URL, as somebody wrote it, in its parts. */
export interface ServerUrl {
  /** Without user and password, and without a slash at its end: for people. */
  readonly url: string;
  /** `user:password` for a proxy in front of the server. */
  readonly auth: string | undefined;
  /** It names the API itself. */
  readonly isApi: boolean;
}

/** Throws a ServerProblem that does not repeat what is no URL, because it may hold a password. */
export function parseServerUrl(text: string): ServerUrl {
  const parsed = URL.parse(text);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol) || parsed.hostname === '')
    throw new ServerProblem(
      'unreachable',
      'the URL of the server is not valid: write it like https://photos.example.com, or http://192.168.1.2:2283',
    );
  const { username, password, origin, pathname } = parsed;
  const url = origin + pathname.replace(/\/+$/, '');
  return {
    url,
    auth: username === '' && password === '' ? undefined : `${decoded(username)}:${decoded(password)}`,
    isApi: url.endsWith('/api'),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Where the API is that `/.well-known/immich` names: on the same server only, because the key goes there. */
export function namedBase(endpoint: string, url: string): string {
  const target = URL.parse(endpoint, `${url}/`);
  if (target === null || target.origin !== new URL(url).origin)
    throw new ServerProblem(
      'redirect',
      `${url} points to the API of another server${target === null ? '' : `, ${target.origin}${target.pathname}`}: if you trust that server, set its URL`,
    );
  return target.origin + target.pathname.replace(/\/+$/, '');
}
