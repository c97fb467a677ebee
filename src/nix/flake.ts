import { posix } from 'node:path';
import { asFunction, type Builtin } from './evaluation/arguments.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import { updated } from './evaluation/operators.ts';
import {
  computedSet,
  list,
  plainText,
  type SetValue,
  set,
  Thunk,
  text,
  unknown,
  type Value,
} from './evaluation/value.ts';
import { inputText } from './knowledge/inputs.ts';
import { library } from './library/library.ts';
import { Configuration } from './modules/configuration.ts';
import type { OptionTree } from './modules/option-tree.ts';
import type { Origins } from './origins.ts';
import type { Site } from './place.ts';
import { SourceFile } from './source-tree.ts';

/** What makes a configuration, by the name of the function in the `lib` of an input. */
const MAKERS = {
  nixosSystem: 'nixos',
  darwinSystem: 'darwin',
  homeManagerConfiguration: 'home',
} as const;

/** The mark of what such a function returns here, beside its arguments. */
const MARK = '__configuration';

export interface DeclaredHost {
  readonly name: string;
  /** `nixosConfigurations` */
  readonly output: string;
  readonly system: 'nixos' | 'darwin' | 'home';
  readonly arguments: SetValue;
  readonly made: Value;
}

const HIVES = ['colmena', 'colmenaHive'];
const OUTPUTS = ['nixosConfigurations', 'darwinConfigurations', 'homeConfigurations'];

/** What reads a tree, and knows where the inputs of its flake are from. */
export interface Reader {
  readonly evaluator: Evaluator;
  readonly origins: Origins;
}

/** The outputs of `flake.nix`: a set, or why they are unknown. Undefined where there is no `flake.nix`. */
export function flakeOutputs(reader: Reader): Value | undefined {
  return flakeIn('.', reader)?.outputs;
}

/** The `url` of an input. */
export function declaredUrl(input: string, evaluator: Evaluator): string | undefined {
  if (evaluator.tree.kind('flake.nix') !== 'file') return undefined;
  const flake = evaluator.import({ kind: 'path', path: 'flake.nix' }, undefined);
  const url = ['inputs', input, 'url'].reduce<Value | undefined>(
    (value, name) => (value?.kind === 'set' ? value.attributes.get(name)?.force() : undefined),
    flake,
  );
  return url === undefined ? undefined : plainText(url);
}

interface Flake {
  readonly outputs: Value;
  readonly self: Thunk;
}

/** The flake in a folder of the tree, which may be an input of another one: `path:./modules`. */
function flakeIn(folder: string, reader: Reader): Flake | undefined {
  const { evaluator } = reader;
  const path = posix.join(folder, 'flake.nix');
  if (evaluator.tree.kind(path) !== 'file') return undefined;
  const broken = (outputs: Value) => ({ outputs, self: Thunk.of(outputs) });
  const flake = evaluator.import({ kind: 'path', path }, undefined);
  if (flake.kind !== 'set') return broken(flake);
  const outputs = flake.attributes.get('outputs')?.force();
  if (outputs === undefined) return broken(unknown(`${path} has no outputs`, undefined));
  const declared = flake.attributes.get('inputs')?.force();
  const names = new Set([
    ...(declared?.kind === 'set' ? declared.attributes.names() : []),
    ...(outputs.kind === 'function' ? (outputs.fields?.keys() ?? []) : []),
  ]);
  names.delete('self');
  const inputs = new Map(
    [...names].map((name) => {
      const within = declared?.kind === 'set' ? folderOf(declared.attributes.get(name), folder) : undefined;
      return [
        name,
        within === undefined ? input(name, reader, () => ({ given, folder })) : inputWithin(within, reader),
      ];
    }),
  );
  const result: Thunk = Thunk.delay(() => evaluator.call(outputs, given, undefined));
  const root = unknown('the path of this tree in the store is not known', undefined, {
    name: 'self',
    path: folder,
  });
  const self = Thunk.delay(() => {
    const made = result.force();
    const own = new Map([
      ['inputs', Thunk.delay(() => set(inputs))],
      ['outPath', Thunk.of({ kind: 'text', parts: [root] })],
    ]);
    return computedSet({
      rest: unknown('it is known only after the build', undefined, { name: 'self' }),
      names: () => (made.kind === 'set' ? made.attributes.names() : []),
      get: (name) => own.get(name) ?? (made.kind === 'set' ? made.attributes.get(name) : undefined),
    });
  });
  const own = lazily(self, root);
  const given: Thunk = Thunk.of(set([...inputs, ['self', own]]));
  return { outputs: result.force(), self: own };
}

