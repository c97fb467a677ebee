import { lstat, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ioCode, ioReason } from './io-error.ts';
import { UsageError } from './usage-error.ts';

const MOST_BYTES = 65_536;

const reasonAndStep = (error: unknown) =>
  ioCode(error) === 'EACCES'
    ? 'permission denied; make this user its owner, with mode 600'
    : ioCode(error) === 'EISDIR'
      ? 'it is a folder, so name the file in it'
      : ioReason(error);

/**
 * The text of a file that holds secrets, and what should be said about the file.
 * @param what it is, for the sentences: `the key file`
 * @param content that it needs, for the sentences
 * @returns undefined where there is none and none needs to be
 * @throws {UsageError}
 */
export async function readSecretFile(
  path: string,
  what: string,
  { content, mayBeAbsent = false }: { readonly content: string; readonly mayBeAbsent?: boolean },
): Promise<{ readonly text: string; readonly notes: readonly string[] } | undefined> {
  try {
    const { mode, size } = await stat(path);
    if (size > MOST_BYTES) throw new UsageError(`${what} ${path} is too large for a secret`);
    const text = await readFile(path, 'utf8');
    const open = (mode & 0o077) !== 0 && !path.startsWith('/dev/');
    return { text, notes: open ? [`${path} can be read by other users: run chmod 600 on it`] : [] };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const link = ioCode(error) === 'ENOENT' && (await lstat(path).catch(() => undefined)) !== undefined;
    if (mayBeAbsent && !link && ioCode(error) === 'ENOENT') return undefined;
    // Somebody who takes the file for the secret itself must not find it in a log.
    if (/^[\w+/=-]{24,}$/.test(basename(path)))
      throw new UsageError(
        `${what} does not exist, and its name looks like a secret itself: name the file that holds it`,
      );
    if (ioCode(error) === 'ENOENT' && !link)
      throw new UsageError(
        `${what} ${path} does not exist: create it with mode 600 and with ${content} in it, or name another one`,
      );
    throw new UsageError(
      `${what} ${path} cannot be read: ${link ? 'it is a symbolic link to a file that does not exist' : reasonAndStep(error)}`,
    );
  }
}
