import { lstat, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isDay } from '../model/waiver.ts';
import { homeFolder, xdgFolder } from '../text/home.ts';
import { ioCode, readProblem } from '../text/io-error.ts';
import { didYouMeanFile } from '../text/nearest-file.ts';
import { NotReadable, readSmallFile } from '../text/small-file.ts';
import { UsageError } from '../text/usage-error.ts';

export const PROJECT_FILE = 'hsdoctor.toml';

/** Says where the value of a key was given: `--timeout`, `HSDOCTOR_TIMEOUT`, `hsdoctor.toml:3: timeout`. */
export type KeyLocation = (section: string, key: string, index?: number) => string;

export interface SettingsFile {
  readonly values: unknown;
  readonly place: KeyLocation;
}

/** For all users who have no file of their own; the module of NixOS writes it. */
export const SYSTEM_FILE = '/etc/hsdoctor/config.toml';

/** What the user's own settings file says, else that of the system, not yet checked; undefined where there is none. */
export async function readUserFile(
  named: string | undefined,
  ofSystem = SYSTEM_FILE,
): Promise<SettingsFile | undefined> {
  if (named === '') throw new UsageError('--config is empty: name a file');
  if (named === undefined) return (await readUsual(userFile())) ?? (await readUsual(ofSystem));
  try {
    return await parsed(named, await readSmallFile(named, { named: true }));
  } catch (error) {
    if (!isAbsent(error)) throw unreadable(named, error);
    const nearest = await didYouMeanFile(named);
    throw new UsageError(
      `the settings file ${named} does not exist${nearest || ': name another one, or leave out --config'}`,
    );
  }
}

async function readUsual(path: string): Promise<SettingsFile | undefined> {
  try {
    return await parsed(path, await readSmallFile(path, { named: false }));
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw unreadable(path, error);
  }
}

const isAbsent = (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(ioCode(error) ?? '');

/**
 * What the file of a configuration says, which whoever wrote the configuration wrote: it may lead to nothing outside of it.
 * Undefined where there is none.
 */
export async function readProjectFile(folder: string): Promise<SettingsFile | undefined> {
  const path = join(folder, PROJECT_FILE);
  try {
    const [within, file] = [await realpath(folder), await realpath(path)];
    const inside = file.startsWith(within === sep ? sep : within + sep);
    if (!inside) throw new NotReadable('it is a symbolic link that leads out of the folder');
    return await parsed(path, await readSmallFile(file, { followed: false }));
  } catch (error) {
    const there = await lstat(path).catch(() => undefined);
    // Where DIR is no folder, it is that which is to be told.
    if (there === undefined && isAbsent(error)) return undefined;
    throw unreadable(path, error);
  }
}

/** Whether one lies there, whatever it is: it is not opened. */
export async function hasProjectFile(folder: string): Promise<boolean> {
  return (await lstat(join(folder, PROJECT_FILE)).catch(() => undefined)) !== undefined;
}

function unreadable(path: string, error: unknown): unknown {
  const known = error instanceof NotReadable || ioCode(error) !== undefined;
  if (!known) return error;
  const reason = ioCode(error) === 'EISDIR' ? 'it is a folder, so name the file in it' : readProblem(error);
  return new UsageError(`the settings file ${path} cannot be read: ${reason}`);
}

/** As people write it. */
export function userFileName(path = userFile()): string {
  const home = `${homeFolder()}${sep}`;
  return path.startsWith(home) ? `~/${path.slice(home.length)}` : path;
}

export function userFile(): string {
  return join(xdgFolder('XDG_CONFIG_HOME', '.config'), 'hsdoctor', 'config.toml');
}

async function parsed(path: string, text: string): Promise<SettingsFile> {
  return { values: await parseToml(path, text), place: keyLocationIn(path, text) };
}

async function parseToml(path: string, text: string): Promise<unknown> {
  const { parse: parseText, TomlError } = await import('smol-toml');
  requireDays(path, text);
  try {
    return parseText(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence] = error.message.replace('Invalid TOML document: ', '').split('\n');
    throw new UsageError(`${path}:${error.line}:${error.column}: TOML syntax error: ${sentence}`);
  }
}

/** What TOML takes for a day may be none: the 30th of February becomes another one without a word. */
function requireDays(path: string, text: string): void {
  for (const [index, line] of text.split('\n').entries()) {
    const [, key, day] = /^([\w-]+)\s{0,80}=\s{0,80}(\d{4}-\d\d-\d\d)\s{0,80}(?:#|$)/.exec(line.trim()) ?? [];
    if (day !== undefined && !isDay(day))
      throw new UsageError(`${path}:${index + 1}: ${key}: "${day}" is not a date: write it as 2027-01-01`);
  }
}

interface Named {
  readonly line: number;
  /** Of the section, with its key behind it: `check.skip`. */
  readonly name: string;
  readonly isHeader: boolean;
}

/** The lines that name something, in one pass: what a project wrote may be a megabyte of anything. */
function namesIn(text: string): Named[] {
  let section = '';
  return text.split('\n').flatMap((raw, index): Named[] => {
    const line = raw.trim();
    const isHeader = line.startsWith('[') && line.includes(']');
    if (isHeader) section = bare(line.slice(0, line.indexOf(']')).replace(/^\[+/, ''));
    const equals = line.indexOf('=');
    if (isHeader) return [{ line: index + 1, name: section, isHeader }];
    if (equals <= 0 || !/^[\w."' -]+$/.test(line.slice(0, equals))) return [];
    const name = [section, bare(line.slice(0, equals))].filter(Boolean).join('.');
    return [{ line: index + 1, name, isHeader }];
  });
}

const bare = (name: string) => name.replace(/["'\s]/g, '');

function keyLocationIn(path: string, text: string): KeyLocation {
  let named: readonly Named[] | undefined;
  let tables: Map<string, number[]> | undefined;
  const lineOf = (name: string, index?: number): number | undefined => {
    named ??= namesIn(text);
    const isOf = (other: string) => `${other}.`.startsWith(`${name}.`);
    if (index === undefined) return named.find((each) => isOf(each.name))?.line;
    // Of tables with one name, each is told by its number.
    tables ??= Map.groupBy(named.keys(), (at) => (named?.[at]?.isHeader ? named[at].name : ''));
    const headers = tables.get(name.split('.')[0] ?? '') ?? [];
    const from = headers[index];
    if (from === undefined) return undefined;
    const to = headers[index + 1] ?? Number.POSITIVE_INFINITY;
    return named.slice(from, Math.min(to, from + MOST_KEYS)).find((each) => isOf(each.name))?.line;
  };
  return (section, key, index) => {
    const line =
      lineOf([section, key].filter(Boolean).join('.'), index) ??
      (section === '' ? undefined : lineOf(section, index));
    return `${path}${line === undefined ? '' : `:${line}`}: ${key}`;
  };
}

/** More lines than the keys of any table. */
const MOST_KEYS = 1000;
