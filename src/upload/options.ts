import type { UploadProgress } from '../model/upload-progress.ts';
import type { Verification } from '../model/upload-report.ts';

/** Everything that a run is told. Durations are milliseconds. */
export interface UploadOptions {
  readonly folder: string;
  /** As people write it: with or without `/api`. */
  readonly url: string;
  readonly key: string;
  readonly recursive: boolean;
  readonly followSymlinks: boolean;
  /** Globs, of the name below the folder or of its last part. */
  readonly ignore: readonly string[];
  readonly settleIntervalMs: number;
  readonly settleTimeoutMs: number;
  /** For so long nothing must have changed a file that goes, where not every process can be asked whether it writes to it. */
  readonly restIntervalMs: number;
  readonly timeoutMs: number;
  readonly concurrency: number;
  /** Default: the size where the key allows it, else the checksum. */
  readonly verify?: Verification;
  readonly restoreTrashed: boolean;
  /** What is done with a file that is proven. */
  readonly proven: 'keep' | 'delete' | { readonly moveTo: string };
  /** The album, by its name; `folder`: each photo's own folder names it. */
  readonly album?: { readonly name: string } | 'folder';
  readonly dryRun: boolean;
  readonly engine: 'own' | 'immich-cli';
  /** The program of the latter, where it was named. */
  readonly cli?: string;
  readonly transfer: TransferOptions;
  /** Folder of the locks: where every run on this machine looks. */
  readonly lockFolder?: string;
  /** Folder of the caches of hashes. */
  readonly cacheFolder: string;
  /** Where is written down what is deleted or moved. */
  readonly historyFile?: string;
  readonly version: string;
  /** Aborted to end the run cleanly, with the name of the signal as its reason. */
  readonly signal?: AbortSignal;
  readonly progress?: UploadProgress;
}

export interface TransferOptions {
  /** Without a byte moving for so long, a connection is given up. */
  readonly idleTimeoutMs: number;
  /** How long the server may take for its answer after the last byte: a large file has to reach its disk. */
  readonly responseTimeoutMs: number;
  /** Attempts after the first. */
  readonly retries: number;
  /** Before the first retry; it doubles from one to the next. */
  readonly retryDelayMs: number;
  /** Of all that is sent together; default: as much as there is. */
  readonly bytesPerSecond?: number;
}
