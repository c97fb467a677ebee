import {
  boolean,
  computedSet,
  entries,
  integer,
  list,
  type SetValue,
  set,
  Thunk,
  text,
  unknown,
  type Value,
} from '../evaluation/value.ts';
import { DEFAULT_PRIORITY } from './definition.ts';
import type { OptionTree } from './option-tree.ts';

/** What modules are given as `options`: what these files declare; NixOS and others declare more. */
export function optionsArgument(tree: OptionTree): Value {
  const rest = unknown('the option declarations are not read', undefined, {
    name: ['options', ...tree.path].join('.'),
  });
  return computedSet({
    rest,
    names: () => tree.declaredNames(),
    get(name) {
      const below = tree.child(name);
      const { declaration } = below;
      if (declaration === undefined) return undefined;
      return Thunk.delay(() =>
        declaration === 'set' ? optionsArgument(below) : optionAsValue(below, declaration),
      );
    },
  });
}

function optionAsValue(tree: OptionTree, declaration: SetValue): Value {
  const rest = unknown('hsdoctor does not know this of an option', undefined, {
    name: ['options', ...tree.path].join('.'),
  });
  return set(
    [
      ...entries(declaration),
      ['value', tree],
      ['loc', Thunk.of(list(tree.path.map((name) => Thunk.of(text(name)))))],
      ['isDefined', Thunk.delay(() => isDefined(tree))],
      ['definitions', Thunk.delay(() => definitionsIn(tree))],
      ['highestPrio', Thunk.delay(() => priorityOf(tree))],
    ],
    rest,
  );
}

function isDefined(tree: OptionTree): Value {
  const winners = tree.winners();
  if ('kind' in winners) return winners;
  return winners.length === 0 ? (tree.gap() ?? boolean(false)) : boolean(true);
}

function definitionsIn(tree: OptionTree): Value {
  const winners = tree.winners();
  if ('kind' in winners) return winners;
  return list(winners.map(({ content, site }) => Thunk.of(content, site)));
}

function priorityOf(tree: OptionTree): Value {
  const winners = tree.winners();
  if ('kind' in winners) return winners;
  return integer(winners[0]?.priority ?? DEFAULT_PRIORITY);
}
