import { constants } from 'node:fs';
import { access, open, realpath, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type FormatName, formats } from '../../report/formats.ts';
import { ioCode, writeProblem } from '../../text/io-error.ts';
import { didYouMean } from '../../text/nearest.ts';
import { UsageError } from '../../text/usage-error.ts';

export interface Outputs {
  readonly standardOutput: FormatName;
  readonly files: readonly { readonly format: FormatName; readonly path: string }[];
  /** Whether standard output stays empty where all is in order. */
  readonly quiet?: boolean;
}

/**
 * What is to be written where, from words such as `junit=report.xml`. Who has files for the machines only still reads the report.
 * @throws {UsageError} also for a file that cannot be written: nobody should learn that only when all is done
 */
export async function requestedOutputs(words: readonly string[], json: boolean): Promise<Outputs> {
  const requests = words.map(parse);
  const onScreen = [
    ...(json ? [{ format: 'json' as const, spelling: '--json' }] : []),
    ...requests.filter(({ path }) => path === undefined),
  ];
  const [first, second] = onScreen;
  const same = first?.spelling === '--json' && second?.format === 'json' && onScreen.length === 2;
  if (first !== undefined && second !== undefined && !same)
    throw new UsageError(
      `${first.spelling} and ${second.spelling} both write to standard output: give one of them a file, as in --format ${second.format}=FILE`,
    );
  const files = requests.flatMap(({ format, path }) => (path === undefined ? [] : [{ format, path }]));
  await requireDistinct(files.map(({ path }) => path));
  for (const { format, path } of files) await requireWritable(format, path);
  return { standardOutput: first?.format ?? 'human', files };
}

function parse(word: string): { format: FormatName; path?: string; spelling: string } {
  const at = word.indexOf('=');
  const name = at < 0 ? word : word.slice(0, at);
  const names = Object.keys(formats) as FormatName[];
  const format = names.find((each) => each === name);
  if (format === undefined)
    throw new UsageError(
      `there is no format "${name}"${didYouMean(name, names) || `; there are: ${names.join(', ')}`}`,
    );
  const spelling = `--format ${format}`;
  if (at < 0) return { format, spelling };
  const path = word.slice(at + 1);
  if (path === '')
    throw new UsageError(
      `${spelling}= does not name a file: name one, or leave out the = to write to standard output`,
    );
  return { format, path, spelling };
}

async function requireDistinct(paths: readonly string[]): Promise<void> {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const real = await realPath(path);
    const other = seen.get(real);
    if (other !== undefined)
      throw new UsageError(
        other === path
          ? `two formats are written to ${path}: name another file for one of them`
          : `two formats are written to one file (${other} and ${path}): name another file for one of them`,
      );
    seen.set(real, path);
  }
}

async function realPath(path: string): Promise<string> {
  const absolute = resolve(path);
  const folder = () => realpath(dirname(absolute)).catch(() => dirname(absolute));
  return realpath(absolute).catch(async () => join(await folder(), basename(absolute)));
}

/** Leaves all as it was: the file of an earlier run is what there is, should this one come to nothing. */
async function requireWritable(format: FormatName, path: string): Promise<void> {
  try {
    const there = await stat(path).catch((error) => {
      if (ioCode(error) !== 'ENOENT') throw error;
    });
    if (there === undefined) {
      await (await open(path, 'wx')).close();
      await unlink(path);
    } else if (there.isFile()) await (await open(path, 'a')).close();
    else if (there.isDirectory())
      throw new UsageError(`the ${format} report cannot be written: ${path} is a folder`);
    // Who opens and closes a pipe ends it for its reader.
    else await access(path, constants.W_OK);
  } catch (error) {
    if (ioCode(error) === undefined) throw error;
    const folder = dirname(resolve(path));
    const missing = ioCode(error) === 'ENOENT' && (await stat(folder).catch(() => undefined)) === undefined;
    throw notWritten(format, path, missing ? `there is no folder ${folder}` : writeProblem(error));
  }
}

function notWritten(format: FormatName, path: string, reason: string): UsageError {
  return new UsageError(`the ${format} report ${path} cannot be written: ${reason}`);
}
