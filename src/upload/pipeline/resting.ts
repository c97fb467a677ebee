import type { FoundFile } from '../files/found-file.ts';
import { lookAgain } from '../files/look.ts';
import { openForWriting } from '../files/open-files.ts';
import { CHANGED, type FileProblem } from '../files/problem.ts';
import { stillWritten } from '../files/settle.ts';
import type { UploadOptions } from '../options.ts';
import { batched } from './batched.ts';

/**
 * How long a file has to be left alone before it may go, in milliseconds: not at all where every process was asked whether
 * it writes to it, else until it has rested for so long that nobody can be about to write the rest.
 */
export type RestOf = (file: FoundFile) => Promise<number | FileProblem>;

const QUESTIONS = { most: 500, delayMs: 10 };

export function resting({
  folder,
  restIntervalMs,
}: Pick<UploadOptions, 'folder' | 'restIntervalMs'>): RestOf {
  return batched<FoundFile, number | FileProblem>(async (files) => {
    const { writerOf, isWhole } = await openForWriting(folder);
    const restOf = async (file: FoundFile): Promise<number | FileProblem> => {
      const writer = writerOf(file.identity);
      if (writer !== undefined) return written(file, writer);
      if (isWhole) return 0;
      const { modified, changed } = file.identity;
      const newest = Number(modified > changed ? modified : changed) / 1e6;
      // A time to come is no reason to wait for it.
      return Math.min(restIntervalMs, Math.max(0, newest + restIntervalMs - Date.now()));
    };
    return Promise.all(files.map(restOf));
  }, QUESTIONS);
}

/** What is written may be another file by now: a number of a file that is gone is given to the next one. */
async function written(file: FoundFile, writer: string): Promise<FileProblem> {
  const now = await lookAgain(file);
  if ('problem' in now) return now;
  return now.identity.inode === file.identity.inode ? stillWritten(writer) : CHANGED;
}
