// cspell:words zhaofengli
import { asFunction, type Builtin } from './evaluation/arguments.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import { select } from './evaluation/select.ts';
import {
  computedSet,
  plainText,
  type SetValue,
  set,
  Thunk,
  text,
  type Unknown,
  unknown,
  type Value,
} from './evaluation/value.ts';
import { inputText } from './knowledge/inputs.ts';
import { MAKERS_OF_MACHINES } from './knowledge/origins.ts';
import { library } from './library/library.ts';
import { makersBy, OUTPUTS, thunkOf } from './machines.ts';
import { Configuration } from './modules/configuration.ts';
import type { OptionTree } from './modules/option-tree.ts';
import type { Origins } from './origins.ts';
import type { Site } from './place.ts';
import { SourceFile } from './source-tree.ts';

/** What reads a tree, and knows where the inputs of its flake are from. */
export interface Reader {
  readonly evaluator: Evaluator;
  readonly origins: Origins;
}

/** The flake that an input belongs to. */
export interface FlakeContext {
  /** Its `self` and its inputs. */
  readonly given: Thunk;
  readonly folder: string;
}

const NO_FLAKE: FlakeContext = { given: Thunk.of(set([])), folder: '.' };

const knowledgeFiles = new Map<string, SourceFile>();

/** What the flake of a repository makes, as far as it is known here. */
export function knownInput(origin: string, reader: Reader, flake: FlakeContext): Value | undefined {
  const text = inputText(origin);
  if (text === undefined) return undefined;
  const file = knowledgeFiles.get(origin) ?? new SourceFile(`<${origin}>`, text);
  knowledgeFiles.set(origin, file);
  return reader.evaluator.call(reader.evaluator.file(file), knownToInputs(reader, flake), undefined);
}

/** What `import` gives of a file in a repository, or of all of it. */
export function knownFile(origin: string, path: string, reader: Reader): Value | undefined {
  const known = knownInput(origin, reader, NO_FLAKE);
  if (known?.kind !== 'set') return undefined;
  const below = path.replace(/(?:\/default\.nix|\/)$/, '');
  const files = known.attributes.get('__files')?.force();
  const file = files?.kind === 'set' ? files.attributes.get(below)?.force() : undefined;
  return file ?? (below === '' ? known : undefined);
}

/** The machines of a hive of colmena. */
export function nodesOf(hive: Value, reader: Reader): Value {
  const made = select(hive, 'nodes', undefined)?.force();
  if (hive.kind !== 'set' || (made !== undefined && hive.attributes.get('meta') === undefined))
    return made ?? hive;
  const known = knownInput('zhaofengli/colmena', reader, NO_FLAKE);
  const makeHive = ['lib', 'makeHive'].reduce<Value | undefined>(
    (from, name) => from && select(from, name, undefined)?.force(),
    known,
  );
  const hiveMade = makeHive && reader.evaluator.call(makeHive, Thunk.of(hive), undefined);
  return (hiveMade && select(hiveMade, 'nodes', undefined)?.force()) ?? hive;
}

/** What the text of a known input is given. */
function knownToInputs(reader: Reader, { given, folder }: FlakeContext): Thunk {
  const { evaluator } = reader;
  const makers = makersBy(evaluator);
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
  // Who looks at everything that is known need not look at all of `lib` wherever it is passed on.
  return computedSet({ rest, names: () => [], get: (each) => value.attributes.get(each) });
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

/** Modules of a flake itself set nothing in a machine, whoever wrote them; but some make the machines. */
const ofFlake = (origins: Origins) => ({
  touchedBy: (value: Unknown) =>
    MAKERS_OF_MACHINES.has(origins.originOf(value) ?? '') ? ('everything' as const) : ('nothing' as const),
});

/** The outputs that modules in the manner of flake-parts make: the option `flake`. */
function flakeModules(
  given: Thunk | undefined,
  module: Thunk | undefined,
  { evaluator, origins }: Reader,
): Value {
  if (module === undefined) return unknown('it needs a module', undefined);
  const special = given?.force();
  const modules = new Configuration({
    evaluator,
    origins: ofFlake(origins),
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
