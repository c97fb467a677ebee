import type { UploadProgress } from '../../model/upload-progress.ts';
import { type FileResult, isInOrder } from '../../model/upload-report.ts';
import { bytes, count, elapsed } from '../../text/amount.ts';

/** The rate is that of so long a time until now. */
const WINDOW_MS = 10_000;

type Phase = Parameters<UploadProgress['phase']>[0];

const PHASES: Readonly<Record<Phase, string>> = {
  connecting: 'Connecting to the server',
  settling: 'Waiting for files to stop changing',
  uploading: 'Uploading',
};

interface Sample {
  readonly at: number;
  readonly sent: number;
  readonly handled: number;
}

/** How far an upload has come, in a line. Times are milliseconds of any one clock. */
export class UploadTally {
  #phase: Phase = 'connecting';
  #files = 0;
  #bytes = 0;
  #done = 0;
  #notProven = 0;
  #sent = 0;
  /** Of the files that are at their end, whether they had to be sent or not. */
  #doneBytes = 0;
  /** Of them, what was sent. */
  #doneSent = 0;
  #samples: readonly Sample[] = [];

  found(files: number, size: number): void {
    this.#files += files;
    this.#bytes += size;
  }

  phase(phase: Phase): void {
    this.#phase = phase;
  }

  sent(size: number): void {
    this.#sent += size;
  }

  done({ folder, outcome, bytes: size, sent }: FileResult): void {
    if (folder) return;
    this.#done += 1;
    this.#doneBytes += size;
    if (sent) this.#doneSent += size;
    if (!isInOrder(outcome)) this.#notProven += 1;
  }

  line(now: number): string {
    const files =
      this.#files === 0
        ? ''
        : `${count(this.#done)} of ${count(this.#files)} ${this.#files === 1 ? 'file' : 'files'}`;
    if (this.#phase !== 'uploading')
      return [PHASES[this.#phase], files && `${count(this.#files)} found`].filter(Boolean).join(' · ');
    const handled = this.#handled();
    const { sentRate, handledRate } = this.#rates(now, handled);
    const left = handledRate > 0 ? ((this.#bytes - handled) / handledRate) * 1000 : undefined;
    return [
      `${PHASES.uploading}: ${files}`,
      `${bytes(handled)} of ${bytes(this.#bytes)}`,
      sentRate > 0 && `${bytes(sentRate)}/s`,
      left !== undefined &&
        left > 0 &&
        `about ${elapsed(Math.max(1000, Math.round(left / 1000) * 1000)).replace('.0 s', ' s')} left`,
      this.#notProven > 0 && `${count(this.#notProven)} not verified`,
    ]
      .filter((part) => part !== false)
      .join(' · ');
  }

  /** What is at its end, and what is on its way of the others; what is sent again does not count twice for ever. */
  #handled(): number {
    return Math.min(this.#bytes, this.#doneBytes + Math.max(0, this.#sent - this.#doneSent));
  }

  #rates(now: number, handled: number): { sentRate: number; handledRate: number } {
    const sample = { at: now, sent: this.#sent, handled };
    const recent = this.#samples.filter(({ at }) => now - at <= WINDOW_MS);
    this.#samples = [...recent, sample];
    const [first = sample] = this.#samples;
    const seconds = (now - first.at) / 1000;
    if (seconds <= 0) return { sentRate: 0, handledRate: 0 };
    return {
      sentRate: (this.#sent - first.sent) / seconds,
      handledRate: Math.max(0, (handled - first.handled) / seconds),
    };
  }
}
