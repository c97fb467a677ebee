import { posix } from 'node:path';
import type { SourceLocation } from '../model/source-location.ts';
import { type Data, dataOf } from './data.ts';
import { globals } from './evaluation/builtins.ts';
import { Evaluator } from './evaluation/evaluator.ts';
import { FALSE, plainText, set, Thunk, TRUE, unknown, type Value } from './evaluation/value.ts';
import { type DeclaredHost, declaredHosts, declaredUrl, flakeOutputs, type Reader } from './flake.ts';
import { Host } from './host.ts';
import { namedFiles } from './imports.ts';
import { library } from './library/library.ts';
import { Configuration, type ModuleSource } from './modules/configuration.ts';
import { Origins } from './origins.ts';
import { placeOf } from './place.ts';
import { type SourceFile, SourceTree } from './source-tree.ts';

export interface SyntaxProblem {
  readonly message: string;
  readonly at: SourceLocation;
}

interface SourceComment {
  /** With its marks: `# hsdoctor: ignore ...`. */
  readonly text: string;
  readonly at: SourceLocation;
  /** Whether nothing stands in front of it on its line: it then speaks of the next one. */
  readonly alone: boolean;
}

/** A tree of Nix, read without nix. */
export interface NixSource {
  readonly hosts: readonly Host[];
  /** Where the hosts come from: the outputs of `flake.nix`, or the files that nobody imports. */
  readonly layout: 'flake' | 'files';
  /** Why there may be hosts that are not among these. */
  readonly open: readonly string[];
  readonly tree: SourceTree;
  /** What a file is as a plain value, no module: `secrets/secrets.nix`. */
  value(path: string): Data;
  /** What is no Nix, in the files that were read so far: that of a host after its options were asked for. */
  problems(): readonly SyntaxProblem[];
  /** All comments of a file; none where it cannot be read. */
  comments(path: string): readonly SourceComment[];
  /** The same folder as if a file had another text; undefined where the file has other names, too. Nothing is written. */
  edited(path: string, text: string): NixSource | undefined;
}

/**
 * Opens a folder with the configuration of one or more machines. Nothing is evaluated before it is asked for.
 * @throws what node:fs throws where there is no such folder
 */
export function openNixSource(folder: string): NixSource {
  return sourceIn(new SourceTree(folder));
}

function sourceIn(tree: SourceTree): NixSource {
  const evaluator = new Evaluator(tree, globals);
  const origins = new Origins(tree, (input) => declaredUrl(input, evaluator));
  const reader = { evaluator, origins };
  const outputs = flakeOutputs(reader);
  const { hosts: declared, open: unfollowed } =
    outputs === undefined ? { hosts: [], open: [] } : declaredHosts(outputs);
  const hosts =
    // A flake that is not followed makes no machine of a file.
    declared.length > 0 || unfollowed.length > 0
      ? declared.map((host) => flakeHost(host, reader))
      : rootFiles(tree, outputs !== undefined).map((path) => fileHost(path, reader));
  const open = outputs === undefined ? unreadFiles(tree) : unfollowed;
  return {
    hosts,
    open,
    layout: declared.length > 0 || unfollowed.length > 0 ? 'flake' : 'files',
    tree,
    value: (path) => dataOf(evaluator.import({ kind: 'path', path }, undefined)),
    problems: () => problemsIn(tree.filesRead),
    comments: (path) => commentsOf(path, tree),
    edited: (path, text) => {
      const edited = tree.edited(path, text);
      return edited && sourceIn(edited);
    },
  };
}

function problemsIn(files: readonly SourceFile[]): readonly SyntaxProblem[] {
  // It gives a file names that nobody sees in it.
  const isScoped = files.some(({ text }) => text.includes('scopedImport'));
  return files.flatMap((file) => problemsOf(file, isScoped));
}

function problemsOf(file: SourceFile, isScoped: boolean): readonly SyntaxProblem[] {
  // What is missing at the end is missing behind the last line, where no editor and no annotation can go.
  const last = Math.max(file.text.trimEnd().length - 1, 0);
  const problems = file.syntax.problems.filter(({ isUnbound }) => !(isScoped && isUnbound === true));
  return problems.map(({ message, start }) => ({
    message,
    at: placeOf({ file, start: Math.min(start, last) }),
  }));
}

function commentsOf(path: string, tree: SourceTree): readonly SourceComment[] {
  const file = tree.file(path);
  if (typeof file === 'string') return [];
  return file.syntax.comments.map(({ start, end }) => ({
    text: file.text.slice(start, end),
    at: placeOf({ file, start }),
    alone: file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start).trim() === '',
  }));
}

