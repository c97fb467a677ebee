import { randomBytes } from 'node:crypto';
import { constants, linkSync, lstatSync, unlinkSync } from 'node:fs';
import { copyFile, lstat, mkdir, open, rm, utimes } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { ioCode, ioReason } from '../../text/io-error.ts';
import type { FoundFile } from './found-file.ts';
import { CHANGED, type FileProblem, hashFile, problemOf } from './hash.ts';
import { identityOf, sameIdentity } from './identity.ts';
import { removeProven } from './remove.ts';

interface Move {
  /** The folder to move to; the folders between the uploaded one and the file are made in it. */
  readonly moveTo: string;
  /** SHA-1 in hex, of the bytes that are proven. */
  readonly checksum: string;
}

type Moved = { readonly done: 'moved'; readonly to: string } | FileProblem;

/** Other names are tried so often before a folder counts as full of them. */
const NAMES = 1000;

/** Moves a file if it still is the one that was proven, over nothing that is there. At every moment one place has it whole. */
export async function moveProven(file: FoundFile, { moveTo, checksum }: Move): Promise<Moved> {
  const target = join(moveTo, file.name);
  try {
    await mkdir(dirname(target), { recursive: true });
    for (const to of namesLike(target)) {
      const moved = linkOver(file, to);
      if (moved === 'taken') continue;
      return moved === 'no-links' ? await copyOver(file, target, checksum) : moved;
    }
    return { problem: 'failed', reason: `it cannot be moved: too many files are called ${basename(target)}` };
  } catch (error) {
    const problem = problemOf(error);
    if (problem.problem !== 'failed') return problem;
    return { problem: 'failed', reason: `it cannot be moved: ${ioReason(error)}` };
  }
}

/** `photo.jpg`, `photo (2).jpg`, ... */
function* namesLike(path: string): Generator<string> {
  yield path;
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  for (let number = 2; number <= NAMES; number++) yield `${stem} (${number})${extension}`;
}

/** Within a file system: the second name is there before the first one goes. */
function linkOver(file: FoundFile, to: string): Moved | 'taken' | 'no-links' {
  try {
    if (!sameIdentity(identityOf(lstatSync(file.path, { bigint: true })), file.identity)) return CHANGED;
    linkSync(file.path, to);
  } catch (error) {
    const code = ioCode(error) ?? '';
    if (code === 'EEXIST') return 'taken';
    if (['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return 'no-links';
    throw error;
  }
  // Whatever is written to it now, both names have it.
  if (lstatSync(file.path).ino !== lstatSync(to).ino) return CHANGED;
  unlinkSync(file.path);
  return { done: 'moved', to };
}

/** To another file system: the copy is on its disk, and is compared, before the original goes. */
async function copyOver(file: FoundFile, target: string, checksum: string): Promise<Moved> {
  const copy = join(dirname(target), `.${randomBytes(6).toString('hex')}.hsdoctor`);
  let to: string | undefined;
  try {
    await copyFile(file.path, copy, constants.COPYFILE_EXCL);
    const handle = await open(copy, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    const modified = Number(file.identity.modified / 1_000_000n) / 1000;
    await utimes(copy, modified, modified);
    const stats = await lstat(copy, { bigint: true });
    const copied = await hashFile({ ...file, path: copy, identity: identityOf(stats) });
    if (!('checksum' in copied) || copied.checksum !== checksum) return CHANGED;
    to = await nameCopy(copy, target);
    const removed = removeProven(file);
    if ('problem' in removed) {
      await rm(to, { force: true });
      return removed;
    }
    return { done: 'moved', to };
  } finally {
    await rm(copy, { force: true });
  }
}

/** Gives the copy its name, over nothing that is there. */
async function nameCopy(copy: string, target: string): Promise<string> {
  for (const to of namesLike(target)) {
    try {
      linkSync(copy, to);
      return to;
    } catch (error) {
      const code = ioCode(error) ?? '';
      if (code === 'EEXIST') continue;
      if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(code)) throw error;
      // A file system without links: the second copy takes the name, and only where it is free.
      await copyFile(copy, to, constants.COPYFILE_EXCL);
      return to;
    }
  }
  throw Object.assign(new Error('too many files of that name'), { code: 'EEXIST' });
}
