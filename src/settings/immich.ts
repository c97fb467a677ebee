import { join, resolve } from 'node:path';
import process from 'node:process';
import type * as z from 'zod/mini';
import { expandHome } from '../text/home.ts';
import { UsageError } from '../text/usage-error.ts';
import { type ApiKey, keyFrom, MissingKey, USUAL_KEY_FILE } from './api-key.ts';
import { asGlobs, asNumber, asTruth, readOrigins } from './origins.ts';
import type { settingsSchema } from './schema.ts';

type ImmichSection = NonNullable<z.infer<ReturnType<typeof settingsSchema>['schema']>['immich']>;

/** Flags as they were given, under the keys of `[immich]`; undefined where they were not. */
export type ImmichFlags = Readonly<
  Partial<Record<keyof ImmichSection, string | boolean | readonly string[] | undefined>> &
    Record<'config', string | undefined>
>;

export interface ImmichSettings extends Omit<ImmichSection, 'url' | 'key-file'> {
  /** `http` or `https`, as it was written. */
  readonly url: string;
  readonly key: string;
  /** What the user should know about where they came from. */
  readonly notes: readonly string[];
}

const EXCLUSIVE = [
  ['delete', 'move-to'],
  ['album', 'album-from-folder'],
] as const;

/** Those of Immich's own programs, where it has one. */
const VARIABLES: Readonly<Record<string, string>> = {
  url: 'IMMICH_INSTANCE_URL',
  'key-file': 'IMMICH_API_KEY_FILE',
};

const asPath = (path: string) => (path === '' || path.startsWith('~/') ? path : resolve(path));

const READERS = {
  'key-file': asPath,
  'move-to': asPath,
  cli: asPath,
  pushover: asPath,
  ignore: asGlobs,
  concurrency: asNumber,
  retries: asNumber,
  recursive: asTruth,
  'follow-symlinks': asTruth,
  'restore-trashed': asTruth,
  delete: asTruth,
  'album-from-folder': asTruth,
  notify: asTruth,
};

/**
 * Where the server is, its key, and how to upload: flags before the environment before the file, key by key.
 * @throws {UsageError} for what is no setting, and where no server or no key is named
 */
export async function loadImmichSettings(flags: ImmichFlags): Promise<ImmichSettings> {
  const {
    url,
    'key-file': keyFile,
    ...settings
  } = await readImmich(flags, (key) => `HSDOCTOR_UPLOAD_${key.replaceAll('-', '_').toUpperCase()}`);
  const { key, notes }: ApiKey = await keyFrom({
    asked: flags['key-file'] !== undefined,
    variable: process.env.IMMICH_API_KEY,
    file: keyFile,
  }).catch((error) => {
    if (error instanceof MissingKey) error.url = url;
    throw error;
  });
  return { ...settings, url, key, notes };
}

/** What an agent will have: nothing of the environment of this shell but what is written down for it. */
export interface AgentSettings extends Omit<ImmichSection, 'url' | 'key-file'> {
  readonly url: string;
  /** Absolute path. */
  readonly keyFile: string;
  /** @throws {UsageError} */
  readonly readKey: () => Promise<ApiKey>;
}

/** @throws {UsageError} for what is no setting, and where no server is named */
export async function loadAgentSettings(flags: ImmichFlags): Promise<AgentSettings> {
  const { 'key-file': named, ...settings } = await readImmich(flags, () => '');
  const keyFile = resolve(expandHome(named ?? join('~', USUAL_KEY_FILE)));
  return {
    ...settings,
    keyFile,
    readKey: () =>
      keyFrom({ asked: true, variable: undefined, file: named === undefined ? undefined : keyFile }),
  };
}

type WithServer = ImmichSection & { readonly url: string };

/** @param variable of the environment that sets a key which Immich's own programs have none for */
async function readImmich(
  { config, ...flags }: ImmichFlags,
  variable: (key: string) => string,
): Promise<WithServer> {
  const origins = await readOrigins({
    config,
    section: 'immich',
    flags,
    flag: (key) => `--${key}`,
    variable: (key) => VARIABLES[key] ?? variable(key),
    readers: READERS,
    meant: (key) =>
      /^(?:immich[-_]?)?(?:api[-_]?)?key$/i.test(key)
        ? 'the key itself must not be in the settings: put it in a file with mode 600, and name that file as key-file'
        : undefined,
  });
  const { url, ...settings } = origins.reduce<ImmichSection>(
    (below, { values: { immich = {} }, place }) => above(below, immich, (key) => place('immich', key)),
    {},
  );
  if (url === undefined)
    throw new UsageError(
      'no Immich server was given: use --url http://HOST:2283, or set IMMICH_INSTANCE_URL, or url under [immich] in the settings file',
    );
  return { ...settings, url };
}

/** What a stronger origin says instead of its counterpart takes that back: `--move-to` the `delete` of the file. */
function above(below: ImmichSection, section: ImmichSection, place: (key: string) => string): ImmichSection {
  const says = (key: keyof ImmichSection) => section[key] !== undefined && section[key] !== false;
  const replaced: Partial<Record<keyof ImmichSection, undefined>> = {};
  for (const [one, other] of EXCLUSIVE) {
    if (says(one) && says(other))
      // Of the second the name alone: a file and a line are told once.
      throw new UsageError(
        `${place(one)} and ${place(other).split(': ').at(-1)} cannot be used together: choose one of them`,
      );
    if (says(one)) replaced[other] = undefined;
    if (says(other)) replaced[one] = undefined;
  }
  return { ...below, ...replaced, ...section };
}
