import type { Place } from '../place.ts';
import type { HostReading } from './define.ts';
import { type Text, textOf } from './text.ts';

/** What the files say of one option. */
export type Stated<T> =
  | {
      readonly state: 'known';
      readonly value: T;
      readonly at: Place | undefined;
      readonly isDefault: boolean;
    }
  | { readonly state: 'unset' }
  | { readonly state: 'unknown'; readonly reason: string; readonly at: Place | undefined };

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
  readonly at: Place | undefined;
}

export interface Settings {
  readonly settings: readonly Setting[];
  /** Why there may be others. */
  readonly unknown?: string;
}

type Path = readonly string[];

/** A text may have parts that are not known: see `Text.whole`. */
export function statedText(host: HostReading, path: Path): Stated<Text> {
  const option = host.option(path);
  if (option.state === 'unset') return option;
  const { at } = option;
  if (option.state === 'known') {
    if (option.value === null) return { state: 'unset' };
    const value = textOf(option.value, at);
    return value === undefined
      ? { state: 'unknown', reason: `${path.join('.')} is no text`, at }
      : { state: 'known', value, at, isDefault: option.isDefault };
  }
  const { parts, reason } = option;
  if (parts === undefined) return { state: 'unknown', reason: `${path.join('.')}: ${reason}`, at };
  const value = textOf({ kind: 'text', parts }, at);
  if (value === undefined) return { state: 'unknown', reason, at };
  return { state: 'known', value, at, isDefault: false };
}

export function statedTruth(host: HostReading, path: Path): Stated<boolean> {
  const option = host.option(path);
  if (option.state === 'unset') return option;
  if (option.state === 'known' && typeof option.value === 'boolean')
    return { state: 'known', value: option.value, at: option.at, isDefault: option.isDefault };
  const reason = option.state === 'unknown' ? option.reason : 'it is no Boolean';
  return { state: 'unknown', reason: `${path.join('.')}: ${reason}`, at: option.at };
}

export function listed(host: HostReading, path: Path): Listed {
  const { items, unknown } = host.items(path);
  return {
    items: items.flatMap(({ value, at }) => textOf(value, at) ?? []),
    ...(unknown === undefined ? {} : { unknown: `${path.join('.')}: ${unknown}` }),
  };
}

export function settingsOf(host: HostReading, path: Path): Settings {
  const { names, complete } = host.attributes(path);
  return {
    settings: names.map((key) => {
      const own = [...path, key];
      const { isList } = host.items(own);
      return {
        key,
        isList,
        at: host.definitions(own).find(({ holds }) => holds !== false)?.at,
        ...listed(host, own),
      };
    }),
    ...(complete ? {} : { unknown: `not everything in ${path.join('.')} is known` }),
  };
}

export const settingOf = ({ settings }: Settings, key: string): Setting | undefined =>
  settings.find((setting) => setting.key === key);
