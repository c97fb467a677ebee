import type { FileHandle } from 'node:fs/promises';
import { ioCode } from '../../text/io-error.ts';
import type { FoundFile } from './found-file.ts';
import { openFound } from './open.ts';

/** Where a box lies in its file, or its content. */
interface Range {
  readonly start: number;
  readonly end: number;
}

const CONTENT_IDENTIFIER = 'com.apple.quicktime.content.identifier';
/** No camera writes more at one level. */
const MOST_BOXES = 64;
const MOST_KEYS_BYTES = 65_536;

/**
 * Whether the video says that it is the moving part of a live photo: Apple's content identifier is among the
 * keys of its metadata (`moov` / `meta` / `keys`). What cannot be read, or is no such video, is none.
 */
export async function isLivePhotoVideo(video: FoundFile): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await openFound(video);
    return (await metadataKeys(file, video.identity.bytes)).includes(CONTENT_IDENTIFIER);
  } catch (error) {
    if (ioCode(error) === undefined) throw error;
    return false;
  } finally {
    await file?.close();
  }
}

async function metadataKeys(file: FileHandle, bytes: number): Promise<string[]> {
  const moov = await findBox(file, { start: 0, end: bytes }, 'moov');
  const meta = moov && (await findBox(file, moov, 'meta'));
  const keys = meta && (await findBox(file, await metaContent(file, meta), 'keys'));
  if (keys === undefined || keys.end - keys.start > MOST_KEYS_BYTES) return [];
  return keysIn(await readRange(file, keys));
}

/** In MP4, unlike in QuickTime, a version and flags (zeros) stand before the boxes of `meta`. */
async function metaContent(file: FileHandle, { start, end }: Range): Promise<Range> {
  const head = await readRange(file, { start, end: Math.min(start + 4, end) });
  return head.length === 4 && head.readUInt32BE() === 0 ? { start: start + 4, end } : { start, end };
}

/** The content of the first box of this type among those that fill the range. */
async function findBox(file: FileHandle, range: Range, type: string): Promise<Range | undefined> {
  let { start } = range;
  for (let count = 0; count < MOST_BOXES && start + 8 <= range.end; count += 1) {
    const head = await readRange(file, { start, end: Math.min(start + 16, range.end) });
    const box = boxOf(head, start, range.end);
    if (box === undefined) return undefined;
    if (head.toString('latin1', 4, 8) === type) return box;
    start = box.end;
  }
  return undefined;
}

function boxOf(head: Buffer, start: number, limit: number): Range | undefined {
  if (head.length < 8) return undefined;
  const short = head.readUInt32BE();
  const isLong = short === 1;
  if (isLong && head.length < 16) return undefined;
  const size = isLong ? Number(head.readBigUInt64BE(8)) : short;
  const content = start + (isLong ? 16 : 8);
  // 0: the box goes on to the end.
  const end = short === 0 ? limit : start + size;
  return end >= content && end <= limit ? { start: content, end } : undefined;
}

/** Version and flags, a count, then keys: each its size, a namespace of four letters, its name. */
function keysIn(content: Buffer): string[] {
  const keys: string[] = [];
  let start = 8;
  while (start + 8 <= content.length) {
    const size = content.readUInt32BE(start);
    if (size < 8 || start + size > content.length) break;
    keys.push(content.toString('latin1', start + 8, start + size));
    start += size;
  }
  return keys;
}

async function readRange(file: FileHandle, { start, end }: Range): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
  return buffer.subarray(0, bytesRead);
}
