import { closeSync, constants, openSync, readFileSync, unlinkSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm, writeFile } from 'node:fs/promises';
import { type LockToken, lockText } from '../../model/upload-lock.ts';
import { ioCode, ioReason } from '../../text/io-error.ts';

export type LockFile =
  | { readonly state: 'absent' }
  /** Modified: milliseconds since 1970. */
  | { readonly state: 'read'; readonly text: string; readonly modifiedAt: number }
  | { readonly state: 'unreadable'; readonly reason: string };

const TEXT_LIMIT = 65_536;
const MODE = 0o644;

/** Everybody may write into the folder of the locks: no link is followed there, and no pipe waited for. */
const WARILY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** What file systems without hard links say to one, or what forbids it. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

export async function readLockFile(path: string): Promise<LockFile> {
  try {
    const file = await open(path, WARILY);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return { state: 'unreadable', reason: 'it is not a file' };
      const { buffer, bytesRead } = await file.read(Buffer.alloc(TEXT_LIMIT), 0, TEXT_LIMIT, 0);
      return { state: 'read', text: buffer.toString('utf8', 0, bytesRead), modifiedAt: stats.mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = ioCode(error);
    if (code === 'ENOENT') return { state: 'absent' };
    return { state: 'unreadable', reason: code === 'ELOOP' ? 'it is a symbolic link' : ioReason(error) };
  }
}

/** Makes the lock, whole from its first moment on. False where there is one, whatever it is. */
export async function placeLock(path: string, token: LockToken): Promise<boolean> {
  const own = await writeOwn(path, token);
  try {
    await link(own, path);
    return true;
  } catch (error) {
    const code = ioCode(error) ?? '';
    if (code === 'EEXIST') return false;
    if (NO_LINKS.has(code)) return await createLock(path, token);
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

export async function replaceLock(path: string, token: LockToken): Promise<void> {
  const own = await writeOwn(path, token);
  try {
    await rename(own, path);
  } catch (error) {
    await rm(own, { force: true });
    throw error;
  }
}

/** Removes the lock if it is still the one with that token. */
export function removeLock(path: string, token: LockToken): void {
  try {
    const file = openSync(path, WARILY);
    try {
      if (readFileSync(file, 'utf8') !== lockText(token)) return;
    } finally {
      closeSync(file);
    }
    unlinkSync(path);
  } catch {
    // It is gone, or it stays and is taken over by the next run: nothing of that is worth the end of this one.
  }
}

/** The lock under a name that nobody else has; on disk before it is a lock, lest a power cut leave an empty one. */
async function writeOwn(path: string, token: LockToken): Promise<string> {
  const own = `${path}.${token.pid}.${token.nonce}`;
  await writeFile(own, lockText(token), { flag: 'wx', mode: MODE, flush: true });
  return own;
}

/** Others may see it before it is written, and keep away from what they do not understand. */
async function createLock(path: string, token: LockToken): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', MODE);
  } catch (error) {
    if (ioCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(lockText(token));
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
