import process from 'node:process';
import type * as z from 'zod/mini';
import { type KeyLocation, readUserFile } from './file.ts';
import { type Meant, parse } from './parse.ts';
import { settingsSchema } from './schema.ts';

type Values = z.infer<ReturnType<typeof settingsSchema>['schema']>;

/** What one origin (a file, the environment, the flags) says, and where. */
export interface SettingsLayer {
  readonly values: Values;
  readonly place: KeyLocation;
  readonly origin: 'file' | 'environment' | 'flag';
  /** The name of the file, where it is that of a configuration. */
  readonly projectFile?: string;
}

/** What a text of a variable or a flag stands for; what it cannot be, the schema refuses. */
type ValueReader = (text: string) => unknown;

export const asWords: ValueReader = (text) => text.split(/[\s,]+/).filter((word) => word !== '');

/** Of a flag that may be given several times: `--skip a,b --skip c`. */
export const byComma = (values: readonly string[]) => values.flatMap((value) => value.split(','));

/** As in PATH: a pattern may hold blanks and commas. */
export const asGlobs: ValueReader = (text) => text.split(':').filter((word) => word !== '');

export const asNumber: ValueReader = (text) => (/^\d+$/.test(text) ? Number(text) : text);

export const asTruth: ValueReader = (text) => {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  return /^(?:0|false|no|off)$/i.test(text) ? false : text;
};

/** How a command is told the keys of its section. */
export interface SettingsOrigins {
  /** The settings file that was named. */
  readonly config?: string | undefined;
  readonly section: 'check' | 'immich';
  /** Under the keys of the section, undefined where a flag was not given; `configuration` stands outside of it. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly flag: (key: string) => string;
  readonly variable: (key: string) => string;
  /** Of keys that are no texts. */
  readonly readers: Readonly<Record<string, ValueReader>>;
  readonly checkIds?: readonly string[];
  readonly meant?: Meant;
}

/**
 * What each origin says, the weakest first: the file, the environment, the flags.
 * @throws {UsageError} for a file that cannot be read, an unknown key, and a value that is none
 */
export async function readOrigins(origins: SettingsOrigins): Promise<readonly SettingsLayer[]> {
  const known = settingsSchema(origins.checkIds);
  const file = await readUserFile(origins.config);
  const given = [
    ...(file === undefined ? [] : [{ ...file, origin: 'file' as const }]),
    {
      values: fromEnvironment(origins, known.keys[origins.section]),
      place: (_: string, key: string) => origins.variable(key),
      origin: 'environment' as const,
    },
    {
      values: fromFlags(origins),
      place: (_: string, key: string) => origins.flag(key),
      origin: 'flag' as const,
    },
  ];
  return given.map(({ values, place, origin }) => ({
    values: parse(known, values, place, origins.meant),
    place,
    origin,
  }));
}

function fromFlags({ section, flags: { configuration, ...flags }, readers }: SettingsOrigins): unknown {
  const read = Object.entries(flags).map(([key, value]) => [
    key,
    typeof value === 'string' ? (readers[key]?.(value) ?? value) : value,
  ]);
  return { ...defined({ configuration }), [section]: defined(Object.fromEntries(read)) };
}

function fromEnvironment({ section, variable, readers }: SettingsOrigins, keys: readonly string[]): unknown {
  const read = (key: string): unknown => {
    const text = process.env[variable(key)]?.trim();
    if (text === undefined) return undefined;
    const value = readers[key] === undefined ? text : readers[key](text);
    // An empty list says something: this machine, no check skipped.
    return value === '' ? undefined : value;
  };
  return {
    ...(section === 'check' ? defined({ configuration: read('configuration') }) : {}),
    [section]: defined(Object.fromEntries(keys.map((key) => [key, read(key)]))),
  };
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
