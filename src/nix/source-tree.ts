import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { LineStarts } from './place.ts';
import { parse, type Syntax } from './syntax/parse.ts';

const LARGEST = 16 * 1024 * 1024;
const MOST_FILES = 50_000;
/** What git-crypt puts in front of a file that it keeps locked. */
export const GIT_CRYPT = '\0GITCRYPT';
/** Why such a file has no syntax tree. */
export const LOCKED = 'is encrypted by git-crypt';
/** Why one has none that a filter of git decrypts elsewhere. */
export const ENCRYPTED = 'is encrypted by age';
const AGE = 'age-encryption.org/v1\n';
const TOO_DEEP = 'is nested more deeply than hsdoctor reads';
const TOO_LARGE = 'is larger than 16 MiB';
/** Why a file has no syntax tree that nix may well read. */
export const LIMITS: ReadonlySet<unknown> = new Set([TOO_DEEP, TOO_LARGE]);
const LEFT_OUT = new Set(['.git', '.jj', '.direnv', 'node_modules']);

export class SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: LineStarts;
  readonly syntax: Syntax;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.lines = new LineStarts(text);
    this.syntax = parse(text);
  }
}

type Kind = 'file' | 'folder' | 'other' | 'absent';

/**
 * A folder, read when it is asked for. Paths in it are written with `/` and without the folder itself: `hosts/a.nix`,
 * `.` for the folder. Nothing outside of it is ever read, also not through a link.
 */
export class SourceTree {
  readonly #folder: string;
  readonly #files = new Map<string, SourceFile | string>();
  readonly #kinds = new Map<string, Kind>();
  /** Where files really are: each is asked for several times. */
  readonly #reals = new Map<string, string>();
  #nixFiles: readonly string[] | undefined;
  /** Texts that stand for those of files, by where these really are. */
  #edited: ReadonlyMap<string, string> = new Map();
  /** Files of another reading of this folder, which need not be parsed again. */
  #parsed: ReadonlyMap<string, SourceFile | string> = new Map();

  /** Throws what node:fs throws where there is no such folder. */
  constructor(folder: string) {
    this.#folder = realpathSync.native(folder);
  }

