import {
  ifKnown,
  isKnown,
  type Known,
  known,
  type Several,
  several,
  UNSET,
  type Unknown,
  unknown,
} from '../../model/known.ts';
import type { SourceLocation } from '../../model/source-location.ts';
import { isKind, opaque } from '../../nix/data.ts';
import type { DefinitionPlace, Items, Reading } from '../../nix/reading.ts';
import { type Text, textOf } from './text.ts';

/** Of each list of a container, and of its environment: nobody writes as many. */
export const MOST_ITEMS = 2000;
/** How the reason begins of a list or a set of which more is written than is read. */
export const CUT_SHORT = `hsdoctor reads at most ${MOST_ITEMS} items`;

/** One setting of a unit, which may stand there several times: a list. */
export interface Setting extends Several<Text> {
  readonly key: string;
  readonly isList: boolean;
  /** Its value, where nothing of that is known. */
  readonly open?: Text | undefined;
  readonly at: SourceLocation | undefined;
}

/** A text may have parts that are not known: see `unknownIn`. */
export function statedText(reading: Reading): Known<Text> {
  const option = reading.option();
  if (option.state === 'unset' || (isKnown(option) && option.value === null)) return UNSET;
  if (!isKnown(option) && option.parts === undefined) return unknownOf(reading, option);
  const { at } = option;
  const text = textOf(isKnown(option) ? option.value : { kind: 'text', parts: option.parts ?? [] }, at);
  return text === undefined ? unknown(`${nameOf(reading)} is not text`, at) : known(text, at);
}

export function statedTruth(reading: Reading): Known<boolean> {
  const option = reading.option();
  if (option.state === 'unset') return option;
  if (!isKnown(option)) return unknownOf(reading, option);
  const { value, at } = option;
  return typeof value === 'boolean'
    ? known(value, at)
    : unknownOf(reading, { reason: 'it is not a Boolean', at });
}

const nameOf = ({ path }: Reading) => path.join('.');

const unknownOf = (reading: Reading, { reason, at }: Unknown) => unknown(`${nameOf(reading)}: ${reason}`, at);

/** @param most how many items of it are read */
export function listed(reading: Reading, most = Number.POSITIVE_INFINITY): Several<Text> {
  return listOf(reading.items(), reading, most);
}

function listOf({ items, rest }: Items, reading: Reading, most: number): Several<Text> {
  const texts: Text[] = [];
  for (const { value, at } of items.length > most ? items.slice(0, most) : items) {
    const text = textOf(value, at);
    if (text !== undefined) texts.push(text);
  }
  const why = rest ?? tooMany(items.length, most, reading);
  return several(texts, why && unknownOf(reading, why));
}

function tooMany(count: number, most: number, reading: Reading): Unknown | undefined {
  if (count <= most) return undefined;
  return { reason: `${CUT_SHORT}, and there are more`, at: reading.definitions()[0]?.at };
}

function openOf({ rest, isList }: Items, reading: Reading): Text | undefined {
  if (rest === undefined || isList) return undefined;
  const value = reading.value();
  return textOf(isKind(value, 'unknown') ? value : opaque(rest.reason), rest.at);
}

/** The first definition of those that take: one by `mkForce` before a usual one, and that before one by `mkDefault`. */
function inForce(reading: Reading): DefinitionPlace | undefined {
  const held = reading.definitions().filter(({ holds }) => ifKnown(holds) !== false);
  const first = held.reduce((least, { priority }) => Math.min(least, priority), Number.POSITIVE_INFINITY);
  return held.find(({ priority }) => priority === first);
}

/** @param most how many of them are read, and how many items of each */
export function settingsOf(reading: Reading, most = Number.POSITIVE_INFINITY): Several<Setting> {
  const { items: readings, rest } = reading.below();
  const settings = (readings.length > most ? readings.slice(0, most) : readings).map((own) => {
    const items = own.items();
    const at = inForce(own)?.at;
    return { key: own.name, isList: items.isList, open: openOf(items, own), at, ...listOf(items, own, most) };
  });
  const why = tooMany(readings.length, most, reading) ?? rest;
  return several(
    settings,
    why && unknown(`not everything in ${nameOf(reading)} is known: ${why.reason}`, why.at),
  );
}

export const settingOf = ({ items }: Several<Setting>, key: string): Setting | undefined =>
  items.find((setting) => setting.key === key);

/** For what a walk finds: what is told must not change with the order in which things are written. */
export function byOption(
  { option: a }: { readonly option: string },
  { option: b }: { readonly option: string },
): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
