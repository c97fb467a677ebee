import type * as z from 'zod/mini';
import { didYouMean } from '../text/nearest.ts';
import { UsageError } from '../text/usage-error.ts';
import type { KeyLocation } from './file.ts';

type SectionName = '' | 'check' | 'names' | 'immich' | 'waivers';

/** A word about a key that there is not, where it is known what was meant. */
export type Meant = (key: string, section: SectionName) => string | undefined;

interface KnownKeys<Values> {
  readonly schema: z.ZodMiniType<Values>;
  /** Of each section; those outside of any under ''. */
  readonly keys: Readonly<Record<SectionName, readonly string[]>>;
}

/** @throws {UsageError} for a key that there is not, and a value that is none */
export function parse<Values>(
  { schema, keys }: KnownKeys<Values>,
  values: unknown,
  place: KeyLocation,
  meant?: Meant,
): Values {
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
    const why = meant?.(key, section) ?? `there is no such key${hint(keys, section, key)}`;
    throw new UsageError(`${where(key)}: ${why}`);
  }
  const key = section === '' || below.length === 0 ? path[0] : below[0];
  throw new UsageError(
    `${section === '' || below.length === 0 ? place('', String(path[0] ?? '')) : where(String(key))}: ${issue?.message}`,
  );
}

function sectionNamed(name: unknown): SectionName {
  return name === 'check' || name === 'names' || name === 'immich' || name === 'waivers' ? name : '';
}

function hint(keys: KnownKeys<unknown>['keys'], section: SectionName, key: string): string {
  const home = Object.entries(keys).find(([name, own]) => name !== section && own.includes(key));
  if (home !== undefined)
    return home[0] === '' ? '; it belongs above all sections' : `; it belongs under [${home[0]}]`;
  return didYouMean(key, keys[section]) || `; there are: ${keys[section].join(', ')}`;
}
