import { posix } from 'node:path';
import type { Known } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import type { SourceTree } from '../../nix/source-tree.ts';
import type { HostReading } from './define.ts';
import { type DeclaredScript, fileOf, type Scripts } from './script.ts';
import { statedText, statedTruth } from './stated.ts';
import type { Text } from './text.ts';

/** What becomes of a file that a program is: there and fit to be executed, or why not. */
export interface FileState {
  readonly state: 'executable' | 'file' | 'missing' | 'unknown';
  /** The line that decides it. */
  readonly at: SourceLocation | undefined;
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
    host.attributes([...base, ...path]).names.map((name) => {
      const at = (key: string) => [...base, ...path, name, key];
      const target = statedText(host.reading(at('target')));
      const written = target.state === 'known' && target.value.whole ? target.value.text : name;
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

export function stateOfHomeFile(
  { file, rest }: NonNullable<ReturnType<typeof declarationOf>>,
  tree: SourceTree,
): FileState {
  const { source, text, executable, option } = file;
  const unknown = (at: SourceLocation | undefined, from: string): FileState => ({
    state: 'unknown',
    at,
    from,
  });
  if (executable.state === 'unknown') return unknown(executable.at, option);
  const told = executable.state === 'known' ? executable.value : undefined;
  const toldAt = executable.state === 'known' ? executable.at : undefined;
  if (text.state === 'known' && source.state === 'unset')
    return {
      state: told === true ? 'executable' : 'file',
      at: told === false ? toldAt : text.at,
      from: `${option}.text`,
    };
  if (source.state !== 'known') return unknown(source.state === 'unknown' ? source.at : undefined, option);
  const { value, at } = source;
  const path = treePath(value);
  if (path === undefined) {
    const { name = '' } = value.parts.find((part) => typeof part !== 'string') ?? {};
    if (told !== undefined) return { state: told ? 'executable' : 'file', at: toldAt, from: name };
    if (/(?:^|\.)write(?:Shell\w+|Script\w*)$/.test(name)) return { state: 'executable', at, from: name };
    return /(?:^|\.)writeText$/.test(name) ? { state: 'file', at, from: name } : unknown(at, option);
  }
  const state = stateInTree(`${path}${rest}`, tree, at);
  if (state.state === 'missing' || state.state === 'unknown' || told === undefined) return state;
  return { ...state, state: told ? 'executable' : 'file', at: told ? at : toldAt };
}

export function stateInTree(path: string, tree: SourceTree, at: SourceLocation | undefined): FileState {
  const from = posix.normalize(path);
  if (from.startsWith('/') || from.startsWith('..')) return { state: 'unknown', at, from };
  const kind = tree.kind(from);
  if (kind === 'file') return { state: tree.isExecutable(from) ? 'executable' : 'file', at, from };
  return { state: kind === 'absent' ? 'missing' : 'unknown', at, from };
}

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
  if (text.state === 'known') return rest === '' ? scripts.inline(text.value, `${option}.text`) : [];
  if (source.state !== 'known') return [];
  const path = treePath(source.value);
  return path === undefined ? scripts.named(source.value) : scripts.file(posix.normalize(`${path}${rest}`));
}
