import { readdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ioCode, readProblem, writeProblem } from '../text/io-error.ts';
import { didYouMeanFile } from '../text/nearest-file.ts';
import { UsageError } from '../text/usage-error.ts';
import { filesIn, foreignPath, writeFolder } from './bundle-folder.ts';
import { type Bundle, decodeBundle, encodeBundle, MANIFEST } from './bundle-format.ts';
import type { Collection, Target } from './target.ts';

/**
 * A saved collection: a folder, or a .tar.gz of one.
 * @throws {UsageError} when it is not a bundle, or not a whole one
 */
export async function bundleTarget(path: string): Promise<Target> {
  const { name, collection } = await readBundle(path);
  let held: Collection | undefined = collection;
  return {
    name,
    kind: 'bundle',
    // Who asks once, as a check does, has the only copy of it.
    async collect() {
      const asked = held ?? (await readBundle(path)).collection;
      held = undefined;
      return asked;
    },
  };
}

async function readBundle(path: string): Promise<Bundle> {
  if (path === '') throw new UsageError('--bundle is empty: name a folder, or a .tar.gz');
  try {
    if ((await stat(path)).isDirectory()) return await decodeBundle(path, filesIn(path));
    const { readArchive } = await import('./bundle-archive.ts');
    return await decodeBundle(path, await readArchive(path));
  } catch (error) {
    if (ioCode(error) === undefined) throw error;
    if (ioCode(error) === 'ENOENT') {
      const nearest = await didYouMeanFile(path);
      throw new UsageError(
        `the bundle ${path} does not exist${nearest || ': name what `hsdoctor collect --output` wrote'}`,
      );
    }
    throw new UsageError(`the bundle ${path} cannot be read: ${readProblem(error)}`);
  }
}

/**
 * Saves the redacted raw outputs of a collection, as an archive where the path ends like one.
 * @throws {UsageError} when it cannot be written there
 */
export async function writeBundle(path: string, name: string, collection: Collection): Promise<void> {
  await requireWritable(path);
  const files = encodeBundle({ name, collection });
  try {
    if (!isArchive(path)) return await writeFolder(path, files);
    const { writeArchive } = await import('./bundle-archive.ts');
    await writeArchive(path, files);
  } catch (error) {
    throw notWritten(path, error);
  }
}

/**
 * Only a bundle may be overwritten, and a folder only where it holds nothing else.
 * @throws {UsageError} when something else is there
 */
export async function requireWritable(path: string): Promise<void> {
  if (path === '') throw new UsageError('--output is empty: name a folder, or a .tar.gz');
  if (/\.(?:tar|gz|zip|tar\.\w+)$/.test(path) && !isArchive(path))
    throw new UsageError(`${path} would be a folder: end the name in .tar.gz for an archive`);
  const refused = (why: string) => new UsageError(`${path} ${why} and is not overwritten: name another path`);
  try {
    const isFolder = (await stat(path)).isDirectory();
    if (isFolder && isArchive(path)) throw refused('is a folder');
    if (!isFolder && !isArchive(path)) throw refused('is a file');
    if (isFolder && (await readdir(path)).length === 0) return;
    const bundle = await readBundle(path).catch(async () => {
      if (isFolder && (await readdir(path)).includes(MANIFEST)) throw refused('is an incomplete bundle');
      const what = isFolder ? 'a bundle' : 'a complete bundle';
      throw new UsageError(`${path} exists and is not ${what}: name a path that does not exist`);
    });
    const foreign = isFolder ? await foreignPath(path, [...encodeBundle(bundle).keys()]) : undefined;
    if (foreign !== undefined) throw refused(`holds ${foreign}, which does not belong to a bundle`);
  } catch (error) {
    if (ioCode(error) !== 'ENOENT') throw notWritten(path, error);
    const parent = dirname(resolve(path));
    if (!(await stat(parent).catch(() => undefined))?.isDirectory())
      throw new UsageError(`the bundle ${path} cannot be written: there is no folder ${parent}`);
  }
}

function notWritten(path: string, error: unknown): unknown {
  return ioCode(error) === undefined
    ? error
    : new UsageError(`the bundle ${path} cannot be written: ${writeProblem(error)}`);
}

function isArchive(path: string): boolean {
  return /\.(?:tar\.gz|tgz)$/.test(path);
}
