import type { MisspelledName } from '../../facts/config/misspelled-names.ts';
import type { NamedAddress } from '../../facts/config/named-addresses.ts';
import { isKnown } from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { type FindingDraft, judgeSource } from '../define.ts';
import { unexplainedAddresses } from '../shared/beside-bindings.ts';
import { uncheckedListeners } from '../shared/declared-wait.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { isTailnetAddress } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

/** One place where the configuration takes an address for this host's own. */
interface Use {
  readonly address: string;
  readonly at: SourceLocation | undefined;
  readonly observed: string;
}

export const source = judgeSource({
  needs: ['namedAddresses', 'listening'],
  evaluate({ namedAddresses, listening }, { folder, names }) {
    const { addresses: named, misspelled, hasOwnRange } = namedAddresses;
    const used = usesOf(listening);
    const unread = [...uncheckedListeners(listening), ...unexplainedAddresses(listening)];
    if (named.length + misspelled.length + used.length + unread.length === 0)
      return { skip: 'no container, service or socket that hsdoctor knows uses a Tailscale address' };
    const outside = hasOwnRange ? [] : named.filter(({ value }) => !isWithin(value));
    const own = isWithin(names.tailscaleAddress ?? '') ? names.tailscaleAddress : undefined;
    const expected = own ?? expectedOf(used, named);
    const findings = [
      ...misspelled.map((each) => misspelledConstant(each, folder)),
      ...outside.map((each) => outsideOf(each, expected, folder)),
      ...(expected === undefined
        ? []
        : inconsistent(used, named, { expected, isSet: own !== undefined }, folder)),
    ];
    return {
      findings,
      notChecked: expected === undefined ? [...unread, ...ofOthers(used, named)] : unread,
      lookedAt: { tailnetAddresses: new Set([...named, ...used].map(addressOf)).size },
    };
  },
});

type Listening = Parameters<Parameters<typeof judgeSource<'listening'>>[0]['evaluate']>[0]['listening'];

function usesOf({ listeners }: Listening): Use[] {
  const bound = listeners.flatMap(({ address, at, name, written }) =>
    isKnown(address) && isWithin(address.value)
      ? [{ address: address.value, at, observed: `${name} listens on ${written}` }]
      : [],
  );
  const units = listeners
    .filter(({ address }) => isKnown(address) && isWithin(address.value))
    .flatMap((listener) => listener.units);
  const waited = [...new Map(units.map((unit) => [unit.name, unit])).values()].flatMap(
    ({ name, startsWith }) =>
      startsWith.items.flatMap(({ text, content }) =>
        content
          .split('\n')
          .filter((line) => /tailscale\S*\s+ip\b|tailscale0/.test(line))
          .flatMap((line) => line.match(/(?<![\w.])100(?:\.\d{1,3}){3}(?![\w.]*\/)/g) ?? [])
          .filter(isWithin)
          .map((address) => ({ address, at: text.at, observed: `${name} waits for ${address}` })),
      ),
  );
  return [...bound, ...waited];
}

const addressOf = (each: NamedAddress | Use) => ('value' in each ? each.value : each.address);

/** Of the kind that every machine has exactly one of. */
function isWithin(address: string): boolean {
  return isTailnetAddress(address) && /^100(?:\.(?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])){3}$/.test(address);
}

/** In a sentence, what is used here and called the address of another machine. */
function ofOthers(used: readonly Use[], named: readonly NamedAddress[]): string[] {
  const addresses = [...new Set(used.map(({ address }) => address))];
  return addresses.flatMap((address) => {
    const owner = named.find(({ value, of }) => value === address && of === 'another host');
    return owner === undefined
      ? []
      : [`whether ${address} is an address of this host is not known: it is called ${owner.name}`];
  });
}

/** What is called this host's; else what is used here and has a name; else what is used most. */
function expectedOf(used: readonly Use[], named: readonly NamedAddress[]) {
  const mine = named.filter(({ of }) => of === 'this host');
  const [called, another] = [...new Set(mine.map(({ value }) => value))].filter(isWithin);
  if (called !== undefined && another === undefined) return called;
  const isOfAnother = (address: string) =>
    named.some(({ value, of }) => value === address && of === 'another host') &&
    !mine.some(({ value }) => value === address);
  const free = used.filter(({ address }) => !isOfAnother(address));
  const counted = [...Map.groupBy(free, ({ address }) => address)].map(([address, uses]) => ({
    address,
    weight: uses.length + (named.some(({ value }) => value === address) ? used.length : 0),
  }));
  return counted.toSorted((a, b) => b.weight - a.weight)[0]?.address;
}

const misspelledConstant = ({ written, meant, at }: MisspelledName, folder: string): FindingDraft =>
  kinds.misspelledConstant.finding(
    { written, meant, at, folder },
    { subject: written, evidence: [evidenceAt(at, `${written} is used, but does not exist`, meant)] },
  );

function outsideOf(
  { name, value, at }: NamedAddress,
  expected: string | undefined,
  folder: string,
): FindingDraft {
  const isAddress = value.split('.').length === 4 && value.split('.').every((part) => Number(part) <= 255);
  return (isAddress ? kinds.outsideTheTailnet : kinds.notAnAddress).finding(
    { name, value, at, folder },
    {
      subject: value,
      evidence: [evidenceAt(at, `${name} = "${value}"`, expected ?? 'an address of 100.64.0.0/10')],
    },
  );
}

function inconsistent(
  used: readonly Use[],
  named: readonly NamedAddress[],
  { expected, isSet }: { readonly expected: string; readonly isSet: boolean },
  folder: string,
): FindingDraft[] {
  const wrong = used.filter(({ address }) => address !== expected);
  return [...Map.groupBy(wrong, ({ address }) => address)].map(([address, uses]) => {
    // A constant that nothing contradicts but the settings is itself what is wrong.
    const constant =
      isSet && !named.some(({ value }) => value === expected)
        ? named.find(({ value }) => value === address)
        : undefined;
    const right =
      named.find(({ value }) => value === expected) ?? used.find((use) => use.address === expected);
    const places = [
      ...(constant === undefined
        ? []
        : [evidenceAt(constant.at, `${constant.name} = "${address}"`, expected)]),
      ...uses.map(({ at, observed }) => evidenceAt(at, observed, expected)),
    ];
    return kinds.notThisHosts.finding(
      { address, expected, isSet, at: constant?.at ?? uses[0]?.at, folder },
      {
        subject: address,
        evidence: [
          ...places,
          ...(isSet || right === undefined
            ? []
            : [evidenceAt(right.at, 'name' in right ? `${right.name} = "${expected}"` : right.observed)]),
        ],
      },
    );
  });
}
