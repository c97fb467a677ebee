import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ioCode } from '../../text/io-error.ts';

/** The folder, and those above it that are missing. Not Node's `recursive`: below /proc, where nothing can be made, it tries for ever. */
export function makeFolders(path: string, mode = 0o777): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (ioCode(error) === 'EEXIST') return;
    if (ioCode(error) !== 'ENOENT' || dirname(path) === path || isThere(dirname(path))) throw error;
    makeFolders(dirname(path), mode);
    mkdirSync(path, { mode });
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
