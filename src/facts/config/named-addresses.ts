import { ifKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { namedValues } from '../../nix/bindings.ts';
import { type Data, isKind } from '../../nix/data.ts';
import { reachable } from '../../nix/imports.ts';
import { defineSourceFact, type HostReading, type SourceConfiguration } from './define.ts';
import { type MisspelledName, misspelledNames } from './misspelled-names.ts';
import { oncePer } from './once-per.ts';
import { statedText } from './stated.ts';

/** A value that is called the address of a machine in the tailnet: `network.minipcTailscaleIP`. */
export interface NamedAddress {
  readonly name: string;
  readonly value: string;
  /** The machine that it is named after, where that is one of this folder. */
  readonly of: 'this host' | 'another host' | undefined;
  readonly at: SourceLocation;
}

export interface DeclaredNamedAddresses {
  readonly addresses: readonly NamedAddress[];
  /** Of all names that are looked up in the files. */
  readonly misspelled: readonly MisspelledName[];
  /** A Headscale of this tree gives addresses of its own choice. */
  readonly hasOwnRange: boolean;
}

const TAILNET = /tailscale|tailnet/i;
/** A name, with what follows one; the unit `tailscaled.service` is none. */
const NAMES_IT = /(?:tailscale|tailnet)(?!d\.service)[\w'-]*"?\s*[=.;]/i;
/** What is said of a tailnet and is no address of a machine in it. */
const OTHER =
  /(?:tailscale|tailnet).*(?:derp|relay|control|server|login|lan|local|subnet|route|cidr|range|mask|dns|gateway|public|wan)/i;
const CALLED_ADDRESS =
  /(?:^|[^a-z])(?:ip|ipv?4|addr|address)$|(?:[a-z]I[Pp](?:[Vv]?4)?|[a-z]Addr|[a-z]Address|_IP|_ADDR(?:ESS)?)$/;
const DOTTED = /^\d+(?:\.\d+){2,}$/;

export const namedAddresses = defineSourceFact<DeclaredNamedAddresses>({
  id: 'named-addresses',
  reads: 'values that are named like Tailscale addresses',
  options: ['networking.hostName'],
  read(configuration) {
    const { host, all, source } = configuration;
    const own = namesOf(host);
    const others = all.filter((each) => each !== host).flatMap(namesOf);
    const files = filesOf(configuration);
    const addresses = files.flatMap((path) => {
      const file = source.tree.file(path);
      // Most files name no address, and need not be looked through.
      if (typeof file === 'string' || !NAMES_IT.test(file.text)) return [];
      const named = namedValues(file).filter(({ path: names }) => isAddressName(names));
      if (named.length === 0) return [];
      const whole = source.value(path);
      return named.flatMap(({ path: names, text, at }) => {
        const value = text ?? textWithin(whole, names);
        return value !== undefined && DOTTED.test(value)
          ? [{ name: names.join('.'), value, of: ownerOf(names, own, others), at }]
          : [];
      });
    });
    return {
      addresses,
      misspelled: misspelledNames(configuration, files),
      hasOwnRange: all.some(isHeadscale),
    };
  },
});

/** `networking.hostName`, and what the flake calls the machine: each machine asks for those of all. */
const namesOf = oncePer((host: HostReading): readonly string[] => {
  const hostName = ifKnown(statedText(host.reading(['networking', 'hostName'])))?.text;
  return [host.name, ...(hostName === undefined ? [] : [hostName])].map(plain).filter((name) => name !== '');
});

const isHeadscale = oncePer(
  (host: HostReading) => host.attributes(['services', 'headscale', 'settings']).items.length > 0,
);

const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** What a name says besides the name of a machine. */
const OF_NO_MACHINE =
  /tailscale|tailnet|(?:^|[^a-z])(?:ip|ipv?4|addr|address|host|node|machine)(?=$|[^a-z])|[iI][pP](?:[vV]?4)?$|Addr(?:ess)?$|Host|Node|Machine/g;

/** The nearest name of a machine in the names of a value: `minipc` of `minipcTailscaleIP`, `nas` of `hosts.nas.tailscale`. */
function ownerOf(
  names: readonly string[],
  own: readonly string[],
  others: readonly string[],
): NamedAddress['of'] {
  for (const name of names.toReversed()) {
    const machine = [
      plain(name),
      plain(name.replace(/[Tt]ailscale|[Tt]ailnet/g, '-').replace(OF_NO_MACHINE, '')),
    ];
    if (machine.some((each) => own.includes(each))) return 'this host';
    if (machine.some((each) => others.includes(each))) return 'another host';
  }
  return undefined;
}

/** Of machines that are made up, to try others. */
const OF_A_TEST = /(?:^|\/)(?:tests?|checks?)\//;

/** Those of the modules, and those that the flake names for all machines: the constants that it passes on. */
function filesOf({ host, all, source }: SourceConfiguration): readonly string[] {
  if (source.layout !== 'flake') return host.files;
  const ofModules = new Set(all.flatMap(({ files }) => files));
  const shared = reachable(['flake.nix'], source.tree).filter(
    (path) => !ofModules.has(path) && !OF_A_TEST.test(path),
  );
  return [...host.files, ...shared];
}

function isAddressName(names: readonly string[]): boolean {
  const own = names.at(-1) === 'default' ? names.slice(0, -1) : names;
  const dotted = own.join('.');
  if (!TAILNET.test(dotted) || OTHER.test(dotted) || dotted.startsWith('services.tailscale.')) return false;
  const last = own.at(-1) ?? '';
  // Where a service called tailscale listens, such as an exporter, is not the address of the machine.
  if (/listen|bind/i.test(last) && !TAILNET.test(last)) return false;
  const within = own
    .slice(0, -1)
    .some((name) => /^(?:tailscale|tailnet)(?:IPs?|Addresses|Hosts)?$/i.test(name));
  return CALLED_ADDRESS.test(last) || /(?:tailscale|tailnet)$/i.test(last) || within;
}

function textWithin(data: Data, names: readonly string[]): string | undefined {
  let value: Data | undefined = data;
  for (const name of names) {
    if (!isKind(value, 'set')) return undefined;
    value = value.attributes.get(name);
  }
  return typeof value === 'string' ? value : undefined;
}
