import type { Exchange } from './exchange.ts';
import type { Effect } from './faults.ts';
import type { Store } from './store.ts';
import type { Behaviour } from './versions.ts';

/** What all routes of one server share. */
export interface Context {
  readonly behaviour: Behaviour;
  readonly store: Store;
  readonly keepBytes: boolean;
  /** May begin at any time. */
  readonly maintenance: boolean;
  readonly failedJobs: number;
  readonly key: string;
  readonly permissions: readonly string[];
  /** Faults that ask for the file's name. */
  faultsOf(exchange: Exchange, file: string): readonly Effect[];
}
