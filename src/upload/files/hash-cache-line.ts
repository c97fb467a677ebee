import { crc32 } from 'node:zlib';
import type { FoundFile } from './found-file.ts';

export interface Remembered {
  readonly name: string;
  /** Of the file as it was when it was hashed. */
  readonly stamp: string;
  readonly checksum: string;
  readonly sentWith?: string;
}

/** Lines of another version mean something else, and are dropped. */
const VERSION = 1;
const SHA1 = /^[0-9a-f]{40}$/;

/** What tells a file with this name, and a state of it. Without the device, which is another one after the next mount. */
export function stampOf({ identity: { inode, bytes, modified, changed } }: FoundFile): string {
  return `${inode} ${bytes} ${modified} ${changed}`;
}

/** One line without its end: a CRC-32, and what it is of. */
export function encodeLine({ name, stamp, checksum, sentWith }: Remembered): string {
  const content = JSON.stringify([
    VERSION,
    name,
    stamp,
    checksum,
    ...(sentWith === undefined ? [] : [sentWith]),
  ]);
  return `${checkOf(content)} ${content}`;
}

/** Undefined for a line that is torn, broken, or of another version. */
export function decodeLine(line: string): Remembered | undefined {
  const content = line.slice(9);
  if (line.slice(0, 9) !== `${checkOf(content)} `) return undefined;
  const [version, name, stamp, checksum, sentWith] = fieldsOf(content);
  if (version !== VERSION || !isText(name) || !isText(stamp) || !isText(checksum)) return undefined;
  if (!SHA1.test(checksum) || (sentWith !== undefined && !isText(sentWith))) return undefined;
  return { name, stamp, checksum, ...(sentWith !== undefined && { sentWith }) };
}

export function checkOf(content: string): string {
  return crc32(content).toString(16).padStart(8, '0');
}

function fieldsOf(content: string): readonly unknown[] {
  try {
    const fields: unknown = JSON.parse(content);
    return Array.isArray(fields) ? fields : [];
  } catch {
    return [];
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
