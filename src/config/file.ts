import { lstat, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import process from 'node:process';
import { isDay } from '../model/waiver.ts';
import { ioCode, ioReason } from '../text/io-error.ts';
import { didYouMeanFile } from '../text/nearest-file.ts';
import { NotReadable, readSmallFile } from '../text/small-file.ts';
import { UsageError } from '../text/usage-error.ts';

export const PROJECT_FILE = 'hsdoctor.toml';

/** Says where the value of a key was given: `--timeout`, `HSDOCTOR_TIMEOUT`, `hsdoctor.toml:3: timeout`. */
export type Place = (section: string, key: string, index?: number) => string;

export interface SettingsFile {
  readonly values: unknown;
  readonly place: Place;
}

/** What the user's own settings file says, not yet judged; undefined where there is none. */
export async function readUserFile(named: string | undefined): Promise<SettingsFile | undefined> {
  if (named === '') throw new UsageError('--config is empty: name a file');
  const path = named ?? usualFile();
  try {
    return await parsed(path, await readSmallFile(path, { named: named !== undefined }));
  } catch (error) {
    const absent = ioCode(error) === 'ENOENT' || ioCode(error) === 'ENOTDIR';
    if (absent && named === undefined) return undefined;
    throw unreadable(path, error, absent ? await didYouMeanFile(path) : '');
  }
}

/**
 * What the file of a configuration says, which whoever wrote the configuration wrote: it may lead to nothing outside of it.
 * Undefined where there is none.
 */
export async function readProjectFile(folder: string): Promise<SettingsFile | undefined> {
  const path = join(folder, PROJECT_FILE);
  try {
    const [within, file] = [await realpath(folder), await realpath(path)];
    const inside = file.startsWith(within === sep ? sep : within + sep);
    if (!inside) throw new NotReadable('it is a link that leads out of the folder');
    return await parsed(path, await readSmallFile(file, { followed: false }));
  } catch (error) {
    const there = await lstat(path).catch(() => undefined);
    if (there === undefined && ioCode(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

/** Whether one lies there, whatever it is: it is not opened. */
export async function hasProjectFile(folder: string): Promise<boolean> {
  return (await lstat(join(folder, PROJECT_FILE)).catch(() => undefined)) !== undefined;
}

function unreadable(path: string, error: unknown, hint = ''): unknown {
  const known = error instanceof NotReadable || ioCode(error) !== undefined;
  return known
    ? new UsageError(`the settings file ${path} cannot be read: ${ioReason(error)}${hint}`)
    : error;
}

/** As people write it. */
export function userFileName(): string {
  const path = usualFile();
  const home = `${homedir()}${sep}`;
  return path.startsWith(home) ? `~/${path.slice(home.length)}` : path;
}

function usualFile(): string {
  const { XDG_CONFIG_HOME: base } = process.env;
  // A relative one is to be ignored, says its specification.
  const config = base !== undefined && isAbsolute(base) ? base : join(homedir(), '.config');
  return join(config, 'hsdoctor', 'config.toml');
}

async function parsed(path: string, text: string): Promise<SettingsFile> {
  return { values: await parseToml(path, text), place: placeIn(path, text) };
}

async function parseToml(path: string, text: string): Promise<unknown> {
  const { parse: parseText, TomlError } = await import('smol-toml');
  requireDays(path, text);
  try {
    return parseText(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence] = error.message.replace('Invalid TOML document: ', '').split('\n');
    throw new UsageError(`${path}:${error.line}:${error.column}: this is not TOML: ${sentence}`);
  }
}

/** What TOML takes for a day may be none: the 30th of February becomes another one without a word. */
function requireDays(path: string, text: string): void {
  for (const [index, line] of text.split('\n').entries()) {
    const [, key, day] = /^\s*([\w-]+)\s*=\s*(\d{4}-\d\d-\d\d)\s*(?:#|$)/.exec(line) ?? [];
    if (day !== undefined && !isDay(day))
      throw new UsageError(`${path}:${index + 1}: ${key}: "${day}" is not a day: write 2027-01-01`);
  }
}

function placeIn(path: string, text: string): Place {
  const lines = text.split('\n');
  const lineOf = (name: string, index = -1): number | undefined => {
    let section = '';
    let seen = -1;
    const at = lines.findIndex((line) => {
      const header = /^\s*\[+\s*([^\]]*?)\s*\]/.exec(line)?.[1];
      section = header ?? section;
      // Of tables with one name, each is told by its number.
      if (header !== undefined && `${name}.`.startsWith(`${header}.`)) seen += 1;
      const key = /^\s*([\w."' -]+?)\s*=/.exec(line)?.[1];
      const full = header ?? [section, key].filter(Boolean).join('.');
      return (
        seen >= index &&
        (header ?? key) !== undefined &&
        `${full.replace(/["' ]/g, '')}.`.startsWith(`${name}.`)
      );
    });
    return at < 0 ? undefined : at + 1;
  };
  return (section, key, index) => {
    const line =
      lineOf([section, key].filter(Boolean).join('.'), index) ??
      (section === '' ? undefined : lineOf(section, index));
    return `${path}${line === undefined ? '' : `:${line}`}: ${key}`;
  };
}
