import type { SourceTree } from '../../nix/source-tree.ts';

const INDEX = '.git/index';
const HEADER_BYTES = 12;
/** Times, device, inode, mode, owner and size: what stands in front of the hash of an entry. */
const STATUS_BYTES = 40;
const MODE_AT = 24;
const HASH_BYTES = 20;
const FLAG_BYTES = 2;
const EXTENDED = 0x4000;
const NAMES_ONE_BYTE = 0x80;
const FOLDER = 0o040000;
const TRAILER_BYTES = HASH_BYTES;
/** Those of a part of the index that lies elsewhere. */
const ELSEWHERE = new Set(['link', 'sdir']);

type Tracked = ReadonlySet<string> | { readonly reason: string };

/** The files that git knows, by its index; undefined where this folder is no repository of git, or of something beside it. */
export function trackedFiles(tree: SourceTree): Tracked | undefined {
  if (tree.kind('.git') !== 'folder' || tree.kind('.jj') !== 'absent') return undefined;
  if (tree.kind(INDEX) === 'absent') return new Set();
  const bytes = tree.bytes(INDEX);
  if (bytes === undefined) return { reason: 'the index of git cannot be read' };
  try {
    return new Set(pathsIn(bytes));
  } catch (error) {
    return {
      reason: `the index of git is of an unknown form: ${error instanceof Error ? error.message : error}`,
    };
  }
}

function pathsIn(bytes: Buffer): readonly string[] {
  const version = bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4)
    throw new Error(`version ${version}`);
  const count = bytes.readUInt32BE(8);
  const paths: string[] = [];
  let at = HEADER_BYTES;
  for (let index = 0; index < count; index++) {
    const entry = entryAt(bytes, at, version, paths.at(-1) ?? '');
    paths.push(entry.path);
    at = entry.end;
  }
  while (at + 8 <= bytes.length - TRAILER_BYTES) {
    const name = bytes.toString('latin1', at, at + 4);
    if (!/^[A-Za-z]{4}$/.test(name)) throw new Error('no extension where one has to be');
    if (ELSEWHERE.has(name)) throw new Error(`it has the extension ${name}`);
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  if (at !== bytes.length - TRAILER_BYTES) throw new Error('it does not end where it has to');
  return paths;
}

function entryAt(
  bytes: Buffer,
  start: number,
  version: number,
  before: string,
): { readonly path: string; readonly end: number } {
  if (bytes.readUInt32BE(start + MODE_AT) === FOLDER) throw new Error('it is sparse');
  const flagsAt = start + STATUS_BYTES + HASH_BYTES;
  const isExtended = (bytes.readUInt16BE(flagsAt) & EXTENDED) !== 0;
  let at = flagsAt + FLAG_BYTES + (isExtended ? FLAG_BYTES : 0);
  let kept = '';
  if (version === 4) {
    const dropped = varint(bytes, at);
    at = dropped.end;
    const previous = Buffer.from(before);
    if (dropped.value > previous.length) throw new Error('a path is shorter than nothing');
    kept = previous.toString('utf8', 0, previous.length - dropped.value);
  }
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new Error('a path does not end');
  const path = `${kept}${bytes.toString('utf8', at, end)}`;
  // Up to version 3 entries are as long as a multiple of 8, with at least one 0 behind the path.
  return { path, end: version === 4 ? end + 1 : start + (Math.floor((end - start) / 8) + 1) * 8 };
}

/** As git writes the offsets in its packs. */
function varint(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let at = start;
  let byte = bytes.readUInt8(at++);
  let value = byte & (NAMES_ONE_BYTE - 1);
  while ((byte & NAMES_ONE_BYTE) !== 0) {
    byte = bytes.readUInt8(at++);
    value = (value + 1) * NAMES_ONE_BYTE + (byte & (NAMES_ONE_BYTE - 1));
  }
  return { value, end: at };
}
