import type { OptionType } from './option-type.ts';

/**
 * Options declared outside of these files whose values are modules themselves: without this, nothing in them would be
 * read. `*` is any name.
 */
const MODULES_WITHIN = [
  ['home-manager', 'users', '*'],
  ['containers', '*', 'config'],
  ['specialisation', '*', 'configuration'],
  ['virtualisation', 'vmVariant'],
] as const;

/** No longer path is one of these. */
export const DEEPEST_OUTSIDE = Math.max(...MODULES_WITHIN.map((names) => names.length));

export function outsideType(path: readonly string[]): OptionType | undefined {
  const within = MODULES_WITHIN.some(
    (names) =>
      names.length === path.length && names.every((name, index) => name === '*' || name === path[index]),
  );
  if (!within) return undefined;
  return {
    name: 'submodule',
    element: undefined,
    separator: undefined,
    modules: undefined,
    specialArguments: undefined,
    open: true,
  };
}
