import { ServerProblem } from '../server/problem.ts';

/**
 * What ended a conversation with the server, in a sentence.
 *
 * @throws what is neither the server's doing nor the end of the run
 */
export function sentence(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'the run ended';
  if (error instanceof ServerProblem) return error.message;
  throw error;
}
