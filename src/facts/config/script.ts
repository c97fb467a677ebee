import { posix } from 'node:path';
import type { SourceLocation } from '../../model/source-location.ts';
import type { Data, Opaque } from '../../nix/data.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import type { HostReading } from './define.ts';
import { type Text, textOf } from './text.ts';

/** A script of the configuration: a file of the tree, or a text in a file of Nix. */
export interface DeclaredScript {
  /** The file, or the option that the text stands in. */
  readonly name: string;
  readonly text: string;
  /** Where each of its lines stands, as far as that can be told. */
  readonly places: readonly (SourceLocation | undefined)[];
  readonly isFile: boolean;
}

const DEEPEST = 8;
/** Functions of nixpkgs that write a text, or a copy of a file, into the store. */
const WRITER =
  /(?:^|\.)(?:write\w+|replaceVars\w*|substituteAll|substitute|runCommand\w*|concatText|concatScript|resholve\.\w+)$/;

/** The scripts that a text is, or names: by a file of the tree, or by what writes it. */
export class Scripts {
  readonly #host: HostReading;
  readonly #tree: SourceTree;

  constructor(host: HostReading, tree: SourceTree) {
    this.#host = host;
    this.#tree = tree;
  }

  /** A text that is a script itself, with those that it names. */
  inline(text: Text, name: string): readonly DeclaredScript[] {
    return [this.#written(text, name), ...this.named(text)];
  }

  /** Those that a text names: `"${./upload.sh}"`, `"${pkgs.writeShellScript "upload" ''...''}"`. */
  named({ parts, at }: Text): readonly DeclaredScript[] {
    return this.#named(parts, at, 0);
  }

  file(path: string): readonly DeclaredScript[] {
    const read = this.#tree.kind(path) === 'file' ? this.#tree.text(path) : undefined;
    if (read === undefined || 'reason' in read) return [];
    const places = read.text.split('\n').map((_, index) => ({ file: path, line: index + 1, column: 1 }));
    return [{ name: path, text: read.text, places, isFile: true }];
  }

  #named(
    parts: readonly (string | Opaque)[],
    near: SourceLocation | undefined,
    depth: number,
  ): readonly DeclaredScript[] {
    return parts.flatMap((part, index) => {
      if (typeof part === 'string') return [];
      const after = parts[index + 1];
      const file = fileOf(part, typeof after === 'string' ? after : '');
      return file === undefined ? this.#of(part, near, depth) : this.file(file);
    });
  }

