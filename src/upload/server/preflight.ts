import coerce from 'semver/functions/coerce.js';
import gte from 'semver/functions/gte.js';
import major from 'semver/functions/major.js';
import type { Ping } from '../../model/ping.ts';
import type { UploadOptions } from '../options.ts';
import {
  type ApiKeyInfo,
  apiKey,
  config,
  mediaTypes,
  ping,
  type Quota,
  quota,
  type ServerMediaTypes,
  version,
} from './about.ts';
import type { Connection } from './connection.ts';
import { maintenance, ServerProblem } from './problem.ts';

/** What the run is going to ask of the server. */
export type Needs = Pick<UploadOptions, 'verify' | 'restoreTrashed' | 'album'> &
  Partial<Pick<UploadOptions, 'proven' | 'engine'>>;

export interface Preflight extends Ping {
  /** What cannot be known is taken for allowed: it shows when it is tried. */
  readonly may: (permission: string) => boolean;
  readonly mediaTypes: ServerMediaTypes;
}

const OLDEST = '1.106.0';
/** The bulk check says since then whether an asset is in the trash. */
const TELLS_TRASH = '1.115.0';
const NEWEST_KNOWN_MAJOR = 3;

/** Everything that can be known before the first file, in one round trip. Throws a ServerProblem for what makes a run useless. */
export async function preflight(connection: Connection, needs: Needs): Promise<Preflight> {
  const { url } = connection;
  const [configured, pinged, versioned, keyed, limited, typed] = await Promise.allSettled([
    config(connection),
    ping(connection),
    version(connection),
    apiKey(connection),
    quota(connection),
    mediaTypes(connection),
  ]);
  // In maintenance nearly everything else fails: it comes first.
  if (configured.status === 'fulfilled') assertReady(configured.value, url);
  const roundTripMs = settled(pinged);
  settled(configured);
  const serverVersion = settled(versioned);
  assertSupported(serverVersion, url);
  const key = settled(keyed);
  const limit = allowed(limited);
  assertPermitted(key, needs, url);
  assertRoom(limit, url);
  return {
    url,
    version: serverVersion,
    mediaTypes: settled(typed),
    may: (permission) => may(key, permission),
    key,
    quota: limit,
    verification: needs.verify ?? (may(key, 'asset.download') ? 'size' : 'checksum'),
    roundTripMs,
    notes: notesOn(serverVersion, key, needs),
  };
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** Undefined where the key lacks the permission: nothing depends on it. */
function allowed<T>(result: PromiseSettledResult<T>): T | undefined {
  if (result.status === 'fulfilled') return result.value;
  if (result.reason instanceof ServerProblem && result.reason.kind === 'permission') return undefined;
  throw result.reason;
}

function assertReady(
  { maintenanceMode, isInitialized }: Awaited<ReturnType<typeof config>>,
  url: string,
): void {
  if (maintenanceMode === true) throw maintenance(url);
  if (isInitialized === false)
    throw new ServerProblem('maintenance', `${url} has no user yet: open it in a browser and create one`);
}

function assertSupported(version: string, url: string): void {
  if (!gte(comparable(version), OLDEST))
    throw new ServerProblem('unsupported', `${url} runs Immich ${version}: version 1.106 or later is needed`);
}

// A server may call itself anything.
const comparable = (version: string): string => coerce(version)?.version ?? '0.0.0';

function assertPermitted(key: ApiKeyInfo | undefined, needs: Needs, url: string): void {
  const missing = neededBy(needs).filter((permission) => !may(key, permission));
  if (key === undefined || missing.length === 0) return;
  const list = missing.join(', ');
  throw new ServerProblem(
    'permission',
    `the API key named "${key.name}" of ${url} lacks ${missing.length === 1 ? 'the permission' : 'the permissions'} ${list}: add ${missing.length === 1 ? 'it' : 'them'} in Immich, Account Settings > API Keys`,
    { permission: list },
  );
}

function neededBy({ verify, restoreTrashed, album, engine }: Needs): readonly string[] {
  return [
    'asset.upload',
    ...(verify === 'size' || verify === 'deep' ? ['asset.download'] : []),
    // Its program asks for the user before anything else.
    ...(engine === 'immich-cli' ? ['user.read'] : []),
    ...(restoreTrashed ? ['asset.delete'] : []),
    ...(album === undefined ? [] : ['album.read', 'album.create', 'albumAsset.create']),
  ];
}

const may = (key: ApiKeyInfo | undefined, permission: string): boolean =>
  key === undefined || key.permissions.includes('all') || key.permissions.includes(permission);

function assertRoom(limit: Quota | undefined, url: string): void {
  if (limit !== undefined && limit.used >= limit.bytes)
    throw new ServerProblem(
      'quota',
      `the quota of this user on ${url} is used up: raise it, or free some space`,
    );
}

function notesOn(
  version: string,
  key: ApiKeyInfo | undefined,
  { verify, proven = 'keep' }: Needs,
): readonly string[] {
  const known = comparable(version);
  return [
    ...(major(known) > NEWEST_KNOWN_MAJOR
      ? [
          `Immich ${version} is newer than the versions hsdoctor was tested with (up to ${NEWEST_KNOWN_MAJOR})`,
        ]
      : []),
    ...(gte(known, TELLS_TRASH)
      ? []
      : [
          `Immich ${version} does not say which assets are in its trash: hsdoctor asks for each file, which takes longer and needs the permission asset.read; 1.115 and later do say it`,
        ]),
    ...(proven !== 'keep' && !may(key, 'asset.read')
      ? [
          'the key lacks asset.read: videos that were on the server before are kept, because they may belong to a photo in the trash',
        ]
      : []),
    ...(verify === undefined && !may(key, 'asset.download')
      ? ['the key lacks asset.download: files are verified by checksum, not by their size on the server']
      : []),
  ];
}
