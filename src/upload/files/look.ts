import { lstatSync } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import type { FoundFile } from './found-file.ts';
import { type FileIdentity, identityOf } from './identity.ts';
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

/** By its size and times: what differs, if anything, is its metadata. */
export function hasSameContent(path: string, before: FileIdentity): boolean {
  const about = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (about === undefined) return false;
  const { device, inode, bytes, modified } = identityOf(about);
  const isSame = device === before.device && inode === before.inode;
  return isSame && bytes === before.bytes && modified === before.modified;
}
