import { isUtf8 } from 'node:buffer';
import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { ioCode, ioReason } from '../../text/io-error.ts';
import type { FoundFile } from './found-file.ts';
import { identityOf } from './identity.ts';
import { ignoreBy } from './ignore.ts';

export interface WalkOptions {
  readonly recursive: boolean;
  readonly followSymlinks: boolean;
  /** Globs, of the name below the folder or of its last part. */
  readonly ignore: readonly string[];
  /** Absolute path of a folder that is left out. */
  readonly exclude?: string;
  readonly signal?: AbortSignal;
}

/** What could not be seen. */
export interface WalkProblem {
  /** Below the folder, `.` for the folder itself. */
  readonly name: string;
  readonly reason: string;
  /** Whether all that lies below it is missing from the list, or one file. */
  readonly kind: 'folder' | 'file';
}

export interface Walk {
  /** By name. */
  readonly files: readonly FoundFile[];
  readonly problems: readonly WalkProblem[];
}

interface Place {
  readonly path: string;
  readonly name: string;
  readonly linked: boolean;
}

const CONCURRENCY = 32;

/**
 * The regular files of a folder that are not hidden. A file that links lead to is told once, and not at all
 * where it is told without them. Rejects with the signal's reason.
 */
export async function walk(folder: string, options: WalkOptions): Promise<Walk> {
  try {
    return await new Walker(options).walk(await realpath(folder));
  } catch (error) {
    options.signal?.throwIfAborted();
    if (ioCode(error) === undefined) throw error;
    return { files: [], problems: [{ name: '.', reason: ioReason(error), kind: 'folder' }] };
  }
}

class Walker {
  readonly #options: WalkOptions;
  readonly #ignored: (name: string) => boolean;
  readonly #limit = pLimit(CONCURRENCY);
  readonly #files: FoundFile[] = [];
  readonly #problems: WalkProblem[] = [];
  readonly #links: Place[] = [];
  /** Those that are listed, or never will be. */
  readonly #folders = new Set<string>();

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#ignored = ignoreBy(options.ignore);
  }

  async walk(root: string): Promise<Walk> {
    if (this.#options.exclude !== undefined) await this.#leaveOut(this.#options.exclude);
    this.#folders.add(nodeOf(await stat(root, { bigint: true })));
    await this.#list({ path: root, name: '', linked: false });
    // Last and in order: a file has its own name wherever it has one, and the same one in every run.
    while (this.#links.length > 0) {
      for (const link of this.#links.splice(0).sort(byName)) await this.#follow(link);
    }
    return { files: withoutSecondNames(this.#files.sort(byName)), problems: this.#problems.sort(byName) };
  }

  async #leaveOut(folder: string): Promise<void> {
    try {
      this.#folders.add(nodeOf(await stat(folder, { bigint: true })));
    } catch (error) {
      if (ioCode(error) !== 'ENOENT') throw error;
    }
  }

  async #list(folder: Place): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const names = await this.#seen(folder, 'folder', () => readdir(folder.path, { encoding: 'buffer' }));
    await Promise.all((names ?? []).map((name) => this.#look(folder, name)));
  }

  async #look(folder: Place, bytes: Buffer): Promise<void> {
    const last = bytes.toString();
    const name = folder.name === '' ? last : `${folder.name}/${last}`;
    if (last.startsWith('.') || this.#ignored(name)) return;
    const place = { path: join(folder.path, last), name, linked: folder.linked };
    const path = isUtf8(bytes) ? place.path : Buffer.concat([Buffer.from(join(folder.path, '/')), bytes]);
    const about = await this.#seen(place, 'file', () => lstat(path, { bigint: true }));
    if (about === undefined || !this.#isWanted(about)) return;
    if (typeof path !== 'string')
      this.#tell(place, about.isDirectory() ? 'folder' : 'file', 'its name is not UTF-8');
    else if (about.isSymbolicLink()) this.#links.push({ ...place, linked: true });
    else await this.#take(place, about);
  }

  #isWanted(about: BigIntStats): boolean {
    const { recursive, followSymlinks } = this.#options;
    return about.isFile() || (about.isDirectory() && recursive) || (about.isSymbolicLink() && followSymlinks);
  }

  async #follow(link: Place): Promise<void> {
    this.#options.signal?.throwIfAborted();
    try {
      const about = await stat(link.path, { bigint: true });
      if (this.#isWanted(about)) await this.#take(link, about);
    } catch (error) {
      // Unlike a file that is gone, a link that leads nowhere is still there.
      if (ioCode(error) === undefined) throw error;
      this.#tell(link, 'file', ioReason(error));
    }
  }

  async #take(place: Place, about: BigIntStats): Promise<void> {
    if (about.isFile()) {
      this.#files.push({ ...place, identity: identityOf(about) });
    } else if (!this.#folders.has(nodeOf(about))) {
      this.#folders.add(nodeOf(about));
      await this.#list(place);
    }
  }

  /** Undefined for what went while the list was made, and for what is told as a problem. */
  async #seen<T>(place: Place, kind: WalkProblem['kind'], look: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#limit(look);
    } catch (error) {
      if (ioCode(error) === undefined) throw error;
      if (ioCode(error) !== 'ENOENT' || place.name === '') this.#tell(place, kind, ioReason(error));
      return undefined;
    }
  }

  #tell({ name }: Place, kind: WalkProblem['kind'], reason: string): void {
    this.#problems.push({ name: name === '' ? '.' : name, reason, kind });
  }
}

function nodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

// Not by the rules of a language: those differ from machine to machine.
function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function withoutSecondNames(files: readonly FoundFile[]): FoundFile[] {
  const node = ({ identity }: FoundFile) => `${identity.device}:${identity.inode}`;
  const told = new Set(files.filter(({ linked }) => !linked).map(node));
  return files.filter((file) => {
    const isSecond = file.linked && told.has(node(file));
    told.add(node(file));
    return !isSecond;
  });
}
