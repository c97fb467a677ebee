import { isUtf8 } from 'node:buffer';
import { type BigIntStats, lstatSync } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { setImmediate as turn } from 'node:timers/promises';
import { ioCode, ioReason } from '../../text/io-error.ts';
import { batches } from '../server/batches.ts';
import { mapConcurrently } from './concurrently.ts';
import type { FoundFile } from './found-file.ts';
import { COARSEST_TIME_MS } from './hash.ts';
import { type FileIdentity, identityOf } from './identity.ts';
import { ignoreBy } from './ignore.ts';
import { isInImmichStorage, isMarked, isUnderItsId } from './immich-storage.ts';
import { isLibrary } from './library.ts';
import { isOnThisMachine } from './open-files.ts';
import { isPlaceholder, nameInPlaceOf, ONLY_IN_ICLOUD } from './placeholder.ts';

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
interface WalkProblem {
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
  /** Folders that belong to another program, which would miss what is taken out of them: they are left out. */
  readonly libraries: readonly string[];
  /** Folders that were left out because the walk was not to be recursive. */
  readonly folders: readonly string[];
  /** When entries last came into each folder, or went, by its path; only of a disk of this machine, which keeps to that. */
  readonly stamps: ReadonlyMap<string, string>;
  /** Immich's own storage: what is in it is the server's original, and not for us to touch. `.`: the folder itself. */
  readonly storage?: string;
}

interface FolderEntry {
  readonly path: string;
  readonly name: string;
  readonly linked: boolean;
}

interface NamedEntry extends FolderEntry {
  /** Its own name, without those of the folders. */
  readonly last: string;
  /** Where that is no UTF-8. */
  readonly rawPath?: Buffer;
}

type Has = (beside: string) => boolean;

/** Its path is made of its name where it is asked for: that of a hundred thousand files is most of their memory. */
class ListedFile implements FoundFile {
  readonly #root: string;
  readonly name: string;
  readonly identity: FileIdentity;
  readonly linked: boolean;

  constructor(root: string, name: string, identity: FileIdentity, linked: boolean) {
    this.#root = root;
    this.name = name;
    this.identity = identity;
    this.linked = linked;
  }

  get path(): string {
    return `${this.#root}/${this.name}`;
  }
}

const ASCII = /^[\0-\x7f]*$/;
const CONCURRENCY = 32;
/** Between them others have their turn: a signal, the progress. */
const LOOKS_AT_A_TIME = 256;

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
    return {
      files: [],
      problems: [{ name: '.', reason: ioReason(error), kind: 'folder' }],
      libraries: [],
      folders: [],
      stamps: new Map(),
    };
  }
}

/** Whether nothing can have come into the folders of a walk since it began, or gone: then another one finds the same names. */
export async function hasSameNames({ stamps }: Pick<Walk, 'stamps'>): Promise<boolean> {
  for (const [path, stamp] of stamps) {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    if (now === undefined || stamp === '' || stampOf(now) !== stamp) return false;
  }
  return stamps.size > 0;
}

/** A change of names so soon before a look that another one may have the same time leaves no stamp. */
const stampFrom = (about: BigIntStats, at: number): string =>
  at - Number(about.mtimeMs > about.ctimeMs ? about.mtimeMs : about.ctimeMs) < COARSEST_TIME_MS
    ? ''
    : stampOf(about);

const stampOf = ({ dev, ino, mtimeNs, ctimeNs }: BigIntStats): string =>
  `${dev} ${ino} ${mtimeNs} ${ctimeNs}`;

class Walker {
  readonly #options: WalkOptions;
  readonly #ignored: (name: string) => boolean;
  readonly #files: FoundFile[] = [];
  readonly #problems: WalkProblem[] = [];
  readonly #links: FolderEntry[] = [];
  readonly #libraries: string[] = [];
  readonly #leftOut: string[] = [];
  readonly #stamps = new Map<string, string>();
  #storage: string | undefined;
  #root = '';
  /** Of the last file: nearly all have the same, and keep one number. */
  #device = 0n;
  /** Its disk is asked at once, which is much faster: nothing hangs there, as it may on the network. */
  #isLocal = false;
  /** Folders that are still to be listed. */
  readonly #waiting: FolderEntry[] = [];
  /** Those that are listed, or never will be. */
  readonly #folders = new Set<string>();

