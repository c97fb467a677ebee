import { evalModules } from '../eval-modules.ts';
import { asFunction } from '../evaluation/arguments.ts';
import type { Evaluator } from '../evaluation/evaluator.ts';
import { updated } from '../evaluation/operators.ts';
import { computedSet, type SetValue, set, Thunk, unknown, type Value } from '../evaluation/value.ts';
import { SourceFile } from '../source-tree.ts';
import { PRELUDE } from './prelude.ts';

/** The parts of `lib` of which it gives nearly all functions itself as well. */
const PARTS = ['lists', 'attrsets', 'strings', 'trivial', 'modules', 'options', 'filesystem'];
/** The parts whose functions `lib` itself does not have. */
const OWN_PARTS = ['path', 'versions', 'generators', 'fileset'];

let prelude: SourceFile | undefined;

/** nixpkgs' `lib`, as far as it is here; `more` stands beside it: `nixosSystem`. */
export function library(evaluator: Evaluator, more: ReadonlyMap<string, Thunk> = new Map()): Value {
  prelude ??= new SourceFile('<nixpkgs/lib>', PRELUDE);
  const lib = evaluator.file(prelude);
  if (lib.kind !== 'set') return lib;
  const rest = unknown('hsdoctor does not know this function of nixpkgs', undefined, { name: 'lib' });
  const names = lib.attributes
    .names()
    .filter((name) => name !== 'types' && ![...PARTS, ...OWN_PARTS].includes(name));
  const types = lib.attributes.get('types')?.force();
  const whole: SetValue = set(
    [
      ...names.map((name) => [name, lib.attributes.get(name) ?? Thunk.of(rest)] as const),
      [
        'types',
        Thunk.of(
          types?.kind === 'set'
            ? typesOf(types, (name) => (names.includes(name) ? lib.attributes.get(name) : undefined))
            : rest,
        ),
      ],
      ...PARTS.map((name) => [name, Thunk.delay(() => part(name, lib, lib))] as const),
      ...OWN_PARTS.map((name) => [name, Thunk.delay(() => part(name, lib))] as const),
      ['evalModules', evalModules(evaluator, () => Thunk.of(whole))],
      ...more,
      ['extend', Thunk.delay(() => extending(() => whole, evaluator))],
    ],
    rest,
  );
  return whole;
}

/** Below `with lib; with lib.types;` a function of `lib` must not be taken for a type that is newer than these. */
function typesOf(types: SetValue, outside: (name: string) => Thunk | undefined): Value {
  return computedSet({
    rest: unknown('hsdoctor does not know this type of nixpkgs', undefined, { name: 'lib.types' }),
    names: () => types.attributes.names(),
    get: (name) => types.attributes.get(name) ?? outside(name),
  });
}

/** `nixosSystem` of a `lib` gives its modules that `lib`. */
function given(system: Thunk, lib: Thunk, evaluator: Evaluator): Thunk {
  return Thunk.of(
    asFunction(
      [
        1,
        ({ site }, argument) => {
          const usual = set([['lib', lib]]);
          const all = argument === undefined ? usual : updated(usual, argument.force(), site);
          return evaluator.call(system.force(), Thunk.of(all, site), site);
        },
      ],
      evaluator,
    ),
  );
}

/** `lib.extend (final: previous: { ... })` */
function extending(lib: () => SetValue, evaluator: Evaluator): Value {
  return asFunction(
    [
      1,
      ({ site }, overlay) => {
        if (overlay === undefined) return lib();
        const final: Thunk = Thunk.delay(() => {
          const more = evaluator.call(evaluator.call(overlay.force(), final, site), Thunk.of(lib()), site);
          const extended = updated(lib(), more, site);
          if (extended.kind !== 'set') return extended;
          const system = extended.attributes.get('nixosSystem');
          const own: [string, Thunk][] = [
            ['extend', Thunk.delay(() => extending(() => extended, evaluator))],
          ];
          if (system !== undefined) own.push(['nixosSystem', given(system, final, evaluator)]);
          return updated(extended, set(own), site);
        }, site);
        return final.force();
      },
    ],
    evaluator,
  );
}

/** `lib.lists`: what stands in it here, and what `beside` has by the same name. */
function part(name: string, lib: SetValue, beside?: SetValue): Value {
  const own = lib.attributes.get(name)?.force();
  return computedSet({
    rest: unknown('hsdoctor does not know this function of nixpkgs', undefined, { name: `lib.${name}` }),
    names: () => (own?.kind === 'set' ? own.attributes.names() : []),
    get: (each) =>
      (own?.kind === 'set' ? own.attributes.get(each) : undefined) ?? beside?.attributes.get(each),
  });
}
