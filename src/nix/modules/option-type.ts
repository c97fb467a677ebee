import { plainText, type SetValue, type Thunk, type Value } from '../evaluation/value.ts';

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