  /**
   * The same folder as if a file had another text: nothing is written. Undefined where a link leads to the file, which then has
   * other names than this one.
   */
  edited(path: string, text: string): SourceTree | undefined {
    const real = this.#real(path);
    if (real === undefined || real !== join(this.#folder, path)) return undefined;
    const tree = new SourceTree(this.#folder);
    tree.#edited = new Map([...this.#edited, [real, text]]);
    const parsed = [...this.#parsed, ...this.#files];
    tree.#parsed = new Map(parsed.filter(([each]) => this.#real(each) !== real));
    return tree;
  }

  kind(path: string): Kind {
    let kind = this.#kinds.get(path);
    if (kind === undefined) {
      kind = this.#look(path);
      this.#kinds.set(path, kind);
    }
    return kind;
  }

  #look(path: string): Kind {
    const real = this.#real(path);
    if (real === undefined) return 'absent';
    const status = statSync(real, { throwIfNoEntry: false });
    if (status === undefined) return 'absent';
    return status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other';
  }

  #real(path: string): string | undefined {
    const known = this.#reals.get(path);
    if (known !== undefined) return known;
    try {
      const real = realpathSync.native(join(this.#folder, path));
      if (real !== this.#folder && !real.startsWith(this.#folder + sep)) return undefined;
      this.#reals.set(path, real);
      return real;
    } catch {
      return undefined;
    }
  }

  /** Text of a file, or why there is none, after its path: `is larger than 16 MiB`. */
  text(path: string): { readonly text: string } | { readonly reason: string } {
    const real = this.#real(path);
    if (real === undefined) return { reason: 'does not exist in this folder' };
    if (this.kind(path) !== 'file') return { reason: 'is not a file' };
    const edited = this.#edited.get(real);
    if (edited !== undefined) return { text: edited };
    try {
      if (statSync(real).size > LARGEST) return { reason: TOO_LARGE };
      return { text: readFileSync(real, 'utf8') };
    } catch (error) {
      return { reason: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  /** What a file that is no text consists of; undefined where it cannot be read. */
  bytes(path: string): Buffer | undefined {
    const real = this.#real(path);
    if (real === undefined || this.kind(path) !== 'file') return undefined;
    const edited = this.#edited.get(real);
    if (edited !== undefined) return Buffer.from(edited);
    try {
      return statSync(real).size > LARGEST ? undefined : readFileSync(real);
    } catch {
      return undefined;
    }
  }

  /** What a link says, whether or not it leads anywhere; undefined for what is none. */
  link(path: string): string | undefined {
    const folder = this.#real(dirname(path));
    if (folder === undefined) return undefined;
    try {
      return readlinkSync(join(folder, basename(path)));
    } catch {
      return undefined;
    }
  }

  /** Whether a file has the permission to be executed, which the store keeps. */
  isExecutable(path: string): boolean {
    const real = this.#real(path);
    const status = real === undefined ? undefined : statSync(real, { throwIfNoEntry: false });
    return status !== undefined && (status.mode & 0o111) !== 0;
  }

  /** A file of Nix with its syntax tree, or why there is none. The file may have problems in it. */
  file(path: string): SourceFile | string {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = this.#parsed.get(path) ?? this.#read(path);
      this.#files.set(path, file);
    }
    return file;
  }

  #read(path: string): SourceFile | string {
    const read = this.text(path);
    if ('reason' in read) return read.reason;
    if (read.text.startsWith(GIT_CRYPT)) return LOCKED;
    if (read.text.startsWith(AGE)) return ENCRYPTED;
    const file = new SourceFile(path, read.text);
    return file.syntax.isTooDeep ? TOO_DEEP : file;
  }

  /** Names in a folder, with what each is, as `builtins.readDir` tells it; undefined where there is no such folder. */
  folder(path: string): ReadonlyMap<string, 'regular' | 'directory' | 'symlink' | 'unknown'> | undefined {
    const real = this.#real(path);
    if (real === undefined || this.kind(path) !== 'folder') return undefined;
    try {
      return new Map(
        readdirSync(real, { withFileTypes: true })
          .filter(({ name }) => !LEFT_OUT.has(name))
          .map((entry) => [
            entry.name,
            entry.isSymbolicLink()
              ? 'symlink'
              : entry.isFile()
                ? 'regular'
                : entry.isDirectory()
                  ? 'directory'
                  : 'unknown',
          ]),
      );
    } catch {
      return undefined;
    }
  }

  /** All files of Nix below the folder, sorted; links are not followed, and hidden folders hold what is not ours: tools, caches. */
  nixFiles(): readonly string[] {
    this.#nixFiles ??= this.#listed();
    return this.#nixFiles;
  }

  #listed(): readonly string[] {
    const found: string[] = [];
    const folders = ['.'];
    // It was no link that led to them: they are what their folder says, where it says that they are.
    const seen = (path: string, kind: Kind) => {
      this.#kinds.set(path, kind);
      this.#reals.set(path, join(this.#folder, path));
    };
    for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
      for (const [name, kind] of this.folder(folder) ?? []) {
        const path = folder === '.' ? name : `${folder}/${name}`;
        if (kind === 'directory' && !name.startsWith('.')) {
          seen(path, 'folder');
          folders.push(path);
        } else if (kind === 'regular' && name.endsWith('.nix') && found.length < MOST_FILES) {
          seen(path, 'file');
          found.push(path);
        }
      }
    }
    return found.sort();
  }

  /** The files that were read for what has been asked so far. */
  get filesRead(): readonly SourceFile[] {
    return [...this.#files.values()].filter((file) => typeof file !== 'string');
  }
}
