import {
  copyFile,
  constants as files,
  link,
  lstat,
  mkdir,
  readlink,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { ioCode, ioReason } from '../text/io-error.ts';
import { UsageError } from '../text/usage-error.ts';
import { userFile } from './file.ts';
import { parse } from './parse.ts';
import { settingsSchema } from './schema.ts';

/** What a first settings file says, as it is written there. */
export interface NewSettings {
  readonly configuration?: string;
  readonly check?: { readonly hosts?: readonly string[]; readonly sudo?: boolean };
  readonly immich?: { readonly url?: string; readonly 'key-file'?: string };
}

/**
 * @param told how the key is named to whoever gave the value
 * @throws {UsageError} for a value that is none, and for a URL with a password, which every copy of the file would have
 */
export function requireSettings(settings: NewSettings, told: (key: string) => string): void {
  parse(settingsSchema(), settings, (_, key) => told(key));
  const url = URL.parse(settings.immich?.url ?? '');
  if (url === null) return;
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`${told('url')}: the URL has a user or a password in it: give it without them`);
  if (url.search !== '' || url.hash !== '')
    throw new UsageError(`${told('url')}: the URL has a ? or # in it: give only http://HOST:2283`);
}

export async function settingsText(settings: NewSettings): Promise<string> {
  const { stringify } = await import('smol-toml');
  const head = '# Settings of hsdoctor: its page docs/settings.md has every key.\n';
  return `${head}\n${stringify(settings)}`.trimEnd().concat('\n');
}

/**
 * Whether the user has a settings file.
 * @throws {UsageError} where it is a link: what it leads to may be of a configuration, and a file in its place would hide that
 */
export async function hasUserFile(): Promise<boolean> {
  const path = userFile();
  const there = await lstat(path).catch((error) => {
    if (['ENOENT', 'ENOTDIR'].includes(ioCode(error) ?? '')) return undefined;
    throw new UsageError(`the settings file ${path} cannot be read: ${ioReason(error)}`);
  });
  if (there === undefined) return false;
  if (there.isSymbolicLink())
    throw new UsageError(
      `the settings file ${path} is a symbolic link to ${await readlink(path)}: change that file, or what creates it`,
    );
  if (there.isFile()) return true;
  throw new UsageError(`the settings file ${path} is not a regular file: move it away`);
}

/**
 * Writes the user's settings file whole, or not at all.
 * @param replaced whether the one that is there is replaced
 * @returns the copy of that one
 * @throws {UsageError}
 */
export async function writeUserFile(text: string, replaced: boolean): Promise<string | undefined> {
  const path = userFile();
  const written = `${path}.${process.pid}.new`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(written, text, { flag: 'wx' });
    if (replaced) {
      const copy = await copyBeside(path);
      await rename(written, path);
      return copy;
    }
    // Fails where somebody has made one in the meantime.
    await link(written, path);
    return undefined;
  } catch (error) {
    if (ioCode(error) === undefined) throw error;
    throw new UsageError(`the settings file ${path} cannot be written: ${ioReason(error)}`);
  } finally {
    await rm(written, { force: true });
  }
}

/** Under the first name that is free. */
async function copyBeside(path: string): Promise<string> {
  for (let number = 1; ; number++) {
    const copy = `${path}.old${number === 1 ? '' : number}`;
    try {
      await copyFile(path, copy, files.COPYFILE_EXCL);
      return copy;
    } catch (error) {
      if (ioCode(error) !== 'EEXIST') throw error;
    }
  }
}
