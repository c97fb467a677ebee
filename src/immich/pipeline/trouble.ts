import type { ServerProblem } from '../server/problem.ts';

/** After so many files in a row that failed for the server, no other is worth its time. */
const LOST_AFTER = 8;

/** Of these no repetition is cured. */
const FINAL: readonly ServerProblem['kind'][] = ['key', 'permission', 'maintenance', 'quota', 'redirect'];
const SERVERS: readonly ServerProblem['kind'][] = ['unreachable', 'timeout', 'busy', 'not-immich'];

/** Decides when the server is lost for this run. */
export class Trouble {
  #inARow = 0;
  readonly #end: (problem: ServerProblem) => void;

  /** @param end called with the problem that ends the run */
  constructor(end: (problem: ServerProblem) => void) {
    this.#end = end;
  }

  passed(): void {
    this.#inARow = 0;
  }

  met(problem: ServerProblem): void {
    if (SERVERS.includes(problem.kind)) this.#inARow++;
    if (FINAL.includes(problem.kind) || this.#inARow >= LOST_AFTER) this.#end(problem);
  }
}