/** The folder in this tree that an input names; undefined for one that is elsewhere. */
function folderOf(declared: Thunk | undefined, from: string): string | undefined {
  const value = declared?.force();
  if (value?.kind !== 'set') return undefined;
  const told = value.attributes.get('url') ?? value.attributes.get('path');
  const url = told === undefined ? undefined : plainText(told.force());
  const [, path] = /^(?:path:)?(\.{1,2}(?:\/[^?#]*)?)$/.exec(url ?? '') ?? [];
  if (path === undefined) return undefined;
  const folder = posix.join(from, path).replace(/(?<=.)\/$/, '');
  return folder.startsWith('..') ? undefined : folder;
}

function inputWithin(folder: string, reader: Reader): Thunk {
  return Thunk.delay(() => {
    const { tree } = reader.evaluator;
    if (tree.kind(folder) !== 'folder')
      return unknown(`the flake input ${folder} does not exist in this folder`, undefined);
    const flake = flakeIn(folder, reader);
    if (flake !== undefined) return flake.outputs.kind === 'set' ? flake.self.force() : flake.outputs;
    const root = unknown('the path of this tree in the store is not known', undefined, { path: folder });
    return set([['outPath', Thunk.of({ kind: 'text', parts: [root] })]]);
  });
}

/** `self` as a set that looks at the outputs only where an output is asked for. */
function lazily(self: Thunk, root: ReturnType<typeof unknown>): Thunk {
  const whole = (name: string) => {
    const value = self.force();
    return value.kind === 'set' ? value.attributes.get(name) : undefined;
  };
  return Thunk.of(
    computedSet({
      rest: root,
      names: () => [],
      get: (name) => {
        if (name === 'outPath') return Thunk.of({ kind: 'text', parts: [root] });
        if (name === 'outputs') return self;
        // A flake has no `__toString`: as a text it is its path.
        if (name.startsWith('__')) return undefined;
        return Thunk.delay(
          () =>
            whole(name)?.force() ?? unknown('self has no such output', undefined, { name: `self.${name}` }),
        );
      },
    }),
  );
}

function input(name: string, reader: Reader, flake: () => { given: Thunk; folder: string }): Thunk {
  const { evaluator, origins } = reader;
  return Thunk.delay(() => {
    const rest = unknown('it is a flake input, outside of these files', undefined, {
      name: `inputs.${name}`,
    });
    const makers = new Map(
      Object.entries(MAKERS).map(([maker, system]) => [maker, makerOf(system, evaluator)] as const),
    );
    const origin = origins.of(name);
    const lib = Thunk.delay(() =>
      /nixpkgs/.test(origin ?? name)
        ? library(evaluator, makers)
        : set(makers, unknown(rest.reason, undefined, { name: `inputs.${name}.lib` })),
    );
    const usual = set([['lib', lib]], rest);
    const text = origin === undefined ? undefined : inputText(origin);
    if (origin === undefined || text === undefined) return usual;
    const made = evaluator.call(
      evaluator.file(knowledge(origin, text)),
      knownToInputs(reader, makers, flake()),
      undefined,
    );
    return updated(usual, updated(set([['__import', Thunk.of(made)]]), made, undefined), undefined);
  });
}

const knowledgeFiles = new Map<string, SourceFile>();

function knowledge(origin: string, text: string): SourceFile {
  const file = knowledgeFiles.get(origin) ?? new SourceFile(`<${origin}>`, text);
  knowledgeFiles.set(origin, file);
  return file;
}

/** What the text of a known input is given. */
function knownToInputs(
  reader: Reader,
  makers: ReadonlyMap<string, Thunk>,
  { given, folder }: { readonly given: Thunk; readonly folder: string },
): Thunk {
  const { evaluator } = reader;
  const all = given.force();
  const builtin = (made: Builtin) => Thunk.of(asFunction(made, evaluator));
  const own = set([
    ...makers,
    ['root', Thunk.of({ kind: 'path', path: folder })],
    ['open', builtin([2, (_, name, known) => opened(name, known)])],
    ['closed', builtin([1, (_, value) => closed(value?.force())])],
    ['apply', builtin([2, ({ site }, f, argument) => applied(f, argument, evaluator, site)])],
    ['evalFlakeModules', builtin([2, (_, special, module) => flakeModules(special, module, reader)])],
  ]);
  return Thunk.of(
    set([
      ['own', Thunk.of(own)],
      ['lib', Thunk.delay(() => library(evaluator, makers))],
      ['self', (all.kind === 'set' ? all.attributes.get('self') : undefined) ?? Thunk.of(set([]))],
      ['inputs', given],
    ]),
  );
}

/** A set of which more is outside of these files, by this name. */
function opened(name: Thunk | undefined, known: Thunk | undefined): Value {
  const value = known?.force();
  if (value?.kind !== 'set') return value ?? set([]);
  const rest = unknown('it comes from a flake input, outside of these files', undefined, {
    name: plainText(name?.force() ?? text('')) ?? '',
  });
  return set(
    value.attributes.names().map((each) => [each, thunkOf(value, each)] as const),
    rest,
  );
}

/** Outputs by systems, which no machine is among: what is not known of them does not matter. */
function closed(value: Value | undefined): Value {
  if (value?.kind !== 'set') return set([]);
  return set(value.attributes.names().map((name) => [name, thunkOf(value, name)] as const));
}

function applied(
  f: Thunk | undefined,
  argument: Thunk | undefined,
  evaluator: Evaluator,
  site: Site | undefined,
): Value {
  const value = f?.force() ?? set([]);
  return value.kind === 'function' && argument !== undefined ? evaluator.call(value, argument, site) : value;
}

function makerOf(system: DeclaredHost['system'], evaluator: Evaluator): Thunk {
  const made = asFunction(
    [
      1,
      (_, argument) => {
        const value = argument?.force();
        if (value?.kind !== 'set')
          return value?.kind === 'unknown' ? value : unknown('it needs a set', undefined);
        return set(
          [
            [MARK, Thunk.of(text(system))],
            ['arguments', Thunk.of(value)],
          ],
          unknown('it is not read through its flake', undefined, { name: 'config' }),
        );
      },
    ],
    evaluator,
  );
  return Thunk.of(made);
}

/** Modules of a flake itself set nothing in a machine, whoever wrote them. */
const OF_FLAKE = { touchedBy: () => 'nothing' as const };

/** The outputs that modules in the manner of flake-parts make: the option `flake`. */
function flakeModules(given: Thunk | undefined, module: Thunk | undefined, { evaluator }: Reader): Value {
  if (module === undefined) return unknown('it needs a module', undefined);
  const special = given?.force();
  const modules = new Configuration({
    evaluator,
    origins: OF_FLAKE,
    modules: [{ value: module }],
    special: special?.kind === 'set' ? special : undefined,
    lib: Thunk.delay(() => library(evaluator)),
    pkgs: Thunk.of(unknown('packages are outside of these files', undefined, { name: 'pkgs' })),
  });
  const outputs = modules.root.child('flake');
  // Each output when it is asked for: one may need another through `self`.
  return computedSet({
    names: () => outputs.names().names,
    get: (name) => (outputs.child(name).isSet ? Thunk.delay(() => outputOf(outputs.child(name))) : undefined),
    get rest() {
      const { names, rest } = outputs.names();
      const machines = OUTPUTS.some((name) => names.includes(name));
      const elsewhere = modules.gaps.find(({ kind }) => kind === 'outside');
      // What comes from elsewhere seldom declares machines beside those that stand here.
      return rest ?? (machines || elsewhere === undefined ? undefined : unknown(elsewhere.reason, undefined));
    },
  });
}

function outputOf(output: OptionTree): Value {
  const value = output.force();
  return value.kind === 'set' ? setOf(output) : value;
}

/** What is set there, each as it is: machines and modules are no sets of options. */
function setOf(tree: OptionTree): SetValue {
  const { names, rest } = tree.names();
  return set(
    names.map((name) => {
      const winners = tree.child(name).winners();
      const [only, ...others] = 'kind' in winners ? [] : winners;
      const value = only === undefined || others.length > 0 ? undefined : only.content;
      return [name, value === undefined ? tree.child(name) : Thunk.of(value)];
    }),
    rest,
  );
}

function thunkOf({ attributes }: SetValue, name: string): Thunk {
  return attributes.get(name) ?? Thunk.of(unknown('it is missing', undefined));
}

/** The machines that the outputs declare; and why there may be more. */
export function declaredHosts(outputs: Value): {
  readonly hosts: readonly DeclaredHost[];
  readonly open: readonly string[];
} {
  if (outputs.kind !== 'set')
    return { hosts: [], open: [outputs.kind === 'unknown' ? outputs.reason : 'not a set'] };
  const hosts: DeclaredHost[] = [];
  const open: string[] = [];
  for (const output of OUTPUTS) {
    const machines = outputs.attributes.get(output)?.force();
    if (machines === undefined) continue;
    if (machines.kind !== 'set') {
      open.push(`${output}: ${machines.kind === 'unknown' ? machines.reason : 'it is not a set'}`);
      continue;
    }
    if (machines.attributes.rest !== undefined) open.push(`${output}: ${machines.attributes.rest.reason}`);
    for (const name of machines.attributes.names()) {
      const made = machines.attributes.get(name)?.force();
      const found = made === undefined ? undefined : declaredHost(name, output, made);
      if (found !== undefined) hosts.push(found);
      else
        open.push(
          `${output}.${name}: ${made?.kind === 'unknown' ? made.reason : 'how it is made is not known'}`,
        );
    }
  }
  const known = new Set(hosts.map(({ name }) => name));
  hosts.push(...HIVES.flatMap((hive) => nodesOf(hive, outputs).filter(({ name }) => !known.has(name))));
  if (hosts.length === 0 && open.length === 0 && outputs.attributes.rest !== undefined)
    open.push(outputs.attributes.rest.reason);
  return { hosts, open };
}

/** The machines of a hive of colmena, each a module with what all have. */
function nodesOf(hive: string, outputs: SetValue): readonly DeclaredHost[] {
  const nodes = outputs.attributes.get(hive)?.force();
  if (nodes?.kind !== 'set') return [];
  const { attributes } = nodes;
  const meta = (attributes.get('meta') ?? attributes.get('network'))?.force();
  const special = meta?.kind === 'set' ? meta.attributes.get('specialArgs')?.force() : undefined;
  const defaults = attributes.get('defaults');
  return attributes
    .names()
    .filter((name) => !['meta', 'network', 'defaults'].includes(name))
    .map((name) => {
      const modules = list([...(defaults === undefined ? [] : [defaults]), thunkOf(nodes, name)]);
      const specialArgs = updated(special ?? set([]), set([['name', Thunk.of(text(name))]]), undefined);
      const given = set([
        ['modules', Thunk.of(modules)],
        ['specialArgs', Thunk.of(specialArgs)],
      ]);
      return { name, output: hive, system: 'nixos', arguments: given, made: given };
    });
}

function declaredHost(name: string, output: string, made: Value): DeclaredHost | undefined {
  if (made.kind !== 'set') return undefined;
  const mark = made.attributes.get(MARK);
  const system = mark === undefined ? undefined : plainText(mark.force());
  const given = made.attributes.get('arguments')?.force();
  if (given?.kind !== 'set') return undefined;
  if (system !== 'nixos' && system !== 'darwin' && system !== 'home') return undefined;
  return { name, output, system, arguments: given, made };
}