  #of(part: Opaque, near: SourceLocation | undefined, depth: number): readonly DeclaredScript[] {
    if (depth > DEEPEST || part.name === undefined || !WRITER.test(part.name)) return [];
    const at = part.at ?? near;
    return part.arguments.flatMap((argument, index) =>
      this.#writtenBy(argument, part.name ?? '', index, at, depth),
    );
  }

  #writtenBy(
    argument: Data,
    writer: string,
    index: number,
    at: SourceLocation | undefined,
    depth: number,
  ): readonly DeclaredScript[] {
    if (argument === null || typeof argument !== 'object') {
      // The first argument is the name, except where there is only one.
      const text = index === 0 ? undefined : textOf(argument, at);
      return text === undefined ? [] : [this.#written(text, writer)];
    }
    if (!('kind' in argument)) return argument.flatMap((item) => this.#writtenBy(item, writer, 1, at, depth));
    switch (argument.kind) {
      case 'path':
        return this.file(argument.path);
      case 'text':
        return [
          ...(index === 0 ? [] : [this.#written({ parts: argument.parts, at }, writer)]),
          ...this.#named(argument.parts, at, depth + 1),
        ];
      case 'unknown':
        return this.#named([argument], at, depth + 1);
      case 'set':
        return ['text', 'src', 'source', 'script', 'buildCommand'].flatMap((key) => {
          const value = argument.attributes.get(key);
          return value === undefined ? [] : this.#writtenBy(value, writer, 1, at, depth);
        });
      default:
        return [];
    }
  }

  #written({ parts, at }: Pick<Text, 'parts' | 'at'>, name: string): DeclaredScript {
    const text = parts.map((part) => (typeof part === 'string' ? part : shown(part))).join('');
    const lines = text.split('\n');
    return { name, text, places: this.#placesOf(lines, at), isFile: false };
  }

  /** Where lines that were evaluated stand: in one of the files of the host, as they are written there. */
  #placesOf(
    lines: readonly string[],
    at: SourceLocation | undefined,
  ): readonly (SourceLocation | undefined)[] {
    const candidates = [...new Set([...(at === undefined ? [] : [at.file]), ...this.#host.files])];
    let best:
      | { readonly places: readonly (SourceLocation | undefined)[]; readonly found: number }
      | undefined;
    for (const file of candidates.flatMap((path) => [path, ...this.#filesRead(path)])) {
      const read = this.#tree.text(file);
      if ('reason' in read) continue;
      const places = placesIn(lines, read.text, file, at);
      const found = places.filter((place) => place !== undefined).length;
      if (found > (best?.found ?? 0)) best = { places, found };
    }
    return lines.map((_, index) => best?.places[index] ?? at);
  }

  /** Files that are no Nix and that a file of Nix names: `builtins.readFile ./upload.sh`. */
  #filesRead(path: string): readonly string[] {
    const file = this.#tree.file(path);
    if (typeof file === 'string') return [];
    return file.syntax.paths.flatMap((written) => {
      if (!/^\.{1,2}\//.test(written)) return [];
      const target = posix.normalize(`${posix.dirname(path)}/${written}`);
      return target.startsWith('..') || target.endsWith('.nix') || this.#tree.kind(target) !== 'file'
        ? []
        : [target];
    });
  }
}

/** The file of the tree that something stands for, with what follows it: `"${self}/scripts/upload.sh"`. */
export function fileOf({ path }: Opaque, after: string): string | undefined {
  if (path === undefined || path.startsWith('/')) return undefined;
  const tail = /^\/[^\s"';&|)]+/.exec(after)?.[0] ?? '';
  return posix.normalize(`${path}${tail}`);
}

/** What is not known, as it is written; the main program of a package by its name, as it will be there. */
function shown({ name, path }: Opaque): string {
  const program = /(?:^|\.)([\w-]+)\.meta\.mainProgram$/.exec(name ?? '')?.[1];
  if (program !== undefined) return program.replace(/^immich-cli$/, 'immich');
  return `\${${name ?? (path === undefined ? '…' : `./${path}`)}}`;
}

const plainLine = (line: string) =>
  line.replaceAll("''$", '$').replaceAll("'''", "''").replaceAll('\\$', '$').replaceAll('\\"', '"').trim();

/** What is written out of a line, around `${...}`; undefined where nothing is left open, or next to nothing is written. */
function template(line: string): readonly string[] | undefined {
  const pieces = line.split(/\$\{[^}]*\}/);
  return pieces.length === 1 || pieces.join('').trim().length < 4 ? undefined : pieces;
}

function fits(line: string, pieces: readonly string[] | undefined): boolean {
  if (pieces === undefined) return false;
  const last = pieces.at(-1) ?? '';
  if (!line.startsWith(pieces[0] ?? '') || !line.endsWith(last)) return false;
  let from = pieces[0]?.length ?? 0;
  for (const piece of pieces.slice(1, -1)) {
    const at = line.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return line.length - last.length >= from;
}

function placesIn(
  lines: readonly string[],
  text: string,
  file: string,
  near: SourceLocation | undefined,
): readonly (SourceLocation | undefined)[] {
  const raw = text.split('\n');
  const written = raw.map(plainLine);
  const indices = Map.groupBy(written.keys(), (index) => written[index] ?? '');
  const wanted = lines.map((line) => line.trim());
  const votes = new Map<number, number>();
  wanted.forEach((line, index) => {
    if (line !== '')
      for (const found of indices.get(line) ?? [])
        votes.set(found - index, (votes.get(found - index) ?? 0) + 1);
  });
  const from = near?.file === file ? near.line - 1 : 0;
  const distance = (shift: number) => (shift < from ? Number.MAX_SAFE_INTEGER : shift - from);
  const [shift] = [...votes].sort(([a, n], [b, m]) => m - n || distance(a) - distance(b))[0] ?? [];
  const templates = written.map(template);
  const place = (index: number): SourceLocation => ({
    file,
    line: index + 1,
    column: (raw[index]?.search(/\S/) ?? 0) + 1,
  });
  return wanted.map((line, index) => {
    if (line === '') return undefined;
    const there = shift === undefined ? undefined : index + shift;
    if (there !== undefined && (written[there] === line || fits(line, templates[there]))) return place(there);
    const elsewhere = indices.get(line)?.[0] ?? templates.findIndex((pieces) => fits(line, pieces));
    if (elsewhere >= 0) return place(elsewhere);
    // A text of one line stands behind what names it.
    const around = line.length < 8 ? -1 : written.findIndex((each, at) => at >= from && each.includes(line));
    return around < 0 ? undefined : place(around);
  });
}