  constructor(options: WalkOptions) {
    this.#options = options;
    this.#ignored = ignoreBy(options.ignore);
  }

  async walk(root: string): Promise<Walk> {
    this.#root = root === '/' ? '' : root;
    if (this.#options.exclude !== undefined) await this.#leaveOut(this.#options.exclude);
    this.#isLocal = await isOnThisMachine(root);
    this.#folders.add(nodeOf(await stat(root, { bigint: true })));
    this.#waiting.push({ path: this.#root, name: '', linked: false });
    await this.#listAll();
    // Last and in order: a file has its own name wherever it has one, and the same one in every run.
    while (this.#links.length > 0) {
      for (const link of this.#links.splice(0).sort(byName)) await this.#follow(link);
    }
    return {
      files: withoutSecondNames(this.#files.sort(byName)),
      problems: this.#problems.sort(byName),
      libraries: this.#libraries.sort(),
      folders: this.#leftOut.sort(),
      stamps: this.#stamps,
      ...(this.#storage === undefined ? {} : { storage: this.#storage }),
    };
  }

  async #leaveOut(folder: string): Promise<void> {
    try {
      this.#folders.add(nodeOf(await stat(folder, { bigint: true })));
    } catch (error) {
      if (ioCode(error) !== 'ENOENT') throw error;
    }
  }

  async #listAll(): Promise<void> {
    for (let folder = this.#waiting.pop(); folder !== undefined; folder = this.#waiting.pop()) {
      await this.#list(folder);
    }
  }

  async #list(folder: FolderEntry): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const path = `${folder.path}/`;
    const at = Date.now();
    const about = await stat(path, { bigint: true }).catch(() => undefined);
    if (about !== undefined && this.#isLocal) this.#stamps.set(path, stampFrom(about, at));
    // A character for each byte: not every name is UTF-8, and a string is smaller than a buffer.
    const names = (await this.#seen(folder, 'folder', () => readdir(path, 'latin1'))) ?? [];
    const has = (name: string) => names.includes(name);
    if (isMarked(has)) this.#storage ??= folder.name || '.';
    names.sort();
    if (!this.#isLocal)
      return void (await mapConcurrently(names, CONCURRENCY, (name) => this.#look(folder, name, has)));
    for (const slice of batches(names, LOOKS_AT_A_TIME)) {
      this.#options.signal?.throwIfAborted();
      for (const name of slice) this.#lookAtOnce(folder, name, has);
      await turn();
    }
  }

  #lookAtOnce(folder: FolderEntry, raw: string, has: Has): void {
    const named = this.#named(folder, raw);
    if (named === undefined) return;
    try {
      this.#sort(named, lstatSync(named.rawPath ?? named.path, { bigint: true }), has);
    } catch (error) {
      this.#fault(named, 'file', error);
    }
  }

  async #look(folder: FolderEntry, raw: string, has: Has): Promise<void> {
    this.#options.signal?.throwIfAborted();
    const named = this.#named(folder, raw);
    if (named === undefined) return;
    const about = await this.#seen(named, 'file', () => lstat(named.rawPath ?? named.path, { bigint: true }));
    if (about !== undefined) this.#sort(named, about, has);
  }

  /** Undefined for what is hidden or ignored. */
  #named(folder: FolderEntry, raw: string): NamedEntry | undefined {
    const isAscii = ASCII.test(raw);
    const bytes = isAscii ? undefined : Buffer.from(raw, 'latin1');
    const last = bytes?.toString() ?? raw;
    const below = (each: string) => (folder.name === '' ? each : `${folder.name}/${each}`);
    const name = below(last);
    const missing = nameInPlaceOf(last);
    if (missing !== undefined && !this.#ignored(below(missing)))
      this.#tell({ ...folder, name: below(missing) }, 'file', ONLY_IN_ICLOUD.reason);
    if (last.startsWith('.') || this.#ignored(name)) return undefined;
    const entry = { path: `${folder.path}/${last}`, name, last, linked: folder.linked };
    return bytes === undefined || isUtf8(bytes)
      ? entry
      : { ...entry, rawPath: Buffer.concat([Buffer.from(`${folder.path}/`), bytes]) };
  }

  #sort({ last, rawPath, ...entry }: NamedEntry, about: BigIntStats, has: Has): void {
    const { name } = entry;
    if (this.#isLeftOut(about, last)) this.#leftOut.push(name);
    if (!this.#isWanted(about)) return;
    if (about.isDirectory() ? isInImmichStorage(last, has) : isUnderItsId(entry.path)) this.#storage ??= name;
    if (rawPath !== undefined)
      this.#tell(entry, about.isDirectory() ? 'folder' : 'file', 'its name is not UTF-8: rename it');
    else if (about.isSymbolicLink()) this.#links.push({ ...entry, linked: true });
    else this.#take(entry, about);
  }

  #isLeftOut(about: BigIntStats, name: string): boolean {
    if (this.#options.recursive || !about.isDirectory()) return false;
    return !isLibrary(name) && !this.#folders.has(nodeOf(about));
  }

  #isWanted(about: BigIntStats): boolean {
    const { recursive, followSymlinks } = this.#options;
    return about.isFile() || (about.isDirectory() && recursive) || (about.isSymbolicLink() && followSymlinks);
  }

  async #follow(link: FolderEntry): Promise<void> {
    this.#options.signal?.throwIfAborted();
    try {
      const about = await stat(link.path, { bigint: true });
      if (this.#isWanted(about)) this.#take(link, about);
    } catch (error) {
      // Unlike a file that is gone, a link that leads nowhere is still there.
      if (ioCode(error) === undefined) throw error;
      this.#tell(link, 'file', reasonOfLink(error));
    }
    await this.#listAll();
  }

  #take(entry: FolderEntry, about: BigIntStats): void {
    if (about.isFile() && isPlaceholder(about)) {
      this.#tell(entry, 'file', ONLY_IN_ICLOUD.reason);
    } else if (about.isFile()) {
      this.#files.push(new ListedFile(this.#root, entry.name, this.#identityOf(about), entry.linked));
    } else if (isLibrary(entry.name)) {
      this.#libraries.push(entry.name);
    } else if (!this.#folders.has(nodeOf(about))) {
      this.#folders.add(nodeOf(about));
      this.#waiting.push(entry);
    }
  }

  #identityOf(about: BigIntStats): FileIdentity {
    if (about.dev !== this.#device) this.#device = about.dev;
    return { ...identityOf(about), device: this.#device };
  }

  /** Undefined for what went while the list was made, and for what is told as a problem. */
  async #seen<T>(
    entry: FolderEntry,
    kind: WalkProblem['kind'],
    look: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await look();
    } catch (error) {
      this.#fault(entry, kind, error);
      return undefined;
    }
  }

  #fault(entry: FolderEntry, kind: WalkProblem['kind'], error: unknown): void {
    if (ioCode(error) === undefined) throw error;
    if (ioCode(error) !== 'ENOENT' || entry.name === '') this.#tell(entry, kind, reasonOf(error, kind));
  }

  #tell({ name }: FolderEntry, kind: WalkProblem['kind'], reason: string): void {
    this.#problems.push({ name: name === '' ? '.' : name, reason, kind });
  }
}

function reasonOf(error: unknown, kind: WalkProblem['kind']): string {
  if (kind === 'file' || ioCode(error) !== 'EACCES') return ioReason(error);
  return `${ioReason(error)}: the user of this run cannot list it: change the owner or mode of this folder`;
}

function reasonOfLink(error: unknown): string {
  switch (ioCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'it is a symbolic link to a file that does not exist: mount or restore its target, or remove the link';
    case 'ELOOP':
      return 'it is a symbolic link that leads back to itself: remove the link';
    case 'EACCES':
      return `it is a symbolic link, and its target cannot be read (${ioReason(error)}): change the owner or mode of the folders of its target`;
    default:
      return `it is a symbolic link, and its target cannot be read: ${ioReason(error)}`;
  }
}

function nodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

// Not by the rules of a language: those differ from machine to machine.
function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

function withoutSecondNames(files: readonly FoundFile[]): readonly FoundFile[] {
  if (!files.some(({ linked }) => linked)) return files;
  const node = ({ identity }: FoundFile) => `${identity.device}:${identity.inode}`;
  const told = new Set(files.filter(({ linked }) => !linked).map(node));
  return files.filter((file) => {
    const isSecond = file.linked && told.has(node(file));
    told.add(node(file));
    return !isSecond;
  });
}
