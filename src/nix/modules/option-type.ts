import { concatenation, openList } from '../evaluation/open-list.ts';
import { entries, plainText, type SetValue, set, Thunk, unknown, type Value } from '../evaluation/value.ts';

/** What matters of the type of an option: how several definitions of it are brought together. */
export interface OptionType {
  readonly name: string;
  readonly element: Thunk | undefined;
  readonly separator: string | undefined;
  readonly modules: Thunk | undefined;
  readonly specialArguments: Thunk | undefined;
  /** Of a submodule: a set is a module as well, and not only its `config`. */
  readonly open?: boolean;
}

/** Of an option of which no more is known than that it is one. */
export const UNTYPED: OptionType = {
  name: 'unspecified',
  element: undefined,
  separator: undefined,
  modules: undefined,
  specialArguments: undefined,
};

export function optionType(value: Value | undefined): OptionType | undefined {
  if (value?.kind !== 'set') return undefined;
  const name = textOf(value, 'name');
  if (name === undefined) return undefined;
  return {
    name,
    element: value.attributes.get('elemType'),
    separator: textOf(value, 'separator'),
    modules: value.attributes.get('modules'),
    specialArguments: value.attributes.get('specialArgs'),
  };
}

export function textOf({ attributes }: SetValue, name: string): string | undefined {
  const thunk = attributes.get(name);
  return thunk === undefined ? undefined : plainText(thunk.force());
}

export const isOption = (value: Value): value is SetValue =>
  value.kind === 'set' && textOf(value, '_type') === 'option';

/** What several declarations say of one option: each adds what the others leave open, and to what may be in it. */
export function optionOf(declarations: readonly SetValue[]): SetValue | undefined {
  const [first, ...others] = declarations;
  if (first === undefined || others.length === 0) return first;
  const said = declarations.flatMap(entries);
  const types = said.flatMap(([name, value]) => (name === 'type' ? value : []));
  const whole = new Map(said.toReversed());
  if (types.length > 1)
    whole.set(
      'type',
      Thunk.delay(() => mergedType(types)),
    );
  return set(whole);
}

/** The type of all, where they are of one kind; else nix takes none of them. */
function mergedType(types: readonly Thunk[]): Value {
  const values = types.map((type) => type.force());
  const sets = values.filter((value) => value.kind === 'set');
  const odd = values.find((value) => value.kind !== 'set');
  const [first] = sets;
  if (odd !== undefined || first === undefined) return odd ?? unknown('it has no type', undefined);
  const names = new Set(sets.map((each) => textOf(each, 'name')));
  if (names.size > 1) return unknown('its declarations have different types', types[0]?.site);
  const all = (name: string) => sets.flatMap(({ attributes }) => attributes.get(name) ?? []);
  const [elements, modules] = [all('elemType'), all('modules')];
  const whole = new Map(entries(first));
  if (elements.length > 1)
    whole.set(
      'elemType',
      Thunk.delay(() => mergedType(elements)),
    );
  if (modules.length > 1)
    whole.set(
      'modules',
      Thunk.delay(() =>
        concatenation(
          modules.flatMap((each) => openList(each.force()) ?? []),
          undefined,
        ),
      ),
    );
  return set(whole);
}
