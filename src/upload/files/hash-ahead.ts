import pLimit, { type LimitFunction } from 'p-limit';
import type { FoundFile } from './found-file.ts';
import { type Hashed, hashFile } from './hash.ts';
import type { HashCache } from './hash-cache.ts';
import { sameIdentity } from './identity.ts';
import type { FileProblem } from './problem.ts';

/** A disk gains nothing from more readers. */
const READERS = 2;
/** What is larger may still be growing, and is long on its way however early its hash is known. */
const LARGEST_BYTES = 1024 ** 3;

interface AheadOptions {
  readonly end: AbortSignal;
  readonly onChecksum?: (checksum: string) => void;
}

interface Ahead {
  readonly file: FoundFile;
  readonly hashed: Promise<Hashed | FileProblem | undefined>;
}

/**
 * Hashes of a run's files, some of which are read ahead: while the server is being reached, and while the files settle.
 * A hash is of a file in one state: of one that has changed since it is forgotten.
 */
export class Hashing {
  readonly #cache: HashCache;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  readonly #readers = new Set<Promise<unknown>>();
  readonly #reading: LimitFunction = pLimit(READERS);
  readonly #ahead = new Map<string, Ahead>();
  /** Paths of files that are to be read ahead, and that nobody has asked for since. */
  readonly #waiting = new Set<string>();

  constructor(cache: HashCache, signal: AbortSignal) {
    this.#cache = cache;
    this.#signal = AbortSignal.any([signal, this.#over.signal]);
  }

  /** Reads files before they are asked for, until `end` is aborted, and tells their checksums. */
  readAhead(files: readonly FoundFile[], { end, onChecksum = () => {} }: AheadOptions): void {
    for (const { path } of files) this.#waiting.add(path);
    const rest = files.values();
    const work = async () => {
      for (let next = rest.next(); next.done !== true; next = rest.next()) {
        const isWanted = this.#waiting.delete(next.value.path);
        if (!isWanted || end.aborted || this.#signal.aborted) continue;
        const checksum = await this.#checksumAhead(next.value);
        if (checksum !== undefined) onChecksum(checksum);
      }
    };
    for (let reader = 0; reader < READERS; reader += 1) {
      const working = work().finally(() => this.#readers.delete(working));
      this.#readers.add(working);
    }
  }

  /** Nothing goes on in the background after it. */
  async close(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#readers);
  }

  /** Undefined where the run ended before. */
  async take(file: FoundFile): Promise<Hashed | FileProblem | undefined> {
    const ahead = this.#find(file);
    this.#ahead.delete(file.path);
    this.#waiting.delete(file.path);
    const early = await ahead;
    // Of a problem it is not known whether it still is one.
    return early === undefined || 'problem' in early ? this.#read(file) : early;
  }

  #find(file: FoundFile): Ahead['hashed'] | undefined {
    const ahead = this.#ahead.get(file.path);
    return ahead !== undefined && sameIdentity(ahead.file.identity, file.identity) ? ahead.hashed : undefined;
  }

  async #checksumAhead(file: FoundFile): Promise<string | undefined> {
    const cached = this.#cache.get(file);
    if (cached !== undefined) return cached;
    if (file.identity.bytes > LARGEST_BYTES) return undefined;
    const hashed = this.#find(file) ?? this.#read(file);
    this.#ahead.set(file.path, { file, hashed });
    const early = await hashed;
    return early === undefined || 'problem' in early ? undefined : early.checksum;
  }

  async #read(file: FoundFile): Promise<Hashed | FileProblem | undefined> {
    try {
      return await this.#reading(() => hashFile(file, { signal: this.#signal }));
    } catch (error) {
      if (this.#signal.aborted) return undefined;
      throw error;
    }
  }
}
