import type { ServerProblem } from '../server/problem.ts';

/** After so many failures in a row for the server, no other file is worth its time. */
const TRIPPED_AFTER = 8;

/** Of these no repetition is cured. */
const FINAL: readonly ServerProblem['kind'][] = ['key', 'maintenance'];
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
  #last: ServerProblem | undefined;
  readonly #trip: (problem: ServerProblem) => void;

  /** @param trip called with the problem that ends the run */
  constructor(trip: (problem: ServerProblem) => void) {
    this.#trip = trip;
  }

  succeeded(): void {
    this.#failuresInARow = 0;
  }

  failed(problem: ServerProblem): void {
    // All files of a batch meet one failure.
    if (problem === this.#last) return;
    this.#last = problem;
    if (SERVERS.includes(problem.kind)) this.#failuresInARow++;
    if (FINAL.includes(problem.kind) || this.#failuresInARow >= TRIPPED_AFTER) this.#trip(problem);
  }
}
