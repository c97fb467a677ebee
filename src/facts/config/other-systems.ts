import { isKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { UNREAD_PART } from '../../nix/modules/configuration.ts';
import type { HostReading } from './define.ts';
import { oncePer } from './once-per.ts';

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
export const otherSystems = oncePer((host: HostReading) => systemsIn(host, [], 0));

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

/** Systems of a machine of which no option is in these files, or of which not even the names are known. */
export interface UnreadSystem {
  /** In words: `the microvm guest`. */
  readonly what: string;
  readonly reason: string;
  readonly at: SourceLocation | undefined;
}

/** What NixOS takes the whole of a system from: one that it has built, or a flake. */
const WHOLE = [
  { path: ['containers'], what: 'the container of NixOS', keys: ['path', 'flake'] },
  { path: ['microvm', 'vms'], what: 'the microvm', keys: ['flake'] },
];
const NAMED = [
  { path: ['specialisation'], what: 'whatever is in specialisation' },
  { path: ['containers'], what: 'whatever is in containers' },
  { path: ['microvm', 'vms'], what: 'whatever is in microvm.vms' },
];

/** @param all the machines of the folder: a guest that is one of them is judged as that */
export function unreadSystems(host: HostReading, all: readonly HostReading[]): readonly UnreadSystem[] {
  const judged = new Set(all.map(({ name }) => name));
  return [
    ...WHOLE.flatMap(({ path, what, keys }) =>
      host.attributes(path).items.flatMap((name) => {
        const key = judged.has(name) ? undefined : keys.find((each) => isGiven(host, [...path, name, each]));
        if (key === undefined) return [];
        const option = [...path, name, key];
        return [
          {
            what: `${what} ${name}`,
            reason: `it is made of ${option.join('.')}`,
            at: host.definitions(option)[0]?.at,
          },
        ];
      }),
    ),
    ...NAMED.flatMap(({ path, what }) => {
      const { rest } = host.attributes(path);
      // What was not read of the machine itself is told by that.
      return rest === undefined || rest.reason.includes(UNREAD_PART)
        ? []
        : [{ what, reason: rest.reason, at: rest.at }];
    }),
  ];
}

/** Set, and to something. */
function isGiven(host: HostReading, path: readonly string[]): boolean {
  const option = host.option(path);
  const isSet = host.definitions(path).some(({ holds }) => !isKnown(holds) || holds.value);
  return isSet && !(isKnown(option) && option.value === null);
}
