/**
 * When an effect strikes: before a byte of the body is read, after so many bytes of it, after all of it, or after the
 * work is done but before the answer. A fault with a `file` strikes when that file's part begins, at the earliest.
 */
export type Moment = 'before-body' | { readonly bytes: number } | 'after-body' | 'after-work';

interface Timed {
  /** Default: before the body. */
  readonly when?: Moment;
}

/** In place of the right answer. */
export interface Answer extends Timed {
  readonly kind: 'answer';
  readonly status: number;
  /** Sent as it is; default: empty. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * `lingering` says `Connection: close`, and reads on until the client has seen it, as nginx does;
   * `at-once` closes under the client's hands. Default: the connection lives on, as Immich does.
   */
  readonly close?: 'lingering' | 'at-once';
}

/** The connection ends with RST. */
interface Reset extends Timed {
  readonly kind: 'reset';
}

/** Neither reads nor answers, for ever or until the promise is kept. */
interface Stall extends Timed {
  readonly kind: 'stall';
  readonly until?: Promise<unknown>;
}

/** The body is read no faster than this. */
interface Slow {
  readonly kind: 'slow';
  readonly bytesPerSecond: number;
}

/** The server ends: this and all other connections are reset, later ones refused. */
interface Dies extends Timed {
  readonly kind: 'dies';
}

/**
 * An upload is answered as if all were well, but:
 * - `nothing`: nothing is kept;
 * - `flipped`, `truncated`: other bytes are kept, and their checksum; truncated lacks the last byte;
 * - `no-file`: the row is right, the file on the server's disk is gone;
 * - `other-size`, `other-bytes`: the row is right, the file on the server's disk is not (in size, or only in content);
 * - `trashed`: the asset is in the trash at once;
 * - `wrong-id`: the answer has the id of no asset;
 * - `unlinked`: the photo does not get the video that was named with it, which is hidden all the same.
 */
export interface Keep {
  readonly kind: 'keep';
  readonly how:
    | 'nothing'
    | 'flipped'
    | 'truncated'
    | 'no-file'
    | 'other-size'
    | 'other-bytes'
    | 'trashed'
    | 'wrong-id'
    | 'unlinked';
}

export type Strike = Answer | Reset | Stall | Dies;
export type Effect = Strike | Slow | Keep;

/** Which requests suffer, and what. All given conditions must hold. */
export interface Fault {
  readonly method?: string;
  /** Without `/api`: equal to this, or matched by it. */
  readonly path?: string | RegExp;
  /** Name of the uploaded file; only uploads have one. */
  readonly file?: string | RegExp;
  /** Only these of the requests that match, counted from 1. */
  readonly nth?: number | readonly number[];
  /** Only the first so many of the requests that match. */
  readonly times?: number;
  /** 0 to 1; drawn for each request that matches. */
  readonly chance?: number;
  readonly effect: Effect;
}

interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  readonly file?: string;
}

/** Finds the effects for one request; counts what has matched. */
export type FaultMatcher = (faults: readonly Fault[], request: FaultyRequest) => Effect[];

/** @param random draws from 0 to 1. */
export function createMatcher(random: () => number): FaultMatcher {
  const counts = new WeakMap<Fault, number>();
  return (faults, request) =>
    faults
      .filter((fault) => {
        // A fault with a file is looked at once the file's name is known, any other at the start.
        if ((fault.file === undefined) !== (request.file === undefined)) return false;
        if (fault.method !== undefined && fault.method !== request.method) return false;
        if (!matches(fault.path, request.path) || !matches(fault.file, request.file ?? '')) return false;
        const count = (counts.get(fault) ?? 0) + 1;
        counts.set(fault, count);
        if (fault.nth !== undefined && ![fault.nth].flat().includes(count)) return false;
        if (fault.times !== undefined && count > fault.times) return false;
        return fault.chance === undefined || random() < fault.chance;
      })
      .map(({ effect }) => effect);
}

const matches = (pattern: string | RegExp | undefined, text: string): boolean =>
  pattern === undefined || (typeof pattern === 'string' ? pattern === text : pattern.test(text));

/** Numbers from 0 to 1 (mulberry32): the same seed gives the same. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What nginx says to a body above its limit, before it reads any of it. */
export const tooLarge = (): Answer => ({
  kind: 'answer',
  status: 413,
  headers: { 'content-type': 'text/html', server: 'nginx' },
  body: '<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n',
  close: 'lingering',
});

/** A page where JSON is expected, as proxies and sign-in portals give. */
export const html = (status: number, when: Moment = 'before-body'): Answer => ({
  kind: 'answer',
  status,
  when,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><title>Sign in</title><p>Sign in',
});

export const malformedJson = (status: number, when: Moment = 'after-work'): Answer => ({
  kind: 'answer',
  status,
  when,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: '{"id":"2f0a',
});

export const redirect = (status: number, location: string): Answer => ({
  kind: 'answer',
  status,
  headers: { location },
});

/** @param seconds of patience that the server asks for. */
export const busy = (status: number, seconds: number): Answer => ({
  kind: 'answer',
  status,
  headers: { 'retry-after': String(seconds), 'content-type': 'text/plain' },
  body: 'busy',
});
