import { posix } from 'node:path';
import type { Evaluator } from './evaluation/evaluator.ts';
import { updated } from './evaluation/operators.ts';
import { computedSet, plainText, set, Thunk, unknown, type Value } from './evaluation/value.ts';
import { type FlakeContext, knownInput, type Reader } from './known-inputs.ts';
import { library } from './library/library.ts';
import { makersBy, thunkOf } from './machines.ts';
import type { InputPath } from './origins.ts';

/** The outputs of `flake.nix`: a set, or why they are unknown. Undefined where there is no `flake.nix`. */
export function flakeOutputs(reader: Reader): Value | undefined {
  return flakeIn('.', reader)?.outputs;
}

/** The `url` of an input, also of one of a flake in this tree that is an input itself. */
export function declaredUrl(
  [name, ...below]: InputPath,
  evaluator: Evaluator,
  folder = '.',
): string | undefined {
  const path = posix.join(folder, 'flake.nix');
  if (name === undefined || evaluator.tree.kind(path) !== 'file') return undefined;
  const flake = evaluator.import({ kind: 'path', path }, undefined);
  const input = valueAt(flake, ['inputs', name]);
  const [next] = below;
  if (next === undefined) {
    const url = valueAt(input, ['url']);
    return url === undefined ? undefined : plainText(url);
  }
  const within = input && folderOf(Thunk.of(input), folder);
  // The flake around it may say that its input is another one.
  if (within === undefined || valueAt(input, ['inputs', next]) !== undefined) return undefined;
  return declaredUrl(below, evaluator, within);
}

const valueAt = (from: Value | undefined, path: readonly string[]): Value | undefined =>
  path.reduce(
    (value, name) => (value?.kind === 'set' ? value.attributes.get(name)?.force() : undefined),
    from,
  );

interface Flake {
  readonly outputs: Value;
  readonly self: Thunk;
}

/** The flake in a folder of the tree, which may be an input of another one: `path:./modules`. */
function flakeIn(folder: string, reader: Reader, inputPath: InputPath = []): Flake | undefined {
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
        within === undefined
          ? input([...inputPath, name], reader, () => ({ given, folder }))
          : inputWithin(within, reader, [...inputPath, name]),
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

function inputWithin(folder: string, reader: Reader, inputPath: InputPath): Thunk {
  return Thunk.delay(() => {
    const { tree } = reader.evaluator;
    if (tree.kind(folder) !== 'folder')
      return unknown(`the flake input ${folder} does not exist in this folder`, undefined);
    const flake = flakeIn(folder, reader, inputPath);
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

/** What a flake input that is not read is known to be. */
function input(path: InputPath, reader: Reader, flake: () => FlakeContext): Thunk {
  const { evaluator, origins } = reader;
  const name = `inputs.${path.join('.inputs.')}`;
  return Thunk.delay(() => {
    const rest = unknown('it is a flake input, outside of these files', undefined, {
      name,
    });
    const makers = makersBy(evaluator);
    const origin = origins.of(path);
    const lib = Thunk.delay(() =>
      /nixpkgs/.test(origin ?? path.at(-1) ?? '')
        ? library(evaluator, makers)
        : set(makers, unknown(rest.reason, undefined, { name: `${name}.lib` })),
    );
    const usual = set([['lib', lib]], rest);
    const known = origin === undefined ? undefined : knownInput(origin, reader, flake());
    if (known?.kind !== 'set') return known ?? usual;
    const { attributes } = known;
    const names = attributes.names().filter((each) => each !== '__files');
    return updated(usual, set(names.map((each) => [each, thunkOf(known, each)] as const)), undefined);
  });
}
