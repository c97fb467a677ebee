import { type FileHandle, open } from 'node:fs/promises';
import { ioCode } from '../text/io-error.ts';

const CHUNK = 65_536;
/** However long its lines are, no more of a file is held. */
const LONGEST_TAIL = 4_194_304;
const LONGEST_LINE = 65_536;

/** A log file that is read from its end, and then as it grows: in memory that does not depend on its size. */
export class LogTail {
  readonly path: string;
  #inode = 0;
  #offset = 0;
  /** Of a line whose end has not been written yet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.path = path;
  }

  /** The last lines; `read` goes on behind them. A file that is not there has none. */
  async last(count: number): Promise<string[]> {
    return this.#with(async (file, size) => {
      const parts: Buffer[] = [];
      let start = size;
      let newlines = 0;
      while (start > 0 && newlines <= count && size - start < LONGEST_TAIL) {
        const length = Math.min(CHUNK, start);
        start -= length;
        const part = Buffer.alloc(length);
        await file.read(part, 0, length, start);
        parts.unshift(part);
        for (const byte of part) if (byte === 0x0a) newlines += 1;
      }
      const text = Buffer.concat(parts);
      const end = text.lastIndexOf(0x0a) + 1;
      this.#offset = size;
      this.#rest = Buffer.from(text.subarray(Math.max(end, text.length - LONGEST_LINE)));
      const lines = text.toString('utf8', 0, end).split('\n').slice(0, -1);
      // The first one of a part is cut.
      return (start > 0 ? lines.slice(1) : lines).slice(-count || lines.length);
    });
  }

  /** Whole lines that were written since, from the beginning of a file that was put in its place or emptied. */
  async read(): Promise<string[]> {
    return this.#with(async (file, size) => {
      const lines: string[] = [];
      while (this.#offset < size) {
        const part = Buffer.alloc(Math.min(CHUNK, size - this.#offset));
        const { bytesRead } = await file.read(part, 0, part.length, this.#offset);
        if (bytesRead === 0) break;
        this.#offset += bytesRead;
        const text = Buffer.concat([this.#rest, part.subarray(0, bytesRead)]);
        const end = text.lastIndexOf(0x0a) + 1;
        if (end > 0) lines.push(...text.toString('utf8', 0, end - 1).split('\n'));
        this.#rest = Buffer.from(text.subarray(Math.max(end, text.length - LONGEST_LINE)));
      }
      return lines;
    });
  }

  async #with(use: (file: FileHandle, size: number) => Promise<string[]>): Promise<string[]> {
    let file: FileHandle;
    try {
      file = await open(this.path);
    } catch (error) {
      if (ioCode(error) === 'ENOENT') return [];
      throw error;
    }
    try {
      const { ino, size } = await file.stat();
      if (ino !== this.#inode || size < this.#offset) {
        this.#offset = 0;
        this.#rest = Buffer.alloc(0);
      }
      this.#inode = ino;
      return await use(file, size);
    } finally {
      await file.close();
    }
  }
}
