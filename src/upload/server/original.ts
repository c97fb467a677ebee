import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { ioCode, ioReason } from '../../text/io-error.ts';
import type { FoundFile } from '../files/found-file.ts';
import { identityOf, sameIdentity } from '../files/identity.ts';
import { openFound } from '../files/open.ts';
import { ServerProblem } from './problem.ts';

const CHUNK = 256 * 1024;

/** A file that is being sent: the one of the list, for as long as `assertUnchanged` does not throw. */
export interface OpenOriginal {
  readonly file: FoundFile;
  readonly stats: BigIntStats;
  /**
   * Gives its bytes in order, exactly as many as its identity says, until `take` wants no more; a chunk is only valid
   * until `take` is done with it. Throws a ServerProblem where there are fewer.
   */
  read(take: (chunk: Uint8Array) => Promise<boolean>): Promise<boolean>;
  assertUnchanged(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Throws a ServerProblem: `changed`, `vanished` or `unreadable`.
 *
 * @param what the file, as the sentences call it
 */
export async function openOriginal(file: FoundFile, what = 'it'): Promise<OpenOriginal> {
  const handle = await opened(file, what);
  try {
    const stats = await handle.stat({ bigint: true });
    if (!sameIdentity(identityOf(stats), file.identity)) throw changed(what);
    return {
      file,
      stats,
      read: (take) => readAhead(readerOf(handle, what), file.identity.bytes, take),
      async assertUnchanged() {
        const now = await handle.stat({ bigint: true });
        if (!sameIdentity(identityOf(now), file.identity)) throw changed(what);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function opened(file: FoundFile, what: string): Promise<FileHandle> {
  try {
    return await openFound(file);
  } catch (error) {
    const code = ioCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new ServerProblem('vanished', `${what} no longer exists`);
    if (code === 'ELOOP') throw changed(what);
    throw unreadable(error, what);
  }
}

/** Left behind by files before: thousands of small ones would make garbage faster than it is collected. */
const buffers: Buffer[] = [];
const buffer = (): Buffer => buffers.pop() ?? Buffer.allocUnsafeSlow(CHUNK);

/** Reads the next chunk while the last one is taken, with at most two buffers for the whole file. */
async function readAhead(
  read: ReadChunk,
  bytes: number,
  take: (chunk: Uint8Array) => Promise<boolean>,
): Promise<boolean> {
  let next = buffer();
  let last: Buffer | undefined;
  let taken = Promise.resolve(true);
  for (let position = 0; position < bytes; ) {
    const wanted = Math.min(CHUNK, bytes - position);
    const [count, more] = await Promise.all([read(next, wanted, position), taken]);
    if (!more) return false;
    position += count;
    taken = take(next.subarray(0, count));
    if (position < bytes) [next, last] = [last ?? buffer(), next];
  }
  const whole = await taken;
  // One that nobody waited for to the end may still be on its way out.
  if (whole) buffers.push(next, ...(last === undefined ? [] : [last]));
  return whole;
}

/** Resolves to the count of bytes, at least one. */
type ReadChunk = (into: Buffer, bytes: number, position: number) => Promise<number>;

function readerOf(handle: FileHandle, what: string): ReadChunk {
  return async (into, bytes, position) => {
    const { bytesRead } = await handle.read(into, 0, bytes, position).catch((error) => {
      throw unreadable(error, what);
    });
    if (bytesRead === 0) throw changed(what);
    return bytesRead;
  };
}

const changed = (what: string) => new ServerProblem('changed', `${what} changed while it was being sent`);

const unreadable = (error: unknown, what: string) =>
  new ServerProblem('unreadable', `${what} cannot be read: ${ioReason(error)}`);
