import { type FileHandle, open } from 'node:fs/promises';

/** Apple writes it into the moving part of a live photo, and into no other video. */
const CONTENT_IDENTIFIER = 'com.apple.quicktime.content.identifier';

/** The box that describes a video is small; its pictures are in another. */
const LARGEST_DESCRIPTION = 16 * 1024 * 1024;
const MOST_BOXES = 100;
const HEADER = 16;

/** Whether a QuickTime or MP4 file is the moving part of a live photo. What cannot be read is none. */
export async function isLivePhotoVideo(path: string): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const box = await description(file);
    if (box === undefined || box.length > LARGEST_DESCRIPTION) return false;
    const bytes = Buffer.alloc(box.length);
    await file.read(bytes, 0, box.length, box.offset);
    return bytes.includes(CONTENT_IDENTIFIER);
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}

/** Where the box `moov` lies, among those of the top level (ISO/IEC 14496-12). */
async function description(file: FileHandle): Promise<{ offset: number; length: number } | undefined> {
  const { size } = await file.stat();
  const header = Buffer.alloc(HEADER);
  let offset = 0;
  for (let boxes = 0; boxes < MOST_BOXES && offset + 8 <= size; boxes++) {
    const { bytesRead } = await file.read(header, 0, HEADER, offset);
    if (bytesRead < 8) return undefined;
    const short = header.readUInt32BE(0);
    const length =
      short === 0 ? size - offset : short === 1 ? Number(header.readBigUInt64BE(8)) : short;
    if (length < 8) return undefined;
    if (header.toString('latin1', 4, 8) === 'moov')
      return { offset, length: Math.min(length, size - offset) };
    offset += length;
  }
  return undefined;
}
