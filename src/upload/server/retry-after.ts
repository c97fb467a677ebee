const LONGEST_MS = 120_000;

/** The header Retry-After, seconds or a date, in milliseconds from now. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(wait) ? undefined : Math.max(wait, 0);
}

/** How long a server is left alone that wants to be: two minutes at the most, and where it wants more, once for all. */
export class Patience {
  #longestUntil: number | undefined;

  of(wantedMs: number, now = performance.now()): number {
    if (wantedMs <= LONGEST_MS) return wantedMs;
    // Its clock may be wrong, and then says so every time.
    this.#longestUntil ??= now + LONGEST_MS;
    return Math.max(0, this.#longestUntil - now);
  }
}
