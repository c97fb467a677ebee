import { chmod, mkdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ioCode, ioReason } from '../text/io-error.ts';
import { UsageError } from '../text/usage-error.ts';
import type { Launchd } from './launchd.ts';
import { authorOf, logFolder, propertyListFile } from './property-list.ts';

interface Place {
  readonly home: string;
  readonly launchd: Launchd;
}

/**
 * Writes the property list and has launchd load it; what is so already stays as it is.
 * @returns whether something was changed
 * @throws {UsageError} where the property list is not ours to change, and where launchd does not take it: then all is as before
 */
export async function put(text: string, { home, launchd }: Place): Promise<boolean> {
  const file = propertyListFile(home);
  const before = await ownText(file, 'move it away, and run this again');
  const wasLoaded = await launchd.isLoaded();
  if (before === text && wasLoaded) return false;
  await mkdir(logFolder(home), { recursive: true }).catch((error) => {
    throw new UsageError(`the folder of the logs ${logFolder(home)} cannot be made: ${ioReason(error)}`);
  });
  if (wasLoaded) await launchd.unload();
  await replace(file, text);
  try {
    await launchd.load(file);
  } catch (error) {
    if (before === undefined) await rm(file, { force: true });
    else await replace(file, before);
    if (before !== undefined && wasLoaded) await launchd.load(file);
    throw error;
  }
  return true;
}

/**
 * Takes away what `put` wrote, and nothing else: no log, no photo, no key.
 * @returns whether there was something
 * @throws {UsageError} where somebody else has written or changed the property list
 */
export async function takeAway({ home, launchd }: Place): Promise<boolean> {
  const file = propertyListFile(home);
  const text = await ownText(
    file,
    `unload it with \`launchctl bootout ${launchd.service}\`, and delete the file yourself`,
  );
  const wasLoaded = await launchd.isLoaded();
  if (wasLoaded) await launchd.unload();
  if (text !== undefined) await rm(file);
  // Logs stay: they may be all that tells of what happened.
  await rmdir(logFolder(home)).catch(() => undefined);
  return wasLoaded || text !== undefined;
}

async function ownText(file: string, otherwise: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (ioCode(error) === 'ENOENT') return undefined;
    throw new UsageError(`the property list ${file} cannot be read: ${ioReason(error)}`);
  });
  if (text === undefined) return undefined;
  const author = authorOf(text);
  if (author === 'hsdoctor') return text;
  throw new UsageError(
    author === 'changed'
      ? `${file} was changed since \`hsdoctor agent install\` wrote it, so it was left as it is: ${otherwise}`
      : `${file} was not written by \`hsdoctor agent install\`, so it was left as it is: ${otherwise}`,
  );
}

/** As a whole or not at all. */
async function replace(file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(beside, text);
    await chmod(beside, 0o644);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined);
    throw new UsageError(`the property list ${file} cannot be written: ${ioReason(error)}`);
  }
}
