import type { Evaluator } from '../evaluation/evaluator.ts';
import { set, Thunk, unknown, type Value } from '../evaluation/value.ts';
import { SourceFile } from '../source-tree.ts';
import { PRELUDE } from './prelude.ts';

let prelude: SourceFile | undefined;

/** nixpkgs' `lib`, as far as it is here; `more` stands beside it: `nixosSystem`. */
export function library(evaluator: Evaluator, more: ReadonlyMap<string, Thunk> = new Map()): Value {
  prelude ??= new SourceFile('<nixpkgs/lib>', PRELUDE);
  const lib = evaluator.file(prelude);
  if (lib.kind !== 'set') return lib;
  const rest = unknown('this function of nixpkgs is not known here', undefined, { name: 'lib' });
  const names = lib.attributes.names().filter((name) => name !== 'types');
  const types = lib.attributes.get('types')?.force();
  return set(
    [
      ...names.map((name) => [name, lib.attributes.get(name) ?? Thunk.of(rest)] as const),
      [
        'types',
        Thunk.of(
          types?.kind === 'set'
            ? set(
                types.attributes.names().map((name) => [name, types.attributes.get(name) ?? Thunk.of(rest)]),
                unknown('this type of nixpkgs is not known here', undefined, { name: 'lib.types' }),
              )
            : rest,
        ),
      ],
      ...more,
    ],
    rest,
  );
}
