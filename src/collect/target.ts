import { randomBytes } from 'node:crypto';
import type { Probe, RawResult } from '../model/probe.ts';

/**
 * Asks a person for the password that `sudo` wants on a target; undefined where none is given.
 * @param again whether sudo has refused one
 * @param ended aborted where the answer is of no use any more
 */
export type AskPassword = (target: string, again: boolean, ended: AbortSignal) => Promise<string | undefined>;

export interface CollectOptions {
  readonly sudo: boolean;
  readonly timeoutMs: number;
  readonly journalWindow: string;
  /** Milliseconds before the collection from which on evidence is present; without it, since the boot. */
  readonly sinceMs?: number;
  readonly signal?: AbortSignal;
  /** Where there is somebody to ask for a password of sudo. */
  readonly askPassword?: AskPassword;
  /** Told as each result arrives: for live progress, and for what is to be done with one before all are there. */
  readonly onResult?: (probe: Probe, result: RawResult) => void;
}

/** Everything that one target brought back. */
export interface Collection {
  readonly durationMs: number;
  readonly results: ReadonlyMap<string, RawResult>;
  /** It was collected on the machine itself, and not over ssh. */
  readonly local?: boolean;
  /** Times of our own clock between which it told the time of its own, in milliseconds since 1970. */
  readonly answered?: { readonly from: number; readonly to: number };
  /** The time window that was collected, in milliseconds; without it, since the boot. */
  readonly sinceMs?: number;
  /** Why the target told nothing at all. */
  readonly error?: string;
}

/** Where to look. */
export interface Target {
  readonly name: string;
  readonly kind: 'local' | 'ssh' | 'bundle';
  /** Never rejects for a reason that lies with the target: an unreachable host is a result. */
  collect(probes: readonly Probe[], options: CollectOptions): Promise<Collection>;
}

export function newNonce(): string {
  return randomBytes(12).toString('hex');
}
