import type { ServerProblem } from '../server/problem.ts';

/** After so many failures in a row for the server, no other file is worth its time. */
const LOST_AFTER = 8;

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

/** Decides when the server is lost for this run. */
export class Trouble {
  #inARow = 0;
  #last: ServerProblem | undefined;
  readonly #end: (problem: ServerProblem) => void;

  /** @param end called with the problem that ends the run */
  constructor(end: (problem: ServerProblem) => void) {
    this.#end = end;
  }

  passed(): void {
    this.#inARow = 0;
  }

  met(problem: ServerProblem): void {
    // All files of a batch meet one failure.
    if (problem === this.#last) return;
    this.#last = problem;
    if (SERVERS.includes(problem.kind)) this.#inARow++;
    if (FINAL.includes(problem.kind) || this.#inARow >= LOST_AFTER) this.#end(problem);
  }
}
