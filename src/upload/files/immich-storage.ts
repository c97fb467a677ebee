import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Immich puts it into each folder of its storage, to know that it is mounted. */
const MARKER = '.immich';
/** Those of its storage that are always there, and all of them. */
const ALWAYS = ['thumbs', 'encoded-video'];
const ORIGINALS = ['upload', 'library'];
const FOLDERS = [...ALWAYS, ...ORIGINALS, 'profile', 'backups'];
/** `5f/1c/5f1c7a52-….jpg` */
const UNDER_ITS_ID =
  /(?:^|\/)([\da-f]{2})\/([\da-f]{2})\/\1\2[\da-f]{4}(?:-[\da-f]{4}){3}-[\da-f]{12}\.[^/]+$/;
/** A path that only names a folder or two is no place: many photos have such names. */
const FEWEST_PARTS = 3;

/** A folder of this name, in one with that content, is Immich's own. */
export function isInImmichStorage(name: string, has: (beside: string) => boolean): boolean {
  return FOLDERS.includes(name) && ALWAYS.every(has) && ORIGINALS.some(has);
}

/** A folder with that content is Immich's own. */
export const isMarked = (has: (name: string) => boolean): boolean => has(MARKER);

/** A file whose place is one that Immich gives. */
export const isUnderItsId = (path: string): boolean => UNDER_ITS_ID.test(path);

/** The folder of Immich's storage in which this one is, or which it is. */
export function immichStorageAround(folder: string): string | undefined {
  const isOwn =
    isMarked((name) => existsSync(join(folder, name))) ||
    isInImmichStorage(basename(folder), (name) => existsSync(join(dirname(folder), name)));
  if (isOwn) return folder;
  return dirname(folder) === folder ? undefined : immichStorageAround(dirname(folder));
}

/**
 * Whether the file here may be the original that the server has there: its path below the storage is the same.
 *
 * @param stored as the server sees it, in its container
 */
export function mayBeTheOriginal(path: string, stored: string): boolean {
  const parts = stored.split('/');
  return parts.some((part, index) => {
    const below = parts.slice(index + 1);
    return ORIGINALS.includes(part) && below.length >= FEWEST_PARTS && path.endsWith(`/${below.join('/')}`);
  });
}
