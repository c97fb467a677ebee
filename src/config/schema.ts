import * as z from 'zod/mini';
import type { Verification } from '../model/upload-report.ts';
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
  secret,
  secretPath,
  serverUrl,
  tailscaleAddress,
  text,
  truth,
  whole,
} from './values.ts';

/** @param ids of the checks that there are; where nobody asks for checks, any word may be one */
const checkKeys = (ids: readonly string[] | undefined) => ({
  hosts: z.optional(list(host)),
  sudo: z.optional(truth()),
  skip: z.optional(
    list(
      text(
        (id) => ids?.includes(id) ?? true,
        (id) => `is not a check${didYouMean(id, ids ?? []) || '; `hsdoctor list` shows them all'}`,
      ),
    ),
  ),
  'fail-on': z.optional(oneOf(['fail', 'warn', 'unknown'])),
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
  timeout: z.optional(duration('1s to 30d', 1000, 30 * DAY_MS)),
  concurrency: z.optional(whole(1, 32)),
  verify: z.optional(oneOf(['checksum', 'size', 'deep'] satisfies Verification[])),
  'restore-trashed': z.optional(truth()),
  delete: z.optional(truth()),
  'move-to': z.optional(localPath),
  album: z.optional(albumName),
  'album-from-folder': z.optional(truth()),
  engine: z.optional(oneOf(['own', 'immich-cli'])),
  notify: z.optional(truth()),
  pushover: z.optional(secretPath),
  'idle-timeout': z.optional(duration('100ms to 24h', 100)),
  'response-timeout': z.optional(duration('100ms to 24h', 100)),
  retries: z.optional(whole(0, 20)),
  'retry-delay': z.optional(duration('1ms to 10m', 1, DAY_MS / 144)),
};

const section = <T extends z.core.$ZodLooseShape>(name: string, keys: T) =>
  z.optional(
    z.strictObject(
      keys,
      about(() => `is not a section: write [${name}]`),
    ),
  );

/** Everything that can be set, under the keys of the file; flags and environment variables take the same shape. */
export function settingsSchema(checkIds?: readonly string[]) {
  const check = checkKeys(checkIds);
  const schema = {
    configuration: z.optional(folder),
    check: section('check', check),
    names: section('names', nameKeys),
    immich: section('immich', immichKeys),
  };
  return {
    schema: z.strictObject(schema),
    /** Of each section; those outside of any under ''. */
    keys: {
      '': Object.keys(schema),
      check: Object.keys(check),
      names: Object.keys(nameKeys),
      immich: Object.keys(immichKeys),
    },
  };
}
