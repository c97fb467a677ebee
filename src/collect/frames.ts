import { onAnotherPlatform } from '../model/fact.ts';
import type { Probe, RawResult } from '../model/probe.ts';
import { ERROR_LIMIT } from './script.ts';

/** What a collection script tells, in the order of its arrival. */
export type CollectionEvent =
  | { readonly type: 'begin'; readonly os: string; readonly uid: number }
  | { readonly type: 'result'; readonly probe: string; readonly result: RawResult }
  | { readonly type: 'no-folder' }
  | { readonly type: 'end' };

const NEWLINE = 0x0a;
const LONGEST_HEADER = 300;

/**
 * Reads the frames out of a stream that may hold anything else as well: the noise of a login file before, between
 * and after them, binary output within them. A frame whose end is not where its header says is dropped, and
 * reading goes on at the next header. Memory stays bounded by the largest allowed frame.
 */
export class FrameReader {
  readonly #marker: Buffer;
  readonly #probes: ReadonlyMap<string, Probe>;
  readonly #startedAt: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** Arrived after what is in the buffer, and joined to it only when a whole frame is there: once, not at every chunk. */
  #arrived: Uint8Array[] = [];
  #missing = 0;

  constructor(nonce: string, probes: readonly Probe[], startedAt = performance.now()) {
    this.#marker = Buffer.from(`\n#hsdoctor ${nonce} `);
    this.#probes = new Map(probes.map((probe) => [probe.id, probe]));
    this.#startedAt = startedAt;
  }

  *read(chunk: Uint8Array): Generator<CollectionEvent> {
    this.#arrived.push(chunk);
    this.#missing -= chunk.length;
    if (this.#missing > 0) return;
    this.#buffer = Buffer.concat([this.#buffer, ...this.#arrived]);
    this.#arrived = [];
    this.#missing = 0;
    for (;;) {
      const start = this.#buffer.indexOf(this.#marker);
      if (start < 0) {
        this.#buffer = this.#buffer.subarray(Math.max(0, this.#buffer.length - this.#marker.length));
        return;
      }
      const headerAt = start + this.#marker.length;
      const headerEnd = this.#buffer.indexOf(NEWLINE, headerAt);
      if (headerEnd < 0 && this.#buffer.length - headerAt < LONGEST_HEADER) {
        this.#buffer = this.#buffer.subarray(start);
        return;
      }
      const words = headerEnd < 0 ? [] : this.#buffer.toString('latin1', headerAt, headerEnd).split(' ');
      const frame = this.#frame(words, headerEnd + 1);
      if (typeof frame === 'number') {
        this.#missing = frame - this.#buffer.length;
        this.#buffer = this.#buffer.subarray(start);
        return;
      }
      this.#buffer = this.#buffer.subarray(frame === undefined ? headerAt : frame.end);
      if (frame?.event !== undefined) yield frame.event;
    }
  }

  /** @returns the event and the end of the frame, the end alone where more has to arrive before, or undefined for none */
  #frame(
    words: readonly string[],
    bodyAt: number,
  ): number | undefined | { event?: CollectionEvent; end: number } {
    // The newline that ends a header may be the one that begins the next marker.
    const end = bodyAt - 1;
    const [kind, id = '', outcome, status = '', began = '', ended = '', out = '', err = ''] = words;
    if (kind === 'begin') return { event: { type: 'begin', os: id, uid: Number(outcome) }, end };
    if (kind === 'end' || kind === 'no-folder') return { event: { type: kind }, end };
    if (kind === 'stop') return { end };
    const probe = this.#probes.get(id);
    if (kind !== 'result' || probe === undefined) return undefined;
    const arrivedMs = performance.now() - this.#startedAt;
    const missing = missingResult(probe, outcome, status);
    if (missing !== undefined) {
      return { event: { type: 'result', probe: id, result: { ...missing, durationMs: arrivedMs } }, end };
    }
    const outBytes = Number(out);
    const errBytes = Number(err);
    if (outcome !== 'ran' || !(outBytes <= probe.outputLimit && errBytes <= ERROR_LIMIT)) return undefined;
    const bodyEnd = bodyAt + outBytes + errBytes;
    const trailer = Buffer.concat([this.#marker, Buffer.from(`stop ${id}\n`)]);
    if (this.#buffer.length < bodyEnd + trailer.length) return bodyEnd + trailer.length;
    if (!this.#buffer.subarray(bodyEnd, bodyEnd + trailer.length).equals(trailer)) return undefined;
    const seconds = Number(ended) - Number(began);
    return {
      end: bodyEnd + trailer.length - 1,
      event: {
        type: 'result',
        probe: id,
        result: {
          outcome: 'ran',
          exitCode: Number(status),
          stdout: this.#buffer.toString('utf8', bodyAt, bodyAt + outBytes),
          stderr: this.#buffer.toString('utf8', bodyAt + outBytes, bodyEnd),
          capped: outBytes >= probe.outputLimit,
          durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1000) : arrivedMs,
        },
      },
    };
  }
}

function missingResult(probe: Probe, outcome: string | undefined, detail: string) {
  switch (outcome) {
    case 'not-installed':
      return { outcome, reason: `${detail} is not installed, or not on the PATH of this user` } as const;
    case 'not-applicable':
      return { outcome, reason: onAnotherPlatform(detail) } as const;
    case 'denied':
      return { outcome, reason: 'root is required: run with --sudo' } as const;
    case 'timeout':
      return { outcome, reason: `timed out after ${probe.timeLimitMs / 1000} s` } as const;
    default:
      return undefined;
  }
}
