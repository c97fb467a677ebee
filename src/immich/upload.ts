import type { UploadReport } from '../model/upload-report.ts';
import type { FoundFile } from './files/found-file.ts';
import { type HashCache, openHashCache } from './files/hash-cache.ts';
import { kin } from './files/kin.ts';
import { groupUnits, KNOWN_TYPES, type MediaTypes, mediaFiles } from './files/media.ts';
import { settle } from './files/settle.ts';
import { walk } from './files/walk.ts';
import { acquireLock } from './lock/lock.ts';
import type { UploadOptions } from './options.ts';
import { albumKeeper } from './pipeline/albums.ts';
import { type Family, familyUpload } from './pipeline/family.ts';
import { inParallel } from './pipeline/in-parallel.ts';
import { securing } from './pipeline/secure.ts';
import { Trouble } from './pipeline/trouble.ts';
import { RunReport } from './run-report.ts';
import { type Connection, connect } from './server/connection.ts';
import { type Preflight, preflight } from './server/preflight.ts';
import { ServerProblem } from './server/problem.ts';

/** Families that are under way at once: enough to fill the batches of questions, few enough for memory. */
const WIDTH = 1000;

/** Brings the photos of a folder to the server. What a file, the server or the user did is in the report, and rejects nothing. */
export async function uploadFolder(options: UploadOptions): Promise<UploadReport> {
  const report = new RunReport(options);
  const lock = await acquireLock(options.folder);
  if ('busy' in lock) return report.end('locked', lock.busy);
  for (const note of lock.notes) report.note(note);
  try {
    return await locked(options, report);
  } finally {
    lock.held.release();
  }
}

async function locked(options: UploadOptions, report: RunReport): Promise<UploadReport> {
  const { folder, url, key, concurrency, transfer, progress } = options;
  const lost = new AbortController();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  const stop = options.signal ?? new AbortController().signal;
  const signal = AbortSignal.any([lost.signal, timeout, stop]);
  const first = await list(options, report);
  if (first.length === 0) return report.end('complete');
  progress?.phase('connecting');
  const connection = await connect(url, key, transfer, { concurrency, signal });
  try {
    const server = await preflight(connection, needsOf(options));
    ...
  }
}
