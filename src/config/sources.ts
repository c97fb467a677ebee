import process from 'node:process';
import type * as z from 'zod/mini';
import { didYouMean } from '../text/nearest.ts';
import { UsageError } from '../text/usage-error.ts';
import { type Place, readSettingsFile } from './file.ts';
import { settingsSchema } from './schema.ts';

type Known = ReturnType<typeof settingsSchema>;
type Section = keyof Known['keys'];
type Values = z.infer<Known['schema']>;

/** What a text of a variable or a flag stands for; what it cannot be, the schema refuses. */
type Reader = (text: string) => unknown;

export const asWords: Reader = (text) => text.split(/[\s,]+/).filter((word) => word !== '');

/** As in PATH: a pattern may hold blanks and commas. */
export const asGlobs: Reader = (text) => text.split(':').filter((word) => word !== '');

export const asNumber: Reader = (text) => (/^\d+$/.test(text) ? Number(text) : text);

export const asTruth: Reader = (text) => {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true;
  return /^(?:0|false|no|off)$/i.test(text) ? false : text;
};

/** How a command is told the keys of its section. */
export interface Sources {
  /** The settings file that was named. */
  readonly config?: string | undefined;
  readonly section: 'check' | 'immich';
  /** Under the keys of the section, undefined where a flag was not given; `configuration` stands outside of it. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly flag: (key: string) => string;
  readonly variable: (key: string) => string;
  /** Of keys that are no texts. */
  readonly readers: Readonly<Record<string, Reader>>;
  readonly checkIds?: readonly string[];
  /** A word about a key that there is not, where it is known what was meant. */
  readonly meant?: (key: string) => string | undefined;
}

/**
 * What each source says, the weakest first: the file, the environment, the flags.
 * @throws {UsageError} for a file that cannot be read, an unknown key, and a value that is none
 */
export async function readSources(sources: Sources): Promise<readonly { values: Values; place: Place }[]> {
  const known = settingsSchema(sources.checkIds);
  const file = await readSettingsFile(sources.config);
  const given = [
    ...(file === undefined ? [] : [file]),
    {
      values: fromEnvironment(sources, known.keys[sources.section]),
      place: (_: string, key: string) => sources.variable(key),
    },
    { values: fromFlags(sources), place: (_: string, key: string) => sources.flag(key) },
  ];
  return given.map(({ values, place }) => ({ values: parse(known, values, place, sources.meant), place }));
}

function parse({ schema, keys }: Known, values: unknown, place: Place, meant: Sources['meant']): Values {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  const { issues } = result.error;
  // A key that is written wrong is missing as well.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const path = issue?.path ?? [];
  const section = sectionNamed(path[0]);
  // Of waivers there are several, each a section.
  const [index, ...below] = typeof path[1] === 'number' ? path.slice(1) : [undefined, ...path.slice(1)];
  const where = (key: string) => place(section, key, typeof index === 'number' ? index : undefined);
  if (issue?.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const why = meant?.(key) ?? `there is no such key${hint(keys, section, key)}`;
    throw new UsageError(`${where(key)}: ${why}`);
  }
  const key = section === '' || below.length === 0 ? path[0] : below[0];
  throw new UsageError(
    `${section === '' || below.length === 0 ? place('', String(path[0] ?? '')) : where(String(key))}: ${issue?.message}`,
  );
}

function sectionNamed(name: unknown): Section {
  return name === 'check' || name === 'names' || name === 'immich' || name === 'waivers' ? name : '';
}

function hint(keys: Known['keys'], section: Section, key: string): string {
  const home = Object.entries(keys).find(([name, own]) => name !== section && own.includes(key));
  if (home !== undefined)
    return home[0] === '' ? '; it belongs above all sections' : `; it belongs under [${home[0]}]`;
  return didYouMean(key, keys[section]) || `; there are: ${keys[section].join(', ')}`;
}

function fromFlags({ section, flags: { configuration, ...flags }, readers }: Sources): unknown {
  const read = Object.entries(flags).map(([key, value]) => [
    key,
    typeof value === 'string' ? (readers[key]?.(value) ?? value) : value,
  ]);
  return { ...defined({ configuration }), [section]: defined(Object.fromEntries(read)) };
}

function fromEnvironment({ section, variable, readers }: Sources, keys: readonly string[]): unknown {
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
