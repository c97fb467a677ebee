import { lstatSync, unlinkSync } from 'node:fs';
import type { FoundFile } from './found-file.ts';
import { type FileIdentity, identityOf, sameIdentity } from './identity.ts';
import { isPlaceholder, ONLY_IN_ICLOUD } from './placeholder.ts';
import { CHANGED, type FileProblem, problemOf } from './problem.ts';

export const LINKED: FileProblem = { problem: 'failed', reason: 'it was reached through a symbolic link' };

/** Deletes a file that the server provably holds, if it is still what was proven. */
export function removeProven(file: FoundFile): { readonly done: 'deleted' } | FileProblem {
  if (file.linked) return LINKED;
  return unlinkIf(file.path, (now) => sameIdentity(now, file.identity)) ?? { done: 'deleted' };
}

/** Synchronous, so that nothing of this program comes between the look and the deed. */
export function unlinkIf(path: string, isProven: (now: FileIdentity) => boolean): FileProblem | undefined {
  try {
    const about = lstatSync(path, { bigint: true });
    if (!isProven(identityOf(about))) return CHANGED;
    if (isPlaceholder(about)) return ONLY_IN_ICLOUD;
    unlinkSync(path);
    return undefined;
  } catch (error) {
    return problemOf(error);
  }
}
