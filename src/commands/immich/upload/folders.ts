import { access, constants, opendir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { expandHome } from '../../../text/home.ts';
import { ioCode, ioReason, readProblem } from '../../../text/io-error.ts';
import { didYouMeanFile } from '../../../text/nearest-file.ts';
import { quote } from '../../../text/shell.ts';
import { UsageError } from '../../../text/usage-error.ts';
import { libraryAround } from '../../../upload/files/library.ts';

/** The folders that are uploaded, absolute, each once. @throws {UsageError} */
export async function sourceFolders(given: readonly string[]): Promise<readonly string[]> {
  const folders = new Set<string>();
  for (const each of given) folders.add(await sourceFolder(each));
  return [...folders];
}

/**
 * A folder that is uploaded, absolute.
 * @throws {UsageError} where it cannot be listed: an upload of nothing must not pass for one that found nothing
 */
export async function sourceFolder(given: string): Promise<string> {
  if (given === '') throw new UsageError('the name of the folder is empty: name a folder');
  const folder = resolve(expandHome(given));
  await requireFolder(folder);
  return folder;
}

/**
 * @param folder that is uploaded
 * @param target where proven files are moved
 * @throws {UsageError} where it cannot take them, or they would not move at all
 */
export async function requireTarget(folder: string, target: string): Promise<void> {
  await requireFolder(target, '--move-to: ');
  await access(target, constants.W_OK | constants.X_OK).catch((error) => {
    throw new UsageError(`--move-to: files cannot be moved to ${target}: ${ioReason(error)}`);
  });
  const [source, place] = await Promise.all([folder, target].map((path) => stat(path, { bigint: true })));
  // One folder may have several paths: by links, mounts, or other letters.
  if (source?.dev === place?.dev && source?.ino === place?.ino)
    throw new UsageError('--move-to names the folder that is uploaded: name another folder');
}

async function requireFolder(path: string, option = ''): Promise<void> {
  const what = `${option}the folder`;
  try {
    const found = await stat(path);
    if (!found.isDirectory())
      throw new UsageError(
        `${option}${path} is ${found.isFile() ? 'a file' : 'not a folder'}: name ${option === '' ? 'the folder that holds it' : 'a folder'}`,
      );
    // The permission alone does not tell: macOS guards some folders beyond it.
    await (await opendir(path)).close();
    const place = await realpath(path);
    const library = libraryAround(place);
    if (library !== undefined)
      throw new UsageError(
        `${what} ${path} is ${library === place ? '' : `in ${library}, `}the library of another program, which still needs its files: name a folder outside of it`,
      );
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (ioCode(error) === 'ENOENT')
      throw new UsageError(
        `${what} ${path} does not exist${(await didYouMeanFile(path)) || `: create it with \`mkdir -p ${quote(path)}\`, or name another one`}`,
      );
    const guarded = process.platform === 'darwin' && ioCode(error) === 'EPERM';
    throw new UsageError(
      `${what} ${path} cannot be read: ${readProblem(error)}${guarded ? '; macOS protects it: use a folder outside of Desktop, Documents and Downloads, or give node Full Disk Access' : ''}`,
    );
  }
}
