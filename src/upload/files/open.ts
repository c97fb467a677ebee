import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { FoundFile } from './found-file.ts';

/** For reading; never through a link that was put in the place of a file, and without waiting for a pipe that was. */
export function openFound({ path, linked }: FoundFile): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | constants.O_NONBLOCK | (linked ? 0 : constants.O_NOFOLLOW));
}
