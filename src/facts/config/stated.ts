import type { SourceLocation } from '../../model/source-location.ts';
import type { Items, Reading } from '../../nix/reading.ts';
import { type Text, textOf } from './text.ts';

/** What the files say of one option. */
export type Stated<T> =
  | {
      readonly state: 'known';
      readonly value: T;
      readonly at: SourceLocation | undefined;
      readonly isDefault: boolean;
    }
  | { readonly state: 'unset' }
  | { readonly state: 'unknown'; readonly reason: string; readonly at: SourceLocation | undefined };

/** A list as far as it is known. */
export interface Listed {
  readonly items: readonly Text[];
  /** Why there may be others. */
  readonly unknown?: string;
}

/** One setting of a unit, which may stand there several times: a list. */
export interface Setting extends Listed {
  readonly key: string;
  readonly isList: boolean;
  readonly at: SourceLocation | undefined;
}

export interface Settings {
  readonly settings: readonly Setting[];
  /** Why there may be others. */
  readonly unknown?: string;
}

/** A text may have parts that are not known: see `Text.whole`. */
export function statedText(reading: Reading): Stated<Text> {
  const option = reading.option();
  if (option.state === 'unset') return option;
  const { at } = option;
  if (option.state === 'known') {
    if (option.value === null) return { state: 'unset' };
    const value = textOf(option.value, at);
    return value === undefined
      ? { state: 'unknown', reason: `${reading.path.join('.')} is no text`, at }
      : { state: 'known', value, at, isDefault: option.isDefault };
  }
  const { parts, reason } = option;
  if (parts === undefined) return { state: 'unknown', reason: `${reading.path.join('.')}: ${reason}`, at };
  const value = textOf({ kind: 'text', parts }, at);
  if (value === undefined) return { state: 'unknown', reason, at };
  return { state: 'known', value, at, isDefault: false };
}

export function statedTruth(reading: Reading): Stated<boolean> {
  const option = reading.option();
  if (option.state === 'unset') return option;
  if (option.state === 'known' && typeof option.value === 'boolean')
    return { state: 'known', value: option.value, at: option.at, isDefault: option.isDefault };
  const reason = option.state === 'unknown' ? option.reason : 'it is no Boolean';
  return { state: 'unknown', reason: `${reading.path.join('.')}: ${reason}`, at: option.at };
}

export function listed(reading: Reading): Listed {
  return listOf(reading.items(), reading);
}

function listOf({ items, unknown }: Items, reading: Reading): Listed {
  const texts: Text[] = [];
  for (const { value, at } of items) {
    const text = textOf(value, at);
    if (text !== undefined) texts.push(text);
  }
  return {
    items: texts,
    ...(unknown === undefined ? {} : { unknown: `${reading.path.join('.')}: ${unknown}` }),
  };
}

export function settingsOf(reading: Reading): Settings {
  const { readings, complete } = reading.below();
  return {
    settings: readings.map((own) => {
      const items = own.items();
      return {
        key: own.name,
        isList: items.isList,
        at: own.definitions().find(({ holds }) => holds !== false)?.at,
        ...listOf(items, own),
      };
    }),
    ...(complete ? {} : { unknown: `not everything in ${reading.path.join('.')} is known` }),
  };
}

export const settingOf = ({ settings }: Settings, key: string): Setting | undefined =>
  settings.find((setting) => setting.key === key);

/** For what a walk finds: what is told must not change with the order in which things are written. */
export function byOption(
  { option: a }: { readonly option: string },
  { option: b }: { readonly option: string },
): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
