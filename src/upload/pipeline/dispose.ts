import type { FileResult } from '../../model/upload-report.ts';
import type { FoundFile } from '../files/found-file.ts';
import { type Moved, moveProven } from '../files/move.ts';
import type { FileProblem } from '../files/problem.ts';
import { removeProven } from '../files/remove.ts';
import type { UploadOptions } from '../options.ts';
import { readUntilEnd } from './read.ts';
import type { VerifiedUpload } from './upload-result.ts';

/** Does with a proven file what was asked for, and tells it. */
export type Dispose = (
  file: FoundFile,
  proof: Pick<VerifiedUpload, 'checksum' | 'remembered'>,
  result: FileResult,
) => Promise<FileResult>;

const ENDED: FileProblem = {
  problem: 'failed',
  reason: 'it is verified and still here: the run ended first',
};
/** Times may be too coarse to tell two states of a file apart. */
const OTHER_BYTES: FileProblem = {
  problem: 'changed',
  reason: 'its content differs from what an earlier run read',
};

export function disposing(
  { proven, dryRun }: Pick<UploadOptions, 'proven' | 'dryRun'>,
  signal: AbortSignal,
): Dispose {
  async function done(
    file: FoundFile,
    { checksum, remembered }: Parameters<Dispose>[1],
  ): Promise<{ readonly done: 'deleted' } | Moved | FileProblem> {
    // What an earlier run read is good enough to ask the server about, and not to delete.
    if (remembered) {
      const read = (await readUntilEnd(file, signal)) ?? ENDED;
      if ('problem' in read) return read;
      if (read.checksum !== checksum) return OTHER_BYTES;
    }
    if (signal.aborted) return ENDED;
    if (typeof proven !== 'object') return removeProven(file);
    try {
      return await moveProven(file, { moveTo: proven.moveTo, checksum, signal });
    } catch (error) {
      if (signal.aborted) return ENDED;
      throw error;
    }
  }

  return async (file, proof, result) => {
    if (proven === 'keep' || dryRun) return result;
    if (file.linked) return { ...result, reason: 'kept: it is reached through a symbolic link' };
    const ended = await done(file, proof);
    if ('problem' in ended) {
      const outcome = ended.problem === 'failed' ? 'incomplete' : ended.problem;
      return { ...result, outcome, reason: ended.reason };
    }
    if (ended.done === 'deleted') return { ...result, local: 'deleted' };
    return { ...result, local: 'moved', movedTo: ended.to };
  };
}
