import { randomUUID } from 'node:crypto';
import { closeSync, constants, linkSync, lstatSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { copyFile, open, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { ioCode, ioReason } from '../../text/io-error.ts';
import type { FoundFile } from './found-file.ts';
import { hashFile } from './hash.ts';
import { type FileIdentity, identityOf, sameIdentity } from './identity.ts';
import { makeFolders } from './make-folders.ts';
import { CHANGED, type FileProblem, problemOf } from './problem.ts';
import { LINKED, unlinkIf } from './remove.ts';

export interface Moved {
  readonly done: 'moved';
  /** Absolute. */
  readonly to: string;
}

export interface MoveOptions {
  /** Absolute path of the folder under which the file keeps its name, with the folders in it. */
  readonly moveTo: string;
  /** SHA-1 in hex, of the bytes that the server provably holds. */
  readonly checksum: string;
  /** Why it must not go now, where somebody writes to it: a copy takes its time. */
  readonly hold: () => Promise<FileProblem | undefined>;
  readonly signal: AbortSignal;
}

/** Not of this file: the file systems are not the same one, or it has no hard links. */
const CANNOT_LINK: readonly (string | undefined)[] = [
  'EXDEV',
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
];
const LOST_WRITE: readonly (string | undefined)[] = ['EIO', 'ENOSPC', 'EDQUOT'];
/** Of a name, on every file system of macOS and Linux that matters. */
const LONGEST_NAME_BYTES = 255;

/**
 * Moves a file that the server provably holds, if it is still what was proven, and overwrites nothing: where the
 * name is taken, it becomes `photo (2).jpg`. Whenever it is interrupted, there is a whole copy at one of the two
 * places. Rejects with the signal's reason.
 */
export async function moveProven(file: FoundFile, options: MoveOptions): Promise<Moved | FileProblem> {
  options.signal.throwIfAborted();
  if (file.linked) return LINKED;
  try {
    if (!sameIdentity(identityAt(file.path), file.identity)) return CHANGED;
    makeFolders(dirname(join(options.moveTo, file.name)));
    return moveByLink(file, options) ?? (await moveByCopy(file, options));
  } catch (error) {
    options.signal.throwIfAborted();
    return isThere(file.path) ? failure(error) : problemOf(error);
  }
}

/**
 * Undefined where there can be no hard link. File systems that know links keep the order of the two steps, even
 * when the power goes between them.
 */
function moveByLink(file: FoundFile, { moveTo }: MoveOptions): Moved | FileProblem | undefined {
  if (!sameIdentity(identityAt(file.path), file.identity)) return CHANGED;
  const to = underFreeName(join(moveTo, file.name), (name) => linkIfFree(file.path, name));
  if (to === undefined) return undefined;
  // A new link to a file changes its `changed`.
  const isProven = (now: FileIdentity) =>
    sameIdentity({ ...now, changed: file.identity.changed }, file.identity);
  const problem = isProven(identityAt(to)) ? unlinkIf(file.path, isProven) : CHANGED;
  if (problem === undefined || problem.problem === 'vanished') return { done: 'moved', to };
  // Only as long as it is not the last name of those bytes.
  if (isSameFile(identityAt(file.path), identityAt(to))) unlinkSync(to);
  return problem;
}

async function moveByCopy(
  file: FoundFile,
  { moveTo, checksum, hold, signal }: MoveOptions,
): Promise<Moved | FileProblem> {
  const target = join(moveTo, file.name);
  const temporary = join(dirname(target), `.hsdoctor-${randomUUID()}.part`);
  try {
    await copyFile(file.path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await finishCopy(temporary, file.identity);
    const copy = { path: temporary, name: file.name, identity: identityAt(temporary), linked: false };
    const hashed = await hashFile(copy, { signal });
    if ('problem' in hashed) return { problem: 'failed', reason: 'its copy could not be read back' };
    if (hashed.checksum !== checksum)
      return { problem: 'changed', reason: 'its copy differs from what was sent' };
    const to = underFreeName(target, (name) => placeIfFree(temporary, name));
    if (to === undefined) return { problem: 'failed', reason: 'its copy could not be renamed' };
    await syncFolders(dirname(to), dirname(moveTo));
    const problem = (await hold()) ?? unlinkIf(file.path, (now) => sameIdentity(now, file.identity));
    if (problem === undefined || problem.problem === 'vanished') return { done: 'moved', to };
    unlinkSync(to);
    return problem;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Its time is the file's, and it is on the disk. */
async function finishCopy(path: string, { modified }: FileIdentity): Promise<void> {
  const copy = await open(path);
  try {
    await copy.utimes(new Date(), Number(modified) / 1e9);
    await copy.sync();
  } finally {
    await copy.close();
  }
}

/** So that a new name outlives a power cut: its folder, and those above it that may be new. */
async function syncFolders(from: string, upTo: string): Promise<void> {
  const folder = await open(from);
  try {
    await folder.sync();
  } catch (error) {
    // Some file systems cannot do it to a folder.
    if (LOST_WRITE.includes(ioCode(error))) throw error;
  } finally {
    await folder.close();
  }
  if (from !== upTo && dirname(from) !== from) await syncFolders(dirname(from), upTo);
}

/** The name that was free; undefined where none can be given. */
function underFreeName(
  path: string,
  take: (name: string) => 'done' | 'taken' | 'impossible',
): string | undefined {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : numbered(path, number);
    const result = take(name);
    if (result !== 'taken') return result === 'done' ? name : undefined;
  }
}

function numbered(path: string, number: number): string {
  const ending = ` (${number})${extname(path)}`;
  const stem = [...basename(path, extname(path))];
  while (Buffer.byteLength(stem.join('') + ending) > LONGEST_NAME_BYTES && stem.length > 0) stem.pop();
  return join(dirname(path), stem.join('') + ending);
}

function linkIfFree(path: string, name: string): 'done' | 'taken' | 'impossible' {
  try {
    linkSync(path, name);
    return 'done';
  } catch (error) {
    if (ioCode(error) === 'EEXIST') return 'taken';
    if (CANNOT_LINK.includes(ioCode(error))) return 'impossible';
    throw error;
  }
}

function placeIfFree(temporary: string, name: string): 'done' | 'taken' | 'impossible' {
  const linked = linkIfFree(temporary, name);
  if (linked === 'done') unlinkSync(temporary);
  return linked === 'impossible' ? renameIfFree(temporary, name) : linked;
}

/** Where there are no links, the name is first taken by an empty file, which nobody else overwrites. */
function renameIfFree(temporary: string, name: string): 'done' | 'taken' {
  try {
    closeSync(openSync(name, 'wx'));
  } catch (error) {
    if (ioCode(error) === 'EEXIST') return 'taken';
    throw error;
  }
  renameSync(temporary, name);
  return 'done';
}

function identityAt(path: string): FileIdentity {
  return identityOf(lstatSync(path, { bigint: true }));
}

function isSameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function failure(error: unknown): FileProblem {
  if (ioCode(error) === undefined) throw error;
  return { problem: 'failed', reason: `it could not be moved: ${ioReason(error)}` };
}
