import * as z from 'zod/mini';
import type { Verification } from '../model/upload-report.ts';
import { isDay } from '../model/waiver.ts';
import { didYouMean } from '../text/nearest.ts';
import {
  about,
  albumName,
  container,
  DAY_MS,
  duration,
  folder,
  glob,
  host,
  list,
  localPath,
  oneOf,
  rate,
  secret,
  secretPath,
  serverUrl,
  tailscaleAddress,
  text,
  truth,
  whole,
} from './values.ts';

/** @param ids of the checks that there are; where nobody asks for checks, any word may be one */
const knownCheck = (ids: readonly string[] | undefined) =>
  [
    (id: string) => ids?.includes(id) ?? true,
    (id: string) => `is not a check${didYouMean(id, ids ?? []) || '; `hsdoctor list` shows them all'}`,
  ] as const;

const isCheck = (id: string) => !id.includes('/');

/** What may be said of how a configuration is checked, by whoever wrote it. */
const narrowingKeys = (ids: readonly string[] | undefined) => ({
  skip: z.optional(list(text(...knownCheck(ids?.filter(isCheck))))),
  'fail-on': z.optional(oneOf(['fail', 'warn', 'unknown'])),
});

const checkKeys = (ids: readonly string[] | undefined) => ({
  hosts: z.optional(list(host)),
  sudo: z.optional(truth()),
  ...narrowingKeys(ids),
  timeout: z.optional(duration()),
  since: z.optional(duration('1s to 3650d', 1000, 3650 * DAY_MS)),
});

const nameKeys = {
  'machine-learning': z.optional(container),
  'tailscale-address': z.optional(tailscaleAddress),
  containers: z.optional(list(container)),
  secrets: z.optional(list(secret)),
};

const immichKeys = {
  url: z.optional(serverUrl),
  'key-file': z.optional(secretPath),
  recursive: z.optional(truth()),
  ignore: z.optional(list(glob)),
  'follow-symlinks': z.optional(truth()),
  'settle-interval': z.optional(duration('10ms to 1h', 10, DAY_MS / 24)),
  'settle-timeout': z.optional(duration('100ms to 24h', 100)),
  'rest-interval': z.optional(duration('10ms to 1h', 10, DAY_MS / 24)),
  timeout: z.optional(duration('1s to 30d', 1000, 30 * DAY_MS)),
  concurrency: z.optional(whole(1, 32)),
  'limit-rate': z.optional(rate()),
  verify: z.optional(oneOf(['checksum', 'size', 'deep'] satisfies Verification[])),
  'restore-trashed': z.optional(truth()),
  delete: z.optional(truth()),
  'move-to': z.optional(localPath),
  album: z.optional(albumName),
  'album-from-folder': z.optional(truth()),
  engine: z.optional(oneOf(['own', 'immich-cli'])),
  cli: z.optional(localPath),
  notify: z.optional(truth()),
  'notify-on': z.optional(oneOf(['always', 'failure'])),
  pushover: z.optional(secretPath),
  'idle-timeout': z.optional(duration('100ms to 24h', 100)),
  'response-timeout': z.optional(duration('100ms to 24h', 100)),
  retries: z.optional(whole(0, 20)),
  'retry-delay': z.optional(duration('1ms to 10m', 1, DAY_MS / 144)),
};

const day = z.pipe(
  // TOML has days of its own, and people put them in quotes all the same.
  z.transform((value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value)),
  text(isDay, () => 'is not a date: write it as 2027-01-01'),
);

/** @param ids of the checks that there are, and of their kinds of findings */
const waiverKeys = (ids: readonly string[] | undefined) => ({
  check: z.pipe(z.string('a waiver needs a check: write check = "..."'), text(...knownCheck(ids))),
  subject: z.optional(z.string(about(() => 'is not a valid name'))),
  host: z.optional(z.string(about(() => 'is not a valid host name'))),
  until: z.optional(day),
  reason: z
    .string('a waiver needs a reason: write reason = "..."')
    .check(
      z.refine((value) => /[\p{L}\p{N}]/u.test(value), 'a waiver needs a reason, and this one is empty'),
    ),
});

const section = <T extends z.core.$ZodLooseShape>(name: string, keys: T) =>
  z.optional(
    z.strictObject(
      keys,
      about(() => `is not a section: write [${name}]`),
    ),
  );

const waiverList = <T extends z.core.$ZodLooseShape>(keys: T) =>
  z.optional(
    z.array(
      z.strictObject(
        keys,
        about(() => 'is not a waiver: write check = "..." and reason = "..." below [[waivers]]'),
      ),
      about(() => 'is not a list of sections: write [[waivers]] above each'),
    ),
  );

/** The keys of each section; those outside of any under ''. */
function withKeys<T extends z.core.$ZodLooseShape>(
  schema: T,
  { check, names, immich, waivers }: Readonly<Record<'check' | 'names' | 'immich' | 'waivers', object>>,
) {
  return {
    schema: z.strictObject(schema),
    keys: {
      '': Object.keys(schema),
      check: Object.keys(check),
      names: Object.keys(names),
      immich: Object.keys(immich),
      waivers: Object.keys(waivers),
    },
  };
}

/** Everything that the user can set, under the keys of the file; flags and environment variables take the same shape. */
export function settingsSchema(checkIds?: readonly string[]) {
  const check = checkKeys(checkIds);
  const waivers = waiverKeys(checkIds);
  const schema = {
    configuration: z.optional(folder),
    check: section('check', check),
    names: section('names', nameKeys),
    immich: section('immich', immichKeys),
    waivers: waiverList(waivers),
  };
  return withKeys(schema, { check, names: nameKeys, immich: immichKeys, waivers });
}

/** What a configuration can say of how it is to be checked. It names no server, key, host, folder or program. */
export function projectSchema(checkIds: readonly string[]) {
  const check = narrowingKeys(checkIds);
  const waivers = waiverKeys(checkIds);
  const schema = {
    check: section('check', check),
    names: section('names', nameKeys),
    waivers: waiverList(waivers),
  };
  return withKeys(schema, { check, names: nameKeys, immich: {}, waivers });
}
