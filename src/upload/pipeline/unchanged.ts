import type { FileResult } from '../../model/upload-report.ts';
import type { FoundFile } from '../files/found-file.ts';
import type { HashCache } from '../files/hash-cache.ts';
import type { OpenFiles } from '../files/open-files.ts';
import { bulkCheck } from '../server/assets.ts';
import type { Connection } from '../server/connection.ts';
import { ServerProblem } from '../server/problem.ts';

interface UnchangedOptions {
  readonly connection: Connection;
  readonly cache: HashCache;
  readonly signal: AbortSignal;
  /** It has settled, and nothing is to be done with it, or looked at, but whether the server knows it. */
  readonly isIdle: (file: FoundFile) => boolean;
  readonly openFiles: () => Promise<Pick<OpenFiles, 'writerOf'>>;
  readonly onDone: (result: FileResult) => void;
}

interface Known {
  readonly file: FoundFile;
  readonly checksum: string;
}

/** More would be more memory for what is written and read of one request. */
const PAGE = 2000;

/**
 * Tells of the files that an earlier run read, that nothing has changed since, and that the server knows outside of its
 * trash: as much as is asked of what it had before where nothing is to be deleted. A page at a time, and nothing is kept of
 * them but their results: there may be a hundred thousand, of which a run has nothing to do.
 *
 * @param companies lists of what may belong together; it is emptied on the way
 * @returns all other files
 */
export async function withoutUnchanged(
  companies: (readonly FoundFile[])[],
  { connection, cache, signal, isIdle, openFiles, onDone }: UnchangedOptions,
): Promise<FoundFile[]> {
  const rest: FoundFile[] = [];
  let page: Known[] = [];
  let asked = Promise.resolve();
  let writers: Pick<OpenFiles, 'writerOf'> | undefined;
  let isAnswering = true;

  const ask = async (some: readonly Known[]) => {
    try {
      rest.push(...(await unprovenOf(some, connection, onDone)));
    } catch (error) {
      if (signal.aborted || !(error instanceof ServerProblem)) throw error;
      // It is asked again, and told, when it is their turn.
      isAnswering = false;
      rest.push(...some.map(({ file }) => file));
    }
  };
  for (const [index, company] of companies.entries()) {
    companies[index] = [];
    const [file] = company;
    const checksum =
      file !== undefined && company.length === 1 && isAnswering && isIdle(file) ? cache.get(file) : undefined;
    if (file === undefined || checksum === undefined) {
      rest.push(...company);
      continue;
    }
    writers ??= await openFiles();
    if (writers.writerOf(file.identity) !== undefined) rest.push(file);
    else page.push({ file, checksum });
    if (page.length < PAGE) continue;
    await asked;
    signal.throwIfAborted();
    // The next page is made while the server answers.
    asked = ask(page);
    page = [];
  }
  await asked;
  if (page.length > 0) await ask(page);
  return rest;
}

async function unprovenOf(
  page: readonly Known[],
  connection: Connection,
  onDone: (result: FileResult) => void,
): Promise<FoundFile[]> {
  const items = page.map(({ checksum }, index) => ({ id: String(index), checksum }));
  const known = await bulkCheck(connection, items);
  const unproven: FoundFile[] = [];
  for (const [index, { file, checksum }] of page.entries()) {
    const held = known.get(String(index));
    if (held?.known !== true || held.trashed !== false) {
      unproven.push(file);
      continue;
    }
    onDone({
      path: file.name,
      bytes: file.identity.bytes,
      outcome: 'present',
      local: 'kept',
      checksum,
      assetId: held.assetId,
      verified: 'checksum',
    });
  }
  return unproven;
}
