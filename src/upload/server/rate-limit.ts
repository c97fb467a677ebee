import { setTimeout as sleep } from 'node:timers/promises';

/** Parts so small that none waits long: a connection on which nothing moves is given up. */
const PARTS_A_SECOND = 10;

/** Lets so many bytes a second go, of whatever is sent at the same time; in the order in which they are asked for. */
export class RateLimit {
  readonly #bytesPerSecond: number;
  /** When what was let go before is out. */
  #free = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** How much may be asked for at once. */
  get part(): number {
    return Math.max(1, Math.ceil(this.#bytesPerSecond / PARTS_A_SECOND));
  }

  /** Resolves when they may go, or the run ends. */
  async pass(bytes: number, signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#free);
    this.#free = at + (bytes / this.#bytesPerSecond) * 1000;
    if (at > now) await sleep(at - now, undefined, signal === undefined ? {} : { signal }).catch(() => {});
  }
}
