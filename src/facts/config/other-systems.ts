import type { HostReading } from './define.ts';

/** A system within the configuration of a machine: what its options say is not said of the machine. */
export interface OtherSystem {
  /** In words: `the specialisation gpu`. */
  readonly what: string;
  /** Of its options. */
  readonly path: readonly string[];
  /** The same machine with other settings, and no machine of its own. */
  readonly isVariant: boolean;
}

/** A specialisation may have containers of NixOS, which have none of both in turn. */
const DEEPEST = 2;
const OF_VM = ['vmVariant', 'vmVariantWithBootLoader', 'vmVariantWithDisko'];

/** All systems that a machine has beside its own, those within others too. */
export function otherSystems(host: HostReading): readonly OtherSystem[] {
  const known = read.get(host);
  if (known !== undefined) return known;
  const found = systemsIn(host, [], 0);
  read.set(host, found);
  return found;
}

/** Several facts ask for those of a machine. */
const read = new WeakMap<HostReading, readonly OtherSystem[]>();

function systemsIn(host: HostReading, base: readonly string[], depth: number): readonly OtherSystem[] {
  if (depth === DEEPEST) return [];
  return directlyIn(host, base).flatMap((system) => [
    system,
    ...systemsIn(host, system.path, depth + 1).map((inner) => ({
      ...inner,
      what: `${inner.what} of ${system.what}`,
    })),
  ]);
}

function directlyIn(host: HostReading, base: readonly string[]): readonly OtherSystem[] {
  const named = (path: readonly string[], key: string, what: string, isVariant = false) =>
    host.attributes([...base, ...path]).items.map((name) => ({
      what: `${what} ${name}`,
      path: [...base, ...path, name, key],
      isVariant,
    }));
  const variants = OF_VM.map((name) => ({
    what: `the virtual machine of virtualisation.${name}`,
    path: [...base, 'virtualisation', name],
    isVariant: false,
  }));
  return [
    ...named(['specialisation'], 'configuration', 'the specialisation', true),
    ...named(['containers'], 'config', 'the container of NixOS'),
    ...named(['microvm', 'vms'], 'config', 'the microvm'),
    ...variants.filter(({ path }) => host.definitions(path).length > 0),
  ];
}
