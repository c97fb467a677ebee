import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { ioCode, ioReason } from '../../text/io-error.ts';
import type { FoundFile } from './found-file.ts';
import { type Hashed, wouldShowChange } from './hash.ts';
import { encodeLine, type Remembered, stampOf } from './hash-cache-line.ts';
import { HashCacheLines } from './hash-cache-lines.ts';
import { makeFolders } from './make-folders.ts';

/** Of a sidecar, when it was sent. */
interface SentSidecar {
  /** SHA-1 in hex, of the bytes that were sent. */
  readonly checksum: string;
  /** The asset with which it was sent. */
  readonly assetId: string;
}

/** The hashes of a folder's files, kept from run to run. Without it everything works, slower. */
export interface HashCache {
  /** Why nothing is kept, in a sentence. */
  readonly note: string | undefined;
  /** SHA-1 in hex; undefined for a file that is not just as it was when it was hashed. */
  get(file: FoundFile): string | undefined;
  set(file: FoundFile, hashed: Hashed): void;
  /** Whatever became of the sidecar since: its bytes have to be compared. */
  sentSidecar(file: FoundFile): SentSidecar | undefined;
  setSentSidecar(file: FoundFile, sent: SentSidecar): void;
  close(): void;
}

/** In place of a stamp, and like none: what was sent is remembered, whatever became of the file. */
const ANY_STATE = 'sent';
/** What a kill may lose. */
const FLUSH_MS = 500;
const FLUSH_CHARACTERS = 65_536;
/** A larger one is not the work of this program. */
const LARGEST_BYTES = 268_435_456;
/** Below this, stale lines do not matter. */
const FEW_LINES = 1024;
const LINE_END = 0x0a;

/**
 * Opens the cache of the folder; never throws for what it finds there. `files` are those that are in the folder now:
 * when most of the cache is about others, those are forgotten.
 */
export function openHashCache(cacheFolder: string, folder: string, files: readonly FoundFile[]): HashCache {
  try {
    makeFolders(cacheFolder, 0o700);
    return new HashCacheFile(load(cacheFileOf(cacheFolder, folder, 'hashes'), files));
  } catch (error) {
    if (ioCode(error) === undefined) throw error;
    return new HashCacheFile({ lines: new HashCacheLines(Buffer.alloc(0)), note: noteOf(error) });
  }
}

/** What is kept of a folder, whatever path leads to it. */
export function cacheFileOf(cacheFolder: string, folder: string, extension: string): string {
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 32);
  return join(cacheFolder, `${name}.${extension}`);
}

interface Loaded {
  readonly lines: HashCacheLines;
  /** Open for appending. */
  readonly file?: number;
  readonly isTorn?: boolean;
  readonly note?: string;
}

class HashCacheFile implements HashCache {
  readonly #lines: HashCacheLines;
  /** Of this run. */
  readonly #entries = new Map<string, Remembered>();
  #file: number | undefined;
  #unwritten: string;
  #timer: NodeJS.Timeout | undefined;
  #note: string | undefined;

  constructor({ lines, file, isTorn = false, note }: Loaded) {
    this.#lines = lines;
    this.#file = file;
    this.#note = note;
    // What is written next must not become a part of the torn line.
    this.#unwritten = isTorn ? '\n' : '';
  }

  get note(): string | undefined {
    return this.#note;
  }

  get(file: FoundFile): string | undefined {
    const entry = this.#find(file.name);
    return entry?.stamp === stampOf(file) ? entry.checksum : undefined;
  }

  set(file: FoundFile, hashed: Hashed): void {
    if (!wouldShowChange(file, hashed)) return;
    this.#remember({ name: file.name, stamp: stampOf(file), checksum: hashed.checksum });
  }

  sentSidecar({ name }: FoundFile): SentSidecar | undefined {
    const { checksum, sentWith } = this.#find(name) ?? {};
    return checksum === undefined || sentWith === undefined ? undefined : { checksum, assetId: sentWith };
  }

  setSentSidecar({ name }: FoundFile, { checksum, assetId }: SentSidecar): void {
    this.#remember({ name, stamp: ANY_STATE, checksum, sentWith: assetId });
  }

  close(): void {
    this.#flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #find(name: string): Remembered | undefined {
    return this.#entries.get(name) ?? this.#lines.get(name);
  }

  #remember(entry: Remembered): void {
    this.#entries.set(entry.name, entry);
    if (this.#file === undefined) return;
    this.#unwritten += `${encodeLine(entry)}\n`;
    if (this.#unwritten.length >= FLUSH_CHARACTERS) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === undefined || this.#unwritten === '') return;
    try {
      writeFileSync(this.#file, this.#unwritten);
    } catch (error) {
      if (ioCode(error) === undefined) throw error;
      this.#note = noteOf(error);
      closeSync(this.#file);
      this.#file = undefined;
    }
    this.#unwritten = '';
  }
}

function load(path: string, files: readonly FoundFile[]): Loaded {
  const { file, bytes } = openPrivate(path);
  const lines = new HashCacheLines(bytes);
  if (!isMostlyStale(lines, files))
    return { lines, file, isTorn: bytes.length > 0 && bytes.at(-1) !== LINE_END };
  closeSync(file);
  rewrite(path, liveOf(lines, files));
  const rewritten = openPrivate(path);
  return { lines: new HashCacheLines(rewritten.bytes), file: rewritten.file };
}

function isMostlyStale(lines: HashCacheLines, files: readonly FoundFile[]): boolean {
  // No file at all: perhaps its disk is not mounted.
  if (files.length === 0 || lines.count <= FEW_LINES) return false;
  let live = 0;
  for (const { name } of files) {
    if (lines.has(name)) live += 1;
    if (live * 2 >= lines.count) return false;
  }
  return true;
}

function* liveOf(lines: HashCacheLines, files: readonly FoundFile[]): Generator<Remembered> {
  for (const found of files) {
    const entry = lines.get(found.name);
    if (entry !== undefined && (entry.stamp === stampOf(found) || entry.stamp === ANY_STATE)) yield entry;
  }
}

/** Who could write into it could have a photo deleted that was never sent: it must be this user's alone. */
function openPrivate(path: string): { file: number; bytes: Buffer } {
  const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const about = fstatSync(file);
    if (!about.isFile() || about.uid !== process.geteuid?.() || (about.mode & 0o022) !== 0)
      throw new ForeignCache();
    if (about.size > LARGEST_BYTES) ftruncateSync(file);
    return { file, bytes: readFileSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function rewrite(path: string, entries: Iterable<Remembered>): void {
  const temporary = `${path}.${process.pid}.part`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, Array.from(entries, (entry) => `${encodeLine(entry)}\n`).join(''), {
    flag: 'wx',
    mode: 0o600,
  });
  renameSync(temporary, path);
}

class ForeignCache extends Error {
  readonly code = 'EPERM';
  constructor() {
    super('other users may write to its cache');
  }
}

function noteOf(error: unknown): string {
  return `File hashes are not cached: ${ioReason(error)}.`;
}
