import { lstatSync, unlinkSync } from 'node:fs';
import { ioReason } from '../../text/io-error.ts';
import type { FoundFile } from './found-file.ts';
import { CHANGED, type FileProblem, problemOf } from './hash.ts';
import { identityOf, sameIdentity } from './identity.ts';

/** Deletes a file if it still is the one that was proven. */
export function removeProven(file: FoundFile): { readonly done: 'deleted' } | FileProblem {
  try {
    // Nothing may come between the two: not even a turn of the event loop.
    if (!sameIdentity(identityOf(lstatSync(file.path, { bigint: true })), file.identity)) return CHANGED;
    unlinkSync(file.path);
    return { done: 'deleted' };
  } catch (error) {
    const problem = problemOf(error);
    if (problem.problem !== 'failed') return problem;
    return { problem: 'failed', reason: `it cannot be deleted: ${ioReason(error)}` };
  }
}