function flakeHost({ name, output, system, arguments: given }: DeclaredHost, reader: Reader): Host {
  const special = given.attributes.get(system === 'home' ? 'extraSpecialArgs' : 'specialArgs')?.force();
  const modules = given.attributes.get('modules');
  const sources = modules === undefined ? [] : [{ value: modules, isList: true }];
  const entry = { kind: 'flake', output, name } as const;
  return new Host(
    name,
    system,
    configuration(sources, special, system, reader),
    reader.evaluator.tree,
    entry,
  );
}

/** A machine without a flake has the name that it gives itself, else that of its file or folder. */
function fileHost(path: string, reader: Reader): Host {
  const made = configuration([{ value: Thunk.of({ kind: 'path', path }) }], undefined, 'unknown', reader);
  const hostName = made.root.at(['networking', 'hostName']);
  const given = hostName.isSet ? plainText(hostName.force()) : undefined;
  return new Host(given || nameOfFile(path), 'unknown', made, reader.evaluator.tree, { kind: 'file', path });
}

function nameOfFile(path: string): string {
  const stem = posix.basename(path, '.nix');
  const folder = posix.basename(posix.dirname(path));
  const general = ['configuration', 'default'].includes(stem);
  return general && folder !== '.' && folder !== '' ? folder : stem;
}

function configuration(
  modules: readonly ModuleSource[],
  special: Value | undefined,
  system: Host['system'],
  reader: Reader,
  own?: Thunk,
): Configuration {
  const lib = own ?? Thunk.delay(() => library(reader.evaluator));
  return new Configuration({
    ...reader,
    modules,
    special,
    lib,
    pkgs: packages(lib, system),
  });
}

/** `pkgs`: packages are unknown by their names; what kind of system it is for is known. */
function packages(lib: Thunk, system: Host['system']): Thunk {
  const rest = unknown('packages are outside of these files', undefined, { name: 'pkgs' });
  const known = system === 'nixos' || system === 'darwin';
  const platform = new Map([
    ['isLinux', Thunk.of(system === 'nixos' ? TRUE : FALSE)],
    ['isDarwin', Thunk.of(system === 'darwin' ? TRUE : FALSE)],
  ]);
  const platformSet = Thunk.of(
    set(known ? platform : [], unknown(rest.reason, undefined, { name: 'pkgs.stdenv' })),
  );
  const stdenv = set(
    [...(known ? platform : []), ['hostPlatform', platformSet], ['targetPlatform', platformSet]],
    unknown(rest.reason, undefined, { name: 'pkgs.stdenv' }),
  );
  return Thunk.of(
    set(
      [
        ['lib', lib],
        ['stdenv', Thunk.of(stdenv)],
      ],
      rest,
    ),
  );
}

/**
 * The `configuration.nix` that nobody imports; else the modules that import others and are imported by nobody: one that does
 * neither is no machine, unless it says which version of NixOS it was installed with, or there is nothing else.
 *
 * @param isNoMachine there is a flake, and it declares no machine: modules are for others to use then
 */
function rootFiles(tree: SourceTree, isNoMachine: boolean): readonly string[] {
  const files = tree.nixFiles().flatMap((path) => {
    const file = tree.file(path);
    return typeof file === 'string' || path === 'flake.nix' ? [] : [file];
  });
  const named = new Set(files.flatMap((file) => namedFiles(file, tree).filter((path) => path !== file.path)));
  const roots = files.filter(({ path }) => !named.has(path));
  const main = roots.filter(({ path }) => posix.basename(path) === 'configuration.nix');
  if (main.length > 0 || isNoMachine) return main.map(({ path }) => path);
  const modules = roots.filter(isModule);
  const machines = modules.filter(
    (file) => namedFiles(file, tree).length > 0 || /\bstateVersion\b/.test(file.text),
  );
  return (machines.length > 0 ? machines : modules).map(({ path }) => path);
}

/** Without a flake each of these may be a machine, unless another file names it. */
function unreadFiles(tree: SourceTree): readonly string[] {
  const files = tree.nixFiles().map((path) => ({ path, file: tree.file(path) }));
  const named = new Set(
    files.flatMap(({ file }) => (typeof file === 'string' ? [] : namedFiles(file, tree))),
  );
  return files.flatMap(({ path, file }) =>
    typeof file === 'string' && !named.has(path) ? [`${path} ${file}`] : [],
  );
}

const MODULE_ARGUMENTS = new Set(['config', 'pkgs', 'lib', 'options', 'modulesPath']);

/** A function of what modules are given, or a set that imports. */
function isModule({ syntax }: SourceFile): boolean {
  const root = syntax.tree.read(syntax.root);
  if (root.type === 'lambda') {
    const { pattern } = root;
    return (
      pattern?.open === true &&
      (pattern.fields.length === 0 || pattern.fields.some(({ name }) => MODULE_ARGUMENTS.has(name)))
    );
  }
  return (
    root.type === 'set' &&
    root.bindings.some((binding) => binding.type === 'binding' && binding.name === 'imports')
  );
}
