import { posix } from 'node:path';
import { isKnown, type Known, known, unknown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import type { HostReading } from './define.ts';
import { type DeclaredScript, fileOf, type Scripts } from './script.ts';
import { statedText, statedTruth } from './stated.ts';
import { type Text, wholeText } from './text.ts';

/** A file that a program is. */
export interface ProgramFile {
  /** Whether it is there and fit to be executed, and the line that decides it. */
  readonly is: Known<'executable' | 'file' | 'missing'>;
  /** What it is made of: the file of the tree, or the option that holds its text. */
  readonly from: string;
}

/** A file, or a folder, that home-manager puts into the home. */
export interface HomeFile {
  /** Below the home. */
  readonly target: string;
  readonly option: string;
  readonly source: Known<Text>;
  readonly text: Known<Text>;
  readonly executable: Known<boolean>;
}

const PLACES: readonly (readonly [readonly string[], string])[] = [
  [['home', 'file'], ''],
  [['xdg', 'configFile'], '.config/'],
  [['xdg', 'dataFile'], '.local/share/'],
  [['xdg', 'stateFile'], '.local/state/'],
  [['xdg', 'cacheFile'], '.cache/'],
];

/** What is not known in a path, and is known to be the home or a folder in it. */
const HOME_NAMES: readonly (readonly [RegExp, string])[] = [
  [/(?:homeDirectory|\.home|getEnv)$/, ''],
  [/xdg\.configHome$/, '.config'],
  [/xdg\.dataHome$/, '.local/share'],
  [/xdg\.stateHome$/, '.local/state'],
  [/xdg\.cacheHome$/, '.cache'],
];

/** Options that these files are read from, below a user of home-manager. */
export const HOME_FILE_OPTIONS = PLACES.flatMap(([path]) =>
  ['source', 'text', 'executable', 'target'].map((key) => `${path.join('.')}.*.${key}`),
);

export function homeFiles(host: HostReading, base: readonly string[]): readonly HomeFile[] {
  return PLACES.flatMap(([path, below]) =>
    host.attributes([...base, ...path]).items.map((name) => {
      const at = (key: string) => [...base, ...path, name, key];
      const written = wholeText(statedText(host.reading(at('target')))) ?? name;
      return {
        target: posix.normalize(`${below}${belowHome({ parts: [written] }) ?? written}`),
        option: `${path.join('.')}.${JSON.stringify(name)}`,
        source: statedText(host.reading(at('source'))),
        text: statedText(host.reading(at('text'))),
        executable: statedTruth(host.reading(at('executable'))),
      };
    }),
  );
}

/** A path as it is below the home; undefined where it is not in it. */
export function belowHome({ parts }: Pick<Text, 'parts'>): string | undefined {
  const [first = '', ...rest] = parts;
  if (rest.some((part) => typeof part !== 'string')) return undefined;
  if (typeof first === 'string') {
    const match = /^(?:\/(?:Users|home)\/[^/]+|~|\$HOME|\$\{HOME\})\/(.+)$/.exec(first);
    return rest.length > 0 || match === null ? undefined : posix.normalize(match[1] ?? '');
  }
  const folder = HOME_NAMES.find(([pattern]) => pattern.test(first.name ?? ''))?.[1];
  const tail = rest.join('');
  return folder === undefined || !tail.startsWith('/')
    ? undefined
    : posix.normalize(`${folder}${tail}`).replace(/^\//, '');
}

/** The declaration that makes a path below the home: its own, or that of a folder around it, with what is left of the path. */
export function declarationOf(
  path: string,
  files: readonly HomeFile[],
): { readonly file: HomeFile; readonly rest: string } | undefined {
  const file = files
    .filter(({ target }) => path === target || path.startsWith(`${target}/`))
    .sort((a, b) => b.target.length - a.target.length)[0];
  return file === undefined ? undefined : { file, rest: path.slice(file.target.length) };
}

export function programInHome(
  { file, rest }: NonNullable<ReturnType<typeof declarationOf>>,
  tree: SourceTree,
): ProgramFile {
  const { source, text, executable, option } = file;
  if (executable.state === 'unknown') return notTold(option, executable.at);
  const told = isKnown(executable)
    ? known(executable.value ? 'executable' : 'file', executable.at)
    : undefined;
  if (isKnown(text) && source.state === 'unset')
    return {
      is: known(told?.value ?? 'file', told?.value === 'file' ? told.at : text.at),
      from: `${option}.text`,
    };
  if (!isKnown(source)) return notTold(option, source.state === 'unknown' ? source.at : undefined);
  const { value, at } = source;
  const path = treePath(value);
  if (path === undefined) {
    const { name = '' } = value.parts.find((part) => typeof part !== 'string') ?? {};
    if (told !== undefined) return { is: told, from: name };
    if (/(?:^|\.)write(?:Shell\w+|Script\w*)$/.test(name)) return { is: known('executable', at), from: name };
    return /(?:^|\.)writeText$/.test(name) ? { is: known('file', at), from: name } : notTold(option, at);
  }
  const { is, from } = programInTree(`${path}${rest}`, tree, at);
  if (!isKnown(is) || is.value === 'missing' || told === undefined) return { is, from };
  return { is: told.value === 'executable' ? known('executable', at) : told, from };
}

export function programInTree(path: string, tree: SourceTree, at: SourceLocation | undefined): ProgramFile {
  const from = posix.normalize(path);
  const kind = from.startsWith('/') || from.startsWith('..') ? undefined : tree.kind(from);
  if (kind === 'file') return { is: known(tree.isExecutable(from) ? 'executable' : 'file', at), from };
  return kind === 'absent' ? { is: known('missing', at), from } : notTold(from, at);
}

export const notTold = (from: string, at: SourceLocation | undefined): ProgramFile => ({
  is: unknown('whether it exists and is executable is not in these files', at),
  from,
});

/** The file of the tree that a text is. */
export function treePath({ parts }: Text): string | undefined {
  const [first, after = ''] = parts;
  if (parts.length > 2 || typeof after !== 'string') return undefined;
  if (typeof first === 'string')
    return parts.length === 1 && first.startsWith('./') ? first.slice(2) : undefined;
  return first === undefined ? undefined : fileOf(first, after);
}

export function scriptsOfHomeFile(
  { file, rest }: NonNullable<ReturnType<typeof declarationOf>>,
  scripts: Scripts,
): readonly DeclaredScript[] {
  const { source, text, option } = file;
  if (isKnown(text)) return rest === '' ? scripts.inline(text.value, `${option}.text`) : [];
  if (!isKnown(source)) return [];
  const path = treePath(source.value);
  return path === undefined ? scripts.named(source.value) : scripts.file(posix.normalize(`${path}${rest}`));
}
