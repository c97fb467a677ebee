import { crc32 } from 'node:zlib';
import { checkOf, decodeLine, type Remembered } from './hash-cache-line.ts';

const LINE_END = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const ASCII = /^[\0-\x7f]*$/;
/** Of a check, a blank, and what stands before the name. */
const BEFORE_NAME = `${checkOf('')} [1,"`.length;

/**
 * The lines of a cache, found by name. They stay the bytes that they are until somebody asks: a hundred thousand objects
 * would take several times the memory, and most of the time of a run that finds nothing new.
 */
export class HashCacheLines {
  readonly #bytes: Buffer;
  /** Where the last line of a name begins, and one more: a hash table with open addressing. */
  readonly #starts: Int32Array;
  /** Those that are not empty, whatever they say. */
  readonly count: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    const lines = countOf(bytes);
    this.#starts = new Int32Array(2 ** Math.ceil(Math.log2(lines * 2 + 2)));
    let count = 0;
    for (let start = 0, end = 0; start < bytes.length; start = end + 1) {
      end = this.#endOf(start);
      if (end > start) count += 1;
      const key = this.#keyBetween(start, end);
      if (key !== undefined) this.#starts[this.#slotOf(key)] = start + 1;
    }
    this.count = count;
  }

  has(name: string): boolean {
    return this.#startOf(name) !== undefined;
  }

  /** Undefined where its last line is torn, broken, or of another version. */
  get(name: string): Remembered | undefined {
    const start = this.#startOf(name);
    if (start === undefined) return undefined;
    const remembered = decodeLine(this.#bytes.toString('utf8', start, this.#endOf(start)));
    return remembered?.name === name ? remembered : undefined;
  }

  #startOf(name: string): number | undefined {
    const start = this.#starts[this.#slotOf(keyOf(name))] ?? 0;
    return start === 0 ? undefined : start - 1;
  }

  #endOf(start: number): number {
    const end = this.#bytes.indexOf(LINE_END, start);
    return end === -1 ? this.#bytes.length : end;
  }

  #keyBetween(start: number, lineEnd: number): string | undefined {
    const from = start + BEFORE_NAME;
    if (from >= lineEnd || this.#bytes[from - 1] !== QUOTE) return undefined;
    for (let end = this.#bytes.indexOf(QUOTE, from); end !== -1 && end < lineEnd; ) {
      if (!isEscaped(this.#bytes, end)) return this.#bytes.toString('latin1', from, end);
      end = this.#bytes.indexOf(QUOTE, end + 1);
    }
    return undefined;
  }

  /** That of the name, or the free one where it would be. */
  #slotOf(key: string): number {
    const last = this.#starts.length - 1;
    for (let slot = crc32(key) & last; ; slot = (slot + 1) & last) {
      const start = this.#starts[slot] ?? 0;
      if (start === 0 || this.#isAt(start - 1 + BEFORE_NAME, key)) return slot;
    }
  }

  #isAt(from: number, key: string): boolean {
    const end = from + key.length;
    return this.#bytes[end] === QUOTE && this.#bytes.toString('latin1', from, end) === key;
  }
}

/** A name as its line has it, between quotes, with a character for each byte. */
function keyOf(name: string): string {
  const written = JSON.stringify(name).slice(1, -1);
  return ASCII.test(written) ? written : Buffer.from(written).toString('latin1');
}

function countOf(bytes: Buffer): number {
  let count = 0;
  for (let end = bytes.indexOf(LINE_END); end !== -1; end = bytes.indexOf(LINE_END, end + 1)) count += 1;
  return count + 1;
}

/** An odd number of backslashes stands before it. */
function isEscaped(bytes: Buffer, at: number): boolean {
  let before = at;
  while (bytes[before - 1] === BACKSLASH) before -= 1;
  return (at - before) % 2 === 1;
}
