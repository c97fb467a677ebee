import { ServerProblem } from '../server/problem.ts';
import type { Sent } from './sender.ts';

/** What is left of the user's quota. What is on its way counts as if it had arrived. */
export class QuotaBudget {
  #bytesLeft: number;

  constructor(bytesLeft: number) {
    this.#bytesLeft = bytesLeft;
  }

  has(bytes: number): boolean {
    return bytes <= this.#bytesLeft;
  }

  async spend(bytes: number, send: () => Promise<Sent>): Promise<Sent> {
    this.#bytesLeft -= bytes;
    try {
      const sent = await send();
      if (!sent.created) this.#bytesLeft += bytes;
      return sent;
    } catch (error) {
      this.#bytesLeft += bytes;
      // Smaller ones may still fit.
      if (error instanceof ServerProblem && error.kind === 'quota')
        this.#bytesLeft = Math.min(this.#bytesLeft, bytes - 1);
      throw error;
    }
  }
}
