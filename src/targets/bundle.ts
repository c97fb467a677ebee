import { readdir, stat } from 'node:fs/promises';
import { ioCode, ioReason } from '../text/io-error.ts';
import { didYouMeanFile } from '../text/nearest-file.ts';
import { UsageError } from '../text/usage-error.ts';
import { foreignPath, readFromFolder, writeFolder } from './bundle-folder.ts';
import { decodeBundle, encodeBundle } from './bundle-format.ts';
import type { Collection, Target } from './target.ts';

/**
 * A saved collection: a folder, or a .tar.gz of one.
 * @throws {UsageError} when it is not a bundle, or not a whole one
 */
export async function bundleTarget(path: string): Promise<Target> {
  if (path === '') throw new UsageError('--bundle is empty: name a folder, or a .tar.gz');
  try {
    if ((await stat(path)).isDirectory())
      return await decodeBundle(path, (file) => readFromFolder(path, file));
    const { readArchive } = await import('./bundle-archive.ts');
    const files = await readArchive(path);
    return await decodeBundle(path, async (file) => files.get(file));
  } catch (error) {
    if (error instanceof UsageError || ioCode(error) === undefined) throw error;
    const nearest = ioCode(error) === 'ENOENT' ? await didYouMeanFile(path) : '';
    throw new UsageError(`the bundle ${path} cannot be read: ${ioReason(error)}${nearest}`);
  }
}

/**
 * Saves the redacted raw outputs of a collection, as an archive where the path ends like one.
 * @throws {UsageError} when it cannot be written there
 */
export async function writeBundle(path: string, target: string, collection: Collection): Promise<void> {
  await requireWritable(path);
  const files = encodeBundle(target, collection);
  try {
    if (!isArchive(path)) return await writeFolder(path, files);
    const { writeArchive } = await import('./bundle-archive.ts');
    await writeArchive(path, files);
  } catch (error) {
    if (ioCode(error) === undefined) throw error;
    throw new UsageError(`the bundle ${path} cannot be written: ${ioReason(error)}`);
  }
}

/**
 * Only a bundle may be overwritten.
 * @throws {UsageError} when something else is there
 */
export async function requireWritable(path: string): Promise<void> {
  if (path === '') throw new UsageError('--output is empty: name a folder, or a .tar.gz');
  if (/\.(?:tar|gz|zip|tar\.\w+)$/.test(path) && !isArchive(path))
    throw new UsageError(`${path} would be a folder of that name: end it in .tar.gz for an archive`);
  try {
    const about = await stat(path);
    if (about.isDirectory() === isArchive(path))
      throw new UsageError(
        `${path} is a ${isArchive(path) ? 'folder' : 'file'}, and is not overwritten: name another path`,
      );
    const foreign = about.isDirectory() ? await foreignPath(path) : undefined;
    if (foreign !== undefined)
      throw new UsageError(
        `${path} holds ${foreign}, which is no part of a bundle, and is not overwritten: name another path`,
      );
    if (about.isDirectory() && (await readdir(path)).length === 0) return;
  } catch (error) {
    if (ioCode(error) === 'ENOENT') return;
    if (error instanceof UsageError || ioCode(error) === undefined) throw error;
    throw new UsageError(`the bundle ${path} cannot be written: ${ioReason(error)}`);
  }
  await bundleTarget(path).catch(() => {
    throw new UsageError(`${path} is not a whole bundle, and is not overwritten: name another path`);
  });
}

function isArchive(path: string): boolean {
  return /\.(?:tar\.gz|tgz)$/.test(path);
}
