import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const MIB = 1024 * 1024;

/** Why a file is not read, though it is there. */
export class NotReadable extends Error {}

interface How {
  /** Whether the last part of the path may be a link. */
  readonly followed?: boolean;
  /** Somebody named just this one: it may be a pipe, which is waited for. */
  readonly named?: boolean;
  readonly mostMiB?: number;
}

/**
 * The text of a regular file of at most 1 MiB, where nothing else is said. What is opened never waits: a FIFO has no writer, perhaps.
 * @throws {NotReadable} for anything else, and the errors of node:fs
 */
export async function readSmallFile(
  path: string,
  { followed = true, named = false, mostMiB = 1 }: How = {},
): Promise<string> {
  const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = constants;
  const file = await open(path, O_RDONLY | (named ? 0 : O_NONBLOCK) | (followed ? 0 : O_NOFOLLOW));
  try {
    const isRegular = (await file.stat()).isFile();
    if (!isRegular && !named) throw new NotReadable('it is not a regular file');
    return (await atMost(file, mostMiB)).toString('utf8');
  } finally {
    await file.close();
  }
}

/** However large it is said to be: it may grow, and those of /proc are of no size. */
async function atMost(file: FileHandle, mostMiB: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let left = mostMiB * MIB + 1; left > 0; ) {
    const buffer = Buffer.alloc(Math.min(left, MIB + 1));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return Buffer.concat(parts);
    parts.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  throw new NotReadable(`it is larger than ${mostMiB} MiB`);
}
