import { lstat, stat } from 'node:fs/promises';
import type { FoundFile } from './found-file.ts';
import { identityOf } from './identity.ts';
import { isPlaceholder, ONLY_IN_ICLOUD } from './placeholder.ts';
import { type FileProblem, problemOf } from './problem.ts';

/** The file as it is now. */
export async function lookAgain(file: FoundFile): Promise<FoundFile | FileProblem> {
  try {
    const about = await (file.linked ? stat : lstat)(file.path, { bigint: true });
    if (!about.isFile()) return { problem: 'changed', reason: 'it was replaced' };
    if (isPlaceholder(about)) return ONLY_IN_ICLOUD;
    const { path, name, linked } = file;
    return { path, name, linked, identity: identityOf(about) };
  } catch (error) {
    return problemOf(error);
  }
}
