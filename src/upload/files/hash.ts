import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { FoundFile } from './found-file.ts';
import { identityOf, sameIdentity } from './identity.ts';
import { openFound } from './open.ts';
import { CHANGED, type FileProblem, problemOf } from './problem.ts';

export interface HashOptions {
  readonly signal: AbortSignal;
  readonly onBytes?: (bytes: number) => void;
}

export interface Hashed {
  /** SHA-1 in hex, of exactly the bytes that the file had when it was found. */
  readonly checksum: string;
  /** When the reading began, milliseconds since 1970. */
  readonly readAt: number;
}

/** A file system may tell the times of two changes apart only if so much lies between them: 2 s on FAT. */
export const COARSEST_TIME_MS = 2000;

/** Whether a change after the reading must show in the times of the file, however coarse these are. */
export function wouldShowChange({ identity: { modified, changed } }: FoundFile, { readAt }: Hashed): boolean {
  const newest = Number(modified > changed ? modified : changed) / 1e6;
  return readAt - newest >= COARSEST_TIME_MS;
}

const CHUNK = 262_144;
/** Of files that were hashed, for the next ones: as many as there ever were at once. */
const spareBuffers: Buffer[] = [];

/** In one pass, in memory that does not depend on the file's size. Rejects with the signal's reason. */
export async function hashFile(found: FoundFile, options: HashOptions): Promise<Hashed | FileProblem> {
  options.signal.throwIfAborted();
  let file: FileHandle | undefined;
  try {
    file = await openFound(found);
    return await hashOpened(file, found, options);
  } catch (error) {
    options.signal.throwIfAborted();
    return problemOf(error);
  } finally {
    await file?.close();
  }
}

async function hashOpened(
  file: FileHandle,
  found: FoundFile,
  options: HashOptions,
): Promise<Hashed | FileProblem> {
  const readAt = Date.now();
  if (!(await isStill(file, found))) return CHANGED;
  const checksum = await hashBytes(file, found.identity.bytes, options);
  return checksum !== undefined && (await isStill(file, found)) ? { checksum, readAt } : CHANGED;
}

async function isStill(file: FileHandle, { identity }: FoundFile): Promise<boolean> {
  return sameIdentity(identityOf(await file.stat({ bigint: true })), identity);
}

/** Undefined where the file ends early. */
async function hashBytes(
  file: FileHandle,
  bytes: number,
  { signal, onBytes }: HashOptions,
): Promise<string | undefined> {
  const hash = createHash('sha1');
  const read = async (buffer: Buffer, start: number) => {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, bytes - start), start);
    return buffer.subarray(0, bytesRead);
  };
  let [current, next] = [takeBuffer(), takeBuffer()];
  let pending = read(current, 0);
  try {
    for (let done = 0; done < bytes; ) {
      const part = await pending;
      if (part.length === 0) return undefined;
      signal.throwIfAborted();
      done += part.length;
      // The next part comes from the disk while this one is hashed.
      pending = read(next, done);
      [current, next] = [next, current];
      hash.update(part);
      onBytes?.(part.length);
    }
    return hash.digest('hex');
  } finally {
    // A buffer that is still being read into must not be given to another file.
    await pending.catch(() => undefined);
    spareBuffers.push(current, next);
  }
}

function takeBuffer(): Buffer {
  return spareBuffers.pop() ?? Buffer.allocUnsafeSlow(CHUNK);
}
