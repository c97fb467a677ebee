import { type OptionType, UNTYPED } from './option-type.ts';

/**
 * Options declared outside of these files whose values are modules themselves: without this, nothing in them would be
 * read. `*` is any name.
 */
const MODULES_WITHIN = [
  ['home-manager', 'users', '*'],
  ['containers', '*', 'config'],
  ['specialisation', '*', 'configuration'],
  ['virtualisation', 'vmVariant'],
  ['virtualisation', 'vmVariantWithBootLoader'],
  ['virtualisation', 'vmVariantWithDisko'],
  ['microvm', 'vms', '*', 'config'],
] as const;

/** Others whose definitions are brought together as modules are: the last one comes first. */
const SUBMODULES = [
  ['age', 'secrets', '*'],
  ['systemd', 'services', '*'],
  ['systemd', 'timers', '*'],
  ['virtualisation', 'oci-containers', 'containers', '*'],
] as const;

/** Of a flake in parts: modules as values. */
const DEFERRED = [
  ['flake', 'modules', '*', '*'],
  ['flake', 'nixosModules', '*'],
  ['flake', 'darwinModules', '*'],
  ['flake', 'homeModules', '*'],
  ['flake', 'homeManagerModules', '*'],
] as const;

const DEFERRED_MODULE: OptionType = { ...UNTYPED, name: 'deferredModule' };
const SUBMODULE: OptionType = { ...UNTYPED, name: 'submodule', open: true };

/** What is known of a path of options that are declared outside of these files, and of those below it. */
export class ExternalOption {
  type: OptionType | undefined;
  isMergedAsModules = false;
  readonly #below = new Map<string, ExternalOption>();

  below(name: string): ExternalOption | undefined {
    return this.#below.get(name) ?? this.#below.get('*');
  }

  at(path: readonly string[]): ExternalOption | undefined {
    const [name, ...rest] = path;
    return name === undefined ? this : this.below(name)?.at(rest);
  }

  made(path: readonly string[]): ExternalOption {
    const [name, ...rest] = path;
    if (name === undefined) return this;
    const place = this.#below.get(name) ?? new ExternalOption();
    this.#below.set(name, place);
    return place.made(rest);
  }
}

export const EXTERNAL_OPTIONS = new ExternalOption();
for (const path of MODULES_WITHIN) EXTERNAL_OPTIONS.made(path).type = SUBMODULE;
for (const path of DEFERRED) EXTERNAL_OPTIONS.made(path).type = DEFERRED_MODULE;
// Plain attributes: of a name that is given twice the last value counts.
EXTERNAL_OPTIONS.made(['home-manager', 'extraSpecialArgs']).type = { ...UNTYPED, name: 'attrs' };
for (const path of SUBMODULES) EXTERNAL_OPTIONS.made(path).isMergedAsModules = true;
// As far as NixOS is known to set something there.
EXTERNAL_OPTIONS.made(['systemd', 'services', '*', '*', '*']);
// What modules are given beside `config` and `lib` is a value, and no part of the configuration.
EXTERNAL_OPTIONS.made(['_module', 'args', '*']).type = UNTYPED;

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
