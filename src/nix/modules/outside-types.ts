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

/** Others whose definitions are brought together as modules are: the last one comes first. */
const SUBMODULES = [
  ['age', 'secrets', '*'],
  ['systemd', 'services', '*'],
  ['systemd', 'timers', '*'],
  ['virtualisation', 'oci-containers', 'containers', '*'],
] as const;

/** No longer path is one of these. */
export const DEEPEST_OUTSIDE = Math.max(...[...MODULES_WITHIN, ...SUBMODULES].map((names) => names.length));

export const isMergedAsModules = (path: readonly string[]): boolean => isOneOf(SUBMODULES, path);

/** Of no longer path NixOS is known to set anything. */
export const DEEPEST_NIXOS = 5;

/**
 * NixOS itself sets some of these, so that what is only `mkDefault` here is not in force: always, or for some units, which
 * is not known here.
 */
export function nixosSets(path: readonly string[]): 'always' | 'perhaps' | 'never' {
  const [first, second, unit, key, setting] = path;
  if (first !== 'systemd' || second !== 'services' || path.length > DEEPEST_NIXOS) return 'never';
  // Each unit is given a PATH.
  if (unit === undefined || (key === 'environment' && setting === undefined)) return 'always';
  const isContainers = /^(?:podman|docker)-/.test(unit) && key !== 'environment';
  // Scripts of other options become commands there.
  const hasScripts = key === 'serviceConfig' && (setting === undefined || setting.startsWith('Exec'));
  return isContainers || hasScripts ? 'perhaps' : 'never';
}

function isOneOf(patterns: readonly (readonly string[])[], path: readonly string[]): boolean {
  return patterns.some(
    (names) =>
      names.length === path.length && names.every((name, index) => name === '*' || name === path[index]),
  );
}

export function outsideType(path: readonly string[]): OptionType | undefined {
  if (!isOneOf(MODULES_WITHIN, path)) return undefined;
  return {
    name: 'submodule',
    element: undefined,
    separator: undefined,
    modules: undefined,
    specialArguments: undefined,
    open: true,
  };
}
