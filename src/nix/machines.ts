import { asFunction } from './evaluation/arguments.ts';
import type { Evaluator } from './evaluation/evaluator.ts';
import {
  type Attributes,
  computedSet,
  entries,
  plainText,
  type SetValue,
  set,
  Thunk,
  text,
  unknown,
  type Value,
} from './evaluation/value.ts';
import type { Entry } from './nix-eval/expression.ts';

/** What makes a configuration, by the name of the function in the `lib` of an input. */
const MAKERS = {
  nixosSystem: 'nixos',
  darwinSystem: 'darwin',
  homeManagerConfiguration: 'home',
} as const;

/** The mark of what such a function returns here, beside its arguments. */
const MARK = '__configuration';

/** A machine that a value declares. */
export interface DeclaredHost {
  readonly name: string;
  readonly system: 'nixos' | 'darwin' | 'home';
  readonly arguments: SetValue;
  readonly entry: Entry;
}

/** Machines, and why there may be more. */
export interface Declared {
  readonly hosts: readonly DeclaredHost[];
  readonly open: readonly string[];
}

/** Where a flake has its hives: colmena makes one of what stands in the first itself. */
const HIVES: Readonly<Record<string, (name: string) => Entry>> = {
  colmena: (name) => ({ kind: 'hive', path: 'flake.nix', name }),
  colmenaHive: (name) => ({ kind: 'flake', output: 'colmenaHive.nodes', name }),
};

export const OUTPUTS = ['nixosConfigurations', 'darwinConfigurations', 'homeConfigurations'];

export const makersBy = (evaluator: Evaluator): ReadonlyMap<string, Thunk> =>
  new Map(Object.entries(MAKERS).map(([name, system]) => [name, makerOf(system, evaluator)]));

function makerOf(system: DeclaredHost['system'], evaluator: Evaluator): Thunk {
  const made = asFunction(
    [
      1,
      (_, argument) => {
        const value = argument?.force();
        if (value?.kind === 'set') return machineOf(system, value);
        return value?.kind === 'unknown' ? value : unknown('it needs a set', undefined);
      },
    ],
    evaluator,
  );
  return Thunk.of(made);
}

function machineOf(system: DeclaredHost['system'], given: SetValue): SetValue {
  const ofMachine = (name: string) => unknown('it is not read through its flake', undefined, { name });
  // What is built of it is still that machine: `config.system.build.toplevel`.
  const builds = computedSet({
    rest: ofMachine('config.config.system.build'),
    names: () => [],
    get: () => Thunk.of(made),
  });
  const ofSystem = set([['build', Thunk.of(builds)]], ofMachine('config.config.system'));
  const config = set([['system', Thunk.of(ofSystem)]], ofMachine('config.config'));
  const known = new Map([
    [MARK, Thunk.of(text(system))],
    ['arguments', Thunk.of(given)],
    ['config', Thunk.of(config)],
  ]);
  // Who looks at all that a value has does not look at a whole machine.
  const made = computedSet({ rest: ofMachine('config'), names: () => [], get: (name) => known.get(name) });
  return made;
}

export function thunkOf({ attributes }: SetValue, name: string): Thunk {
  return attributes.get(name) ?? Thunk.of(unknown('it is missing', undefined));
}

/**
 * The machines that the outputs of a flake declare; of what its hives deploy, what is not among these.
 * @param nodes the machines of a hive of colmena
 */
export function declaredHosts(outputs: Value, nodes: (hive: Value) => Value): Declared {
  if (outputs.kind !== 'set')
    return { hosts: [], open: [outputs.kind === 'unknown' ? outputs.reason : 'not a set'] };
  const { attributes } = outputs;
  const at = (output: string) => attributes.get(output)?.force();
  const found = together(OUTPUTS.map((output) => machinesOfOutput(output, attributes)));
  const deployed = together(
    Object.entries(HIVES).map(([output, entryOf]) => {
      const hive = at(output);
      return machinesIn(hive && nodes(hive), output, entryOf);
    }),
  );
  const more = new Map(deployed.hosts.map((host) => [host.name, host]));
  for (const { name } of found.hosts) more.delete(name);
  const hosts = [...found.hosts, ...more.values()];
  const open = found.hosts.length > 0 ? found.open : [...found.open, ...deployed.open];
  const { rest } = attributes;
  return {
    hosts,
    open: hosts.length === 0 && open.length === 0 && rest !== undefined ? [rest.reason] : open,
  };
}

/** The machines of an output, which stands in the flake itself or, as nix looks for it too, among the packages of a system. */
function machinesOfOutput(output: string, flake: Attributes): Declared {
  const entryOf = (name: string): Entry => ({ kind: 'flake', output, name });
  const own = flake.get(output);
  if (own !== undefined) return machinesIn(own.force(), output, entryOf);
  const { hosts, open } = together(
    amongPackages(output, flake).map((machines) => machinesIn(machines.force(), output, entryOf)),
  );
  const byName = new Map(hosts.toReversed().map((host) => [host.name, host]));
  return { hosts: [...byName.values()].toReversed(), open: [...new Set(open)] };
}

function amongPackages(output: string, flake: Attributes): readonly Thunk[] {
  return ['packages', 'legacyPackages']
    .flatMap((name) => membersOf(flake.get(name)))
    .flatMap((system) => {
      const packages = system.force();
      // All of nixpkgs answers to every name.
      if (packages.kind !== 'set' || !packages.attributes.names().includes(output)) return [];
      const machines = packages.attributes.get(output);
      return machines === undefined ? [] : [machines];
    });
}

function membersOf(thunk: Thunk | undefined): readonly Thunk[] {
  const value = thunk?.force();
  return value?.kind === 'set' ? entries(value).map(([, member]) => member) : [];
}

const together = (all: readonly Declared[]): Declared => ({
  hosts: all.flatMap(({ hosts }) => hosts),
  open: all.flatMap(({ open }) => open),
});

/** The machines of a set, by their names. */
export function machinesIn(
  machines: Value | undefined,
  where: string,
  entryOf: (name: string) => Entry,
): Declared {
  if (machines === undefined) return { hosts: [], open: [] };
  if (machines.kind !== 'set')
    return {
      hosts: [],
      open: [`${where}: ${machines.kind === 'unknown' ? machines.reason : 'it is not a set'}`],
    };
  const { attributes } = machines;
  const hosts: DeclaredHost[] = [];
  const open: string[] = attributes.rest === undefined ? [] : [`${where}: ${attributes.rest.reason}`];
  for (const name of attributes.names()) {
    const made = attributes.get(name)?.force();
    const found = made && machineIn(made, name, entryOf(name));
    if (found !== undefined) hosts.push(found);
    else
      open.push(
        `${where}.${name}: ${made?.kind === 'unknown' ? made.reason : 'how it is made is not known'}`,
      );
  }
  return { hosts, open };
}

export const isMachine = (value: Value | undefined): boolean =>
  value?.kind === 'set' && value.attributes.get(MARK) !== undefined;

/** The machine that a value is, as `nixosSystem` makes it; undefined for what is none. */
export function machineIn(made: Value, name: string, entry: Entry): DeclaredHost | undefined {
  if (made.kind !== 'set') return undefined;
  const mark = made.attributes.get(MARK);
  const system = mark === undefined ? undefined : plainText(mark.force());
  const given = made.attributes.get('arguments')?.force();
  if (given?.kind !== 'set') return undefined;
  if (system !== 'nixos' && system !== 'darwin' && system !== 'home') return undefined;
  return { name, system, arguments: given, entry };
}
