import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { FileResult } from '../../model/upload-report.ts';
import type { FoundFile } from '../files/found-file.ts';
import { type Moved, moveProven } from '../files/move.ts';
import type { FileProblem } from '../files/problem.ts';
import { removeProven } from '../files/remove.ts';
import type { Journal } from '../history/journal.ts';
import type { UploadOptions } from '../options.ts';
import { readUntilEnd } from './read.ts';
import type { RestOf } from './resting.ts';
import type { VerifiedUpload } from './upload-result.ts';

type Proven = Pick<VerifiedUpload, 'checksum' | 'remembered'>;

export interface Disposal {
  /** Does with a proven file what was asked for, and tells it: at once, or later where it has to rest first. */
  dispose(file: FoundFile, proof: Proven, result: FileResult): Promise<void>;
  /** Resolves when nothing rests any more. */
  done(): Promise<void>;
}

const ENDED: FileProblem = {
  problem: 'failed',
  reason: 'it is verified and still here: the run ended first',
};
/** Times may be too coarse to tell two states of a file apart. */
const OTHER_BYTES: FileProblem = {
  problem: 'changed',
  reason: 'its content differs from what an earlier run read',
};

interface DisposalOptions extends Pick<UploadOptions, 'proven' | 'dryRun'> {
  readonly restOf: RestOf;
  readonly journal: Journal | undefined;
  readonly signal: AbortSignal;
  readonly onDone: (result: FileResult) => void;
}

/** Of files that have rested: whether somebody writes to them is asked for all of these at once. */
const AFTER_REST = 128;
/** A disk gains nothing from more readers. */
const READING = 4;

export function disposing({ proven, dryRun, restOf, journal, signal, onDone }: DisposalOptions): Disposal {
  const resting = new Set<Promise<void>>();
  const rested = pLimit(AFTER_REST);
  const reading = pLimit(READING);

  const tell = (result: FileResult, ended: { readonly done: 'deleted' } | Moved | FileProblem) => {
    if ('problem' in ended) {
      const outcome = ended.problem === 'failed' ? 'incomplete' : ended.problem;
      onDone({ ...result, outcome, reason: ended.reason });
    } else if (ended.done === 'deleted') onDone({ ...result, local: 'deleted' });
    else onDone({ ...result, local: 'moved', movedTo: ended.to });
  };

  /** What an earlier run read is good enough to ask the server about, and not to delete. */
  async function differs(
    file: FoundFile,
    { checksum, remembered }: Proven,
  ): Promise<FileProblem | undefined> {
    if (!remembered) return undefined;
    const read = (await reading(() => readUntilEnd(file, signal))) ?? ENDED;
    if ('problem' in read) return read;
    return read.checksum === checksum ? undefined : OTHER_BYTES;
  }

  async function gone(
    file: FoundFile,
    { checksum }: Proven,
  ): Promise<{ readonly done: 'deleted' } | Moved | FileProblem> {
    if (typeof proven !== 'object') return removeProven(file);
    try {
      const hold = async () => {
        const rest = await restOf(file);
        return typeof rest === 'object' ? rest : undefined;
      };
      return await moveProven(file, { moveTo: proven.moveTo, checksum, hold, signal });
    } catch (error) {
      if (signal.aborted) return ENDED;
      throw error;
    }
  }

  async function writtenDown(file: FoundFile, proof: Proven, { path, bytes, assetId }: FileResult) {
    const ends = journal?.begins({
      path,
      bytes,
      checksum: proof.checksum,
      ...(assetId === undefined ? {} : { assetId }),
    });
    const ended = await gone(file, proof);
    ends?.('problem' in ended ? 'stays' : ended);
    return ended;
  }

  async function dispose(file: FoundFile, proof: Proven, result: FileResult): Promise<void> {
    const other = await differs(file, proof);
    if (other !== undefined) return tell(result, other);
    const rest = await restOf(file);
    if (signal.aborted) return tell(result, ENDED);
    if (typeof rest === 'object') return tell(result, rest);
    if (rest === 0) return tell(result, await writtenDown(file, proof, result));
    const later = (async () => {
      await sleep(rest, undefined, { signal }).catch(() => undefined);
      await rested(() => dispose(file, proof, result));
    })();
    resting.add(later);
    void later.catch(() => undefined).then(() => resting.delete(later));
  }

  return {
    async dispose(file, proof, result) {
      if (proven === 'keep' || dryRun) return onDone(result);
      if (file.linked) return onDone({ ...result, reason: 'kept: it is reached through a symbolic link' });
      await dispose(file, proof, result);
    },
    async done() {
      while (resting.size > 0) await Promise.all(resting);
    },
  };
}
