import type { ServerProblem } from '../server/problem.ts';

/** After so many failures in a row for the server, no other file is worth its time. */
const TRIPPED_AFTER = 8;
/** The same where the server answers, and may only fail at these files. */
const TRIPPED_BY_FILES_AFTER = 32;

/** Of these no repetition is cured. */
export const ENDS_THE_RUN: readonly ServerProblem['kind'][] = ['key', 'maintenance'];
/** One of these may be about one file. */
const SERVERS: readonly ServerProblem['kind'][] = [
  'unreachable',
  'timeout',
  'busy',
  'not-immich',
  'redirect',
  'permission',
];

/** A circuit breaker: decides when the server is lost for this run. */
export class CircuitBreaker {
  #failuresInARow = 0;
  #serverFailuresInARow = 0;
  #last: ServerProblem | undefined;
  readonly #trip: (problem: ServerProblem) => void;

  /** @param trip called with the problem that ends the run */
  constructor(trip: (problem: ServerProblem) => void) {
    this.#trip = trip;
  }

  succeeded(): void {
    this.#failuresInARow = 0;
    this.#serverFailuresInARow = 0;
  }

  /** @param mayBeOfFile it was an answer to the file itself */
  failed(problem: ServerProblem, mayBeOfFile: boolean): void {
    // All files of a batch meet one failure.
    if (problem === this.#last) return;
    this.#last = problem;
    if (SERVERS.includes(problem.kind)) {
      this.#failuresInARow += 1;
      if (!mayBeOfFile) this.#serverFailuresInARow += 1;
    }
    const isLost =
      this.#serverFailuresInARow >= TRIPPED_AFTER || this.#failuresInARow >= TRIPPED_BY_FILES_AFTER;
    if (ENDS_THE_RUN.includes(problem.kind) || isLost) this.#trip(problem);
  }
}
