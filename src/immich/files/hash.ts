import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ioCode, ioReason } from '../../text/io-error.ts';
import type { FoundFile } from './found-file.ts';
import { identityOf, sameIdentity } from './identity.ts';

/** Why a file is not what it was, or could not be read. */
export interface FileProblem {
  readonly problem: 'changed' | 'vanished' | 'failed';
  readonly reason: string;
}

export const CHANGED: FileProblem = { problem: 'changed', reason: 'it changed while it was worked on' };

export function problemOf(error: unknown): FileProblem {
  const code = ioCode(error);
  if (code === undefined) throw error;
  if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'vanished', reason: 'it is gone' };
  // A link stands where a file was.
  if (code === 'ELOOP') return CHANGED;
  return { problem: 'failed', reason: `it cannot be read: ${ioReason(error)}` };
}

const CHUNK = 1024 * 1024;

/** SHA-1 of a file in hex, of exactly the bytes that it had when it was found. */
export async function hashFile(
  file: FoundFile,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<{ readonly checksum: string } | FileProblem> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(file.path, constants.O_RDONLY | (file.linked ? 0 : constants.O_NOFOLLOW));
    if (!(await isUnchanged(handle, file))) return CHANGED;
    const hash = createHash('sha1');
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, file.identity.bytes)));
    let left = file.identity.bytes;
    while (left > 0) {
      if (signal?.aborted) return { problem: 'failed', reason: 'the run ended' };
      const { bytesRead } = await handle.read(buffer, 0, Math.min(left, buffer.length), null);
      if (bytesRead === 0) return CHANGED;
      hash.update(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
    if (!(await isUnchanged(handle, file))) return CHANGED;
    return { checksum: hash.digest('hex') };
  } catch (error) {
    return problemOf(error);
  } finally {
    await handle?.close();
  }
}

async function isUnchanged(handle: FileHandle, { identity }: FoundFile): Promise<boolean> {
  return sameIdentity(identityOf(await handle.stat({ bigint: true })), identity);
}
