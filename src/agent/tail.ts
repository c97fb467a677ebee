import { type FileHandle, open, stat } from 'node:fs/promises';
import { ioCode, ioReason } from '../text/io-error.ts';
import { UsageError } from '../text/usage-error.ts';

const CHUNK = 65_536;
/** However long its lines are, no more of a file is held. */
const LONGEST_TAIL = 4_194_304;
const LONGEST_LINE = 65_536;
const NEWLINE = 0x0a;

/** A log file that is read from its end, and then as it grows: in memory that does not depend on its size. */
export class LogTail {
  readonly #path: string;
  /** Kept open: what is written into a file that is being rotated away is not lost. */
  #file: FileHandle | undefined;
  #inode = 0;
  #modifiedAt = 0;
  #offset = 0;
  /** Of a line whose end has not been written yet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** When it was last written to before it was opened, milliseconds since 1970. */
  get modifiedAt(): number {
    return this.#modifiedAt;
  }

  /** The last lines; `read` goes on behind them. A file that is not there has none. */
  async last(count: number): Promise<string[]> {
    await this.#open();
    if (this.#file === undefined) return [];
    const { size } = await this.#file.stat();
    const parts: Buffer[] = [];
    let start = size;
    let newlines = 0;
    while (start > 0 && newlines <= count && size - start < LONGEST_TAIL) {
      const length = Math.min(CHUNK, start);
      start -= length;
      const part = Buffer.alloc(length);
      await this.#file.read(part, 0, length, start);
      parts.unshift(part);
      newlines += part.reduce((sum, byte) => (byte === NEWLINE ? sum + 1 : sum), 0);
    }
    this.#offset = size;
    const lines = this.#linesOf(Buffer.concat(parts));
    // The first one of a part is cut.
    const whole = start > 0 ? lines.slice(1) : lines;
    return whole.slice(Math.max(0, whole.length - count));
  }

  /** Whole lines that were written since, from the beginning of a file that was put in its place or emptied. */
  async read(): Promise<string[]> {
    const lines = await this.#grown();
    const present = await stat(this.#path).catch(notThere);
    if (present !== undefined && present.ino !== this.#inode) {
      await this.#open();
      lines.push(...(await this.#grown()));
    }
    return lines;
  }

  async #open(): Promise<void> {
    await this.#file?.close();
    this.#file = await open(this.#path).catch(notThere);
    const { ino = 0, mtimeMs = 0 } = (await this.#file?.stat()) ?? {};
    this.#inode = ino;
    this.#modifiedAt = mtimeMs;
    this.#offset = 0;
    this.#rest = Buffer.alloc(0);
  }

  async #grown(): Promise<string[]> {
    if (this.#file === undefined) return [];
    const { size } = await this.#file.stat();
    if (size < this.#offset) {
      this.#offset = 0;
      this.#rest = Buffer.alloc(0);
    }
    const lines: string[] = [];
    while (this.#offset < size) {
      const part = Buffer.alloc(Math.min(CHUNK, size - this.#offset));
      const { bytesRead } = await this.#file.read(part, 0, part.length, this.#offset);
      if (bytesRead === 0) break;
      this.#offset += bytesRead;
      lines.push(...this.#linesOf(Buffer.concat([this.#rest, part.subarray(0, bytesRead)])));
    }
    return lines;
  }

  /** What comes after the last of them is kept for later. */
  #linesOf(text: Buffer): string[] {
    const end = text.lastIndexOf(NEWLINE) + 1;
    this.#rest = Buffer.from(text.subarray(Math.max(end, text.length - LONGEST_LINE)));
    return text.toString('utf8', 0, end).split('\n').slice(0, -1);
  }
}

function notThere(error: unknown): undefined {
  if (ioCode(error) === 'ENOENT') return;
  const { path } = error as NodeJS.ErrnoException;
  throw new UsageError(`the log ${path} cannot be read: ${ioReason(error)}`);
}
