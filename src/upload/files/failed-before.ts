import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { ioCode } from '../../text/io-error.ts';
import { cacheFileOf } from './hash-cache.ts';
import { makeFolders } from './make-folders.ts';

/** Names of files that failed in the last run, so that in this one they come last. Without them only the order is another. */
export interface FailedBefore {
  has(name: string): boolean;
  /** In place of those of the last run. */
  keep(names: readonly string[]): void;
}

/** They are kept in the folder of the caches. Never throws for what it finds there. */
export function openFailedBefore(cacheFolder: string, folder: string): FailedBefore {
  const names = new Set(namesIn(cacheFolder, folder));
  return {
    has: (name) => names.has(name),
    keep(failed) {
      if (failed.length === 0 && names.size === 0) return;
      try {
        makeFolders(cacheFolder, 0o700);
        const path = cacheFileOf(cacheFolder, folder, 'failed');
        const temporary = `${path}.${process.pid}.part`;
        rmSync(temporary, { force: true });
        writeFileSync(temporary, JSON.stringify(failed), { flag: 'wx', mode: 0o600 });
        renameSync(temporary, path);
      } catch (error) {
        if (ioCode(error) === undefined) throw error;
      }
    },
  };
}

function namesIn(cacheFolder: string, folder: string): readonly string[] {
  try {
    const names: unknown = JSON.parse(readFileSync(cacheFileOf(cacheFolder, folder, 'failed'), 'utf8'));
    return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  } catch (error) {
    if (ioCode(error) === undefined && !(error instanceof SyntaxError)) throw error;
    return [];
  }
}
