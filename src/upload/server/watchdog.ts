/** Calls `onSilence` when nobody reported a movement for as long as the present phase may take. */
export class Watchdog {
  readonly #onSilence: (sentence: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(onSilence: (sentence: string) => void) {
    this.#onSilence = onSilence;
  }

  /** Begins a phase; `silence` says what did not happen in it: `took no byte`. */
  watch(ms: number, silence: string): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.#onSilence(`${silence} for ${ms / 1000} s`), ms);
  }

  moved(): void {
    if (!this.#stopped) this.#timer?.refresh();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
