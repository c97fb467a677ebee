import type { SourceLocation } from '../model/source-location.ts';
import { type Data, dataOf } from './data.ts';
import { globals } from './evaluation/builtins.ts';
import { Evaluator } from './evaluation/evaluator.ts';
import { FALSE, plainText, set, Thunk, TRUE, unknown, type Value } from './evaluation/value.ts';
import { declaredUrl, flakeOutputs } from './flake.ts';
import { Host } from './host.ts';
import { knownFile, nodesOf, type Reader } from './known-inputs.ts';
import { library } from './library/library.ts';
import { type DeclaredHost, declaredHosts } from './machines.ts';
import { Configuration, type ModuleSource } from './modules/configuration.ts';
import { Origins } from './origins.ts';
import { placeOf } from './place.ts';
import { type SourceFile, SourceTree } from './source-tree.ts';
import {
  circleOfModules,
  declaredByFiles,
  filesOf,
  moduleFiles,
  nameOfFile,
  unreadFiles,
} from './without-flake.ts';

/** As many as are checked in about as many seconds as somebody waits. */
const MOST_MACHINES = 500;

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
  /** A machine of an output of the flake that nix knows of, and that was not found: nothing of it is known. */
  unread(output: string, name: string): Host;
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
  const evaluator = new Evaluator(tree, globals, (source, path) => {
    const known = origins.sourceOf(source);
    return known && knownFile(known.origin, `${known.path}${path}`, reader);
  });
  const origins = new Origins(tree, (input) => declaredUrl(input, evaluator));
  const reader = { evaluator, origins };
  const { hosts, open, layout } = machinesOf(reader);
  return {
    hosts,
    open,
    layout,
    tree,
    unread: (output, name) => unreadHost(output, name, reader),
    value: (path) => dataOf(evaluator.import({ kind: 'path', path }, undefined)),
    problems: () => problemsIn(tree.filesRead),
    comments: (path) => commentsOf(path, tree),
    edited: (path, text) => {
      const edited = tree.edited(path, text);
      return edited && sourceIn(edited);
    },
  };
}

function machinesOf(reader: Reader): Pick<NixSource, 'hosts' | 'open' | 'layout'> {
  const { tree } = reader.evaluator;
  const outputs = flakeOutputs(reader);
  const flake = outputs === undefined ? undefined : declaredHosts(outputs, (hive) => nodesOf(hive, reader));
  // A flake that is not followed makes no machine of a file.
  if (flake !== undefined && flake.hosts.length + flake.open.length > 0) {
    const { some, open } = bounded(flake.hosts);
    return {
      hosts: some.map((host) => declaredHost(host, reader)),
      open: [...flake.open, ...open],
      layout: 'flake',
    };
  }
  const all = filesOf(tree);
  const made = declaredByFiles(reader, all);
  const calls = bounded(made.hosts);
  const hosts = calls.some.map((host) => declaredHost(host, reader));
  const used = new Set(hosts.flatMap(({ files }) => files));
  // Beside machines that are made by a call, as beside a flake, modules are for others to use.
  const modules = moduleFiles(tree, all, flake !== undefined || made.hosts.length > 0);
  const alone = bounded(modules.filter((path) => !used.has(path) && !made.files.has(path)));
  const found = [...hosts, ...alone.some.map((path) => fileHost(path, reader))];
  const open = [
    ...made.open,
    ...calls.open,
    ...alone.open,
    ...(flake === undefined ? unreadFiles(tree, all) : []),
  ];
  const isNothing = found.length + open.length === 0 && flake === undefined;
  return {
    hosts: found,
    open: isNothing ? [...made.doubts, ...circleOfModules(tree, all)] : open,
    layout: 'files',
  };
}

function bounded<T>(machines: readonly T[]): {
  readonly some: readonly T[];
  readonly open: readonly string[];
} {
  const more = machines.length - MOST_MACHINES;
  const open =
    more > 0 ? [`hsdoctor reads at most ${MOST_MACHINES} machines, and there are ${more} more`] : [];
  return { some: machines.slice(0, MOST_MACHINES), open };
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

function declaredHost({ name, entry, system, arguments: given }: DeclaredHost, reader: Reader): Host {
  const special = given.attributes.get(system === 'home' ? 'extraSpecialArgs' : 'specialArgs')?.force();
  const modules = given.attributes.get('modules');
  const sources = modules === undefined ? [] : [{ value: modules, isList: true }];
  const made = configuration(sources, special, system, reader, given.attributes.get('lib'));
  return new Host(
    name || ownName(made, 'path' in entry ? entry.path : ''),
    system,
    made,
    reader.evaluator.tree,
    entry,
  );
}

function fileHost(path: string, reader: Reader): Host {
  const made = configuration([{ value: Thunk.of({ kind: 'path', path }) }], undefined, 'unknown', reader);
  const entry = { kind: 'file', path } as const;
  return new Host(ownName(made, path), 'unknown', made, reader.evaluator.tree, entry);
}

function unreadHost(output: string, name: string, reader: Reader): Host {
  const system =
    output === 'darwinConfigurations' ? 'darwin' : output === 'homeConfigurations' ? 'home' : 'nixos';
  const why = unknown(`how flake.nix makes ${output}.${name} is not known`, undefined);
  const made = configuration([{ value: Thunk.of(why) }], undefined, system, reader);
  return new Host(name, system, made, reader.evaluator.tree, { kind: 'flake', output, name });
}

/** What nobody else names has the name that it gives itself, else that of its file or folder. */
function ownName({ root }: Configuration, path: string): string {
  const hostName = root.at(['networking', 'hostName']);
  const given = hostName.isSet ? plainText(hostName.force()) : undefined;
  return given || nameOfFile(path);
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
