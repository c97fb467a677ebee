import type { FoundFile } from '../files/found-file.ts';
import { type Hashed, hashFile } from '../files/hash.ts';
import type { FileProblem } from '../files/problem.ts';

/** The hash of a file; undefined where the run ended before. */
export async function readUntilEnd(
  file: FoundFile,
  signal: AbortSignal,
): Promise<Hashed | FileProblem | undefined> {
  try {
    return await hashFile(file, { signal });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
