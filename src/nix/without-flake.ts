import { posix } from 'node:path';
import type { Evaluator } from './evaluation/evaluator.ts';
import { set, Thunk, type Value } from './evaluation/value.ts';
import { namedFiles, reaching } from './imports.ts';
import { nodesOf, type Reader } from './known-inputs.ts';
import { type Declared, type DeclaredHost, isMachine, machineIn, machinesIn } from './machines.ts';
import type { SourceFile, SourceTree } from './source-tree.ts';

/** What calls NixOS to make a machine, as it is written: a file without it is not evaluated to find one. */
const CALLS_NIXOS = /eval-config\.nix|\/nixos["'>]|\.nixos\b|\bnixosSystem\b|<darwin>|\/modules["'>]/;
const HIVE = 'hive.nix';
/** So deep in sets a machine may stand: `hosts.one`. */
const DEEPEST = 3;
const MOST_NAMES = 1000;

interface DeclaredBelow extends Declared {
  /** What is not known of names that stand beside no machine: most are none. */
  readonly doubts: readonly string[];
}

/** The machines that files make without a flake, by a call of NixOS or as a hive of colmena; and these files. */
export function declaredByFiles(
  reader: Reader,
  all: Files,
): DeclaredBelow & { readonly files: ReadonlySet<string> } {
  const hosts: DeclaredHost[] = [];
  const open: string[] = [];
  const doubts: string[] = [];
  const files = new Set<string>();
  const { evaluator } = reader;
  for (const path of expressionFiles(evaluator.tree, all)) {
    const whole = called(evaluator.import({ kind: 'path', path }, undefined), path, evaluator);
    const found =
      path === HIVE
        ? {
            ...machinesIn(nodesOf(whole, reader), path, (name) => ({ kind: 'hive', path, name })),
            doubts: [],
          }
        : machinesBelow(whole, path);
    if (found.hosts.length > 0) files.add(path);
    for (const host of found.hosts) hosts.push(host);
    for (const reason of found.open) open.push(reason);
    for (const doubt of found.doubts) doubts.push(doubt);
  }
  return { hosts, open, doubts, files };
}

/** What is no module, and is named by no other file, or by its own name where others look for it. */
function expressionFiles(tree: SourceTree, { files, named }: Files): readonly string[] {
  const calling = reaching(({ text }) => CALLS_NIXOS.test(text), tree);
  const mayMake = (file: SourceFile) =>
    (!named.has(file.path) || file.path === 'default.nix') && !isModule(file) && calling.has(file.path);
  return files.filter((file) => file.path === HIVE || mayMake(file)).map(({ path }) => path);
}

/** A function of nothing that has no default is called, as nix-build does. */
function called(value: Value, path: string, evaluator: Evaluator): Value {
  if (value.kind !== 'function') return value;
  const isComplete =
    value.fields !== undefined && [...value.fields.values()].every((hasDefault) => hasDefault);
  return isComplete || path === HIVE ? evaluator.call(value, Thunk.of(set([])), undefined) : value;
}

function machinesBelow(value: Value, path: string, attributes: readonly string[] = []): DeclaredBelow {
  const machine = machineIn(value, attributes.at(-1) ?? '', { kind: 'expression', path, attributes });
  if (machine !== undefined) return { ...NONE, hosts: [machine] };
  if (value.kind !== 'set') return { ...NONE, open: attributes.length === 0 ? whyOpen(value, path) : [] };
  if (attributes.length >= DEEPEST || value.attributes.get('outPath') !== undefined) return NONE;
  const names = value.attributes.names();
  const parts = names.slice(0, MOST_NAMES).map((name) => {
    const part = value.attributes.get(name)?.force();
    const found = part === undefined ? NONE : machinesBelow(part, path, [...attributes, name]);
    return { name, part, ...found };
  });
  const hosts = parts.flatMap((part) => part.hosts);
  const more = names.length - MOST_NAMES;
  const doubts = [
    ...parts.flatMap(({ name, part }) => whyOpen(part, `${path}: ${[...attributes, name].join('.')}`)),
    ...whyOpen(value.attributes.rest, path),
    ...(more > 0 ? [`${path}: hsdoctor reads at most ${MOST_NAMES} names of a set`] : []),
  ];
  // Beside a machine, what is not known may be another one.
  const beside = parts.some(({ part }) => isMachine(part));
  return {
    hosts,
    open: [...parts.flatMap((part) => part.open), ...(beside ? doubts : [])],
    doubts: [...parts.flatMap((part) => part.doubts), ...(beside ? [] : doubts)],
  };
}

const NONE: DeclaredBelow = { hosts: [], open: [], doubts: [] };

/** A package is no machine. */
function whyOpen(value: Value | undefined, where: string): readonly string[] {
  const mayBe = value?.kind === 'unknown' && !/^\(*pkgs\b/.test(value.name ?? '');
  return mayBe ? [`${where}: ${value.reason}`] : [];
}

/** The files of Nix that can be read, without flake.nix. */
interface Files {
  readonly files: readonly SourceFile[];
  /** Those that another one names. */
  readonly named: ReadonlySet<string>;
}

export function filesOf(tree: SourceTree): Files {
  const files = tree.nixFiles().flatMap((path) => {
    const file = tree.file(path);
    return typeof file === 'string' || path === 'flake.nix' ? [] : [file];
  });
  const named = files.flatMap((file) => namedFiles(file, tree).filter((path) => path !== file.path));
  return { files, named: new Set(named) };
}

/**
 * The `configuration.nix` that nobody imports; else the modules that import others and are imported by nobody: one that does
 * neither is no machine, unless it says which version of NixOS it was installed with, or there is nothing else.
 *
 * @param isNoMachine there is a flake, and it declares no machine: modules are for others to use then
 */
export function moduleFiles(
  tree: SourceTree,
  { files, named }: Files,
  isNoMachine: boolean,
): readonly string[] {
  const roots = files.filter(({ path }) => !named.has(path));
  const main = roots.filter(({ path }) => posix.basename(path) === 'configuration.nix');
  if (main.length > 0 || isNoMachine) return main.map(({ path }) => path);
  const modules = roots.filter(isModule);
  const machines = modules.filter(
    (file) => namedFiles(file, tree).length > 0 || /\bstateVersion\b/.test(file.text),
  );
  return (machines.length > 0 ? machines : modules).map(({ path }) => path);
}

/** Modules that only other modules name, where there is no other: one of them may be a machine, and nothing says which. */
export function circleOfModules(tree: SourceTree, { files }: Files): readonly string[] {
  const named = new Set(files.filter((file) => !isModule(file)).flatMap((file) => namedFiles(file, tree)));
  const [first, second, ...others] = files.filter((file) => isModule(file) && !named.has(file.path));
  if (first === undefined || second === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return [
    `${first.path} and ${second.path}${more} import each other: hsdoctor does not know which one is the machine`,
  ];
}

/** Without a flake each of these may be a machine, unless another file names it. */
export function unreadFiles(tree: SourceTree, { named }: Files): readonly string[] {
  return tree.nixFiles().flatMap((path) => {
    const file = tree.file(path);
    return typeof file === 'string' && !named.has(path) ? [`${path} ${file}`] : [];
  });
}

const MODULE_ARGUMENTS = new Set(['config', 'pkgs', 'lib', 'options', 'modulesPath']);

/** A module has the name that it gives itself, else that of its file or folder. */
export function nameOfFile(path: string): string {
  const stem = posix.basename(path, '.nix');
  const folder = posix.basename(posix.dirname(path));
  const general = ['configuration', 'default'].includes(stem);
  return general && folder !== '.' && folder !== '' ? folder : stem;
}

/** A function of what modules are given, or a set that imports. */
function isModule({ syntax }: SourceFile): boolean {
  const root = syntax.tree.read(syntax.root);
  if (root.type === 'lambda') {
    const { open = false, fields = [] } = root.pattern ?? {};
    const isForModule =
      fields.some(({ fallback }) => fallback === undefined) &&
      fields.some(({ name }) => MODULE_ARGUMENTS.has(name));
    return open && (fields.length === 0 || isForModule);
  }
  return (
    root.type === 'set' &&
    root.bindings.some((binding) => binding.type === 'binding' && binding.name === 'imports')
  );
}
