import { lstat, mkdir, opendir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { ioCode } from '../text/io-error.ts';
import { type BundleFiles, MANIFEST } from './bundle-format.ts';

/**
 * The files of a bundle that is a folder. It may come from elsewhere, so nothing in it is followed out of it: links, pipes
 * and devices count as absent.
 */
export function filesIn(folder: string): BundleFiles {
  return {
    async size(path) {
      try {
        if (path.includes('/') && !(await lstat(join(folder, dirname(path)))).isDirectory()) return undefined;
        const about = await lstat(join(folder, path));
        return about.isFile() ? about.size : undefined;
      } catch (error) {
        if (ioCode(error) === 'ENOENT' || ioCode(error) === 'ENOTDIR') return undefined;
        throw error;
      }
    },
    read: (path) => readFile(join(folder, path)),
  };
}

/** The first path in the folder that is neither one of the files nor a folder of one. */
export async function foreignPath(folder: string, files: readonly string[]): Promise<string | undefined> {
  const folders = files.map((file) => dirname(file));
  // One at a time: it may be a whole home folder that was named by mistake.
  for await (const entry of await opendir(folder, { recursive: true })) {
    const path = relative(folder, join(entry.parentPath, entry.name));
    if (!(entry.isDirectory() ? folders : files).includes(path)) return path;
  }
  return undefined;
}

/** Writes the files in their order, in place of a bundle that is there. Private: they hold what only root may read. */
export async function writeFolder(folder: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  await makeFolder(folder);
  // First the manifest: without it, what an interruption leaves is no bundle.
  await rm(join(folder, MANIFEST), { force: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  for (const [path, content] of files) {
    if (path.includes('/')) await makeFolder(join(folder, dirname(path)));
    const target = join(folder, path);
    await writeFile(`${target}.part`, content, { flag: 'wx', mode: 0o600 });
    await rename(`${target}.part`, target);
  }
}

// Not Node's `recursive`: below /proc, where nothing can be made, it tries for ever.
async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error) => {
    if (ioCode(error) !== 'EEXIST') throw error;
  });
}
