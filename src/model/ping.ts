import type { Verification } from './upload-report.ts';

/** What an Immich server and a key of it tell before an upload. */
export interface Ping {
  /** Without user and password. */
  readonly url: string;
  readonly version: string;
  /** Undefined: the server, before 1.139, does not say. */
  readonly key: { readonly name: string; readonly permissions: readonly string[] } | undefined;
  /** Bytes. Undefined: without a limit, or the key may not know. */
  readonly quota: { readonly bytes: number; readonly used: number } | undefined;
  /** What was asked for, or the best that the key allows as far as that can be known. */
  readonly verification: Verification;
  readonly roundTripMs: number;
  /** What the user should know: sentences. */
  readonly notes: readonly string[];
}

/** Why nothing was learnt, in a sentence. */
export interface PingFailure extends Error {
  readonly kind: string;
}
