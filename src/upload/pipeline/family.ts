import { basename, dirname } from 'node:path';
import type { FileResult } from '../../model/upload-report.ts';
import type { FoundFile, MediaUnit } from '../files/found-file.ts';
import type { HashCache } from '../files/hash-cache.ts';
import type { UploadOptions } from '../options.ts';
import type { IntoAlbum } from './albums.ts';
import type { Dispose } from './dispose.ts';
import { readUntilEnd } from './read.ts';
import { type Custody, isSecured, type Secure } from './secure.ts';
import { sentence } from './sentence.ts';

/** Photos that share a sidecar, or one that stands alone. */
export interface Family {
  readonly units: readonly MediaUnit[];
  readonly sidecar?: FoundFile;
}

export interface FamilyOptions extends Pick<UploadOptions, 'album' | 'dryRun'> {
  readonly secure: Secure;
  readonly dispose: Dispose;
  readonly intoAlbum: IntoAlbum;
  readonly cache: HashCache;
  readonly signal: AbortSignal;
  readonly onDone: (result: FileResult) => void;
}

const EDITED = 'it is not what was sent with its photo, and Immich takes a sidecar only with a new photo';

/** Families of the units, in their order. */
export function familiesOf(units: readonly MediaUnit[]): Family[] {
  const bySidecar = Map.groupBy(units, ({ main, sidecar }) => sidecar ?? main);
  return [...bySidecar.values()].map((members) => {
    const sidecar = members[0]?.sidecar;
    return { units: members, ...(sidecar === undefined ? {} : { sidecar }) };
  });
}

/** A function that brings a family to the server, and then does with its files here what was asked for. */
export function bringingFamilies(options: FamilyOptions): (family: Family) => Promise<void> {
  const { secure, dispose, intoAlbum, cache, signal, album, dryRun, onDone } = options;

  async function bring({ main, video, sidecar }: MediaUnit): Promise<Custody> {
    const moving = video === undefined ? undefined : await secure(video, { hidden: true });
    const still = await secure(main, {
      ...(sidecar === undefined ? {} : { sidecar }),
      ...(moving !== undefined && isSecured(moving) ? { livePhotoVideoId: moving.assetId } : {}),
    });
    const albumTrouble = isSecured(still) ? await addedToAlbum(main, still.assetId) : undefined;
    const halved = [still, moving].some((half) => half !== undefined && !isSecured(half));
    await finish(main, still, { incomplete: albumTrouble, halved });
    if (video !== undefined && moving !== undefined)
      await finish(video, moving, { incomplete: albumTrouble, halved });
    return still;
  }

  /** Resolves to what went wrong. */
  async function addedToAlbum(file: FoundFile, assetId: string): Promise<string | undefined> {
    if (album === undefined || dryRun) return undefined;
    const name = album === 'folder' ? basename(dirname(file.path)) : album.name;
    const trouble = await intoAlbum(name, assetId).catch((error) => sentence(error, signal));
    return trouble === undefined ? undefined : `it is not in the album "${name}": ${trouble}`;
  }

  async function finish(
    file: FoundFile,
    custody: Custody,
    { incomplete, halved }: { readonly incomplete: string | undefined; readonly halved: boolean },
  ): Promise<void> {
    const result = resultOf(file, custody);
    if (!isSecured(custody)) return onDone(result);
    if (incomplete !== undefined) return onDone({ ...result, outcome: 'incomplete', reason: incomplete });
    if (halved) return onDone({ ...result, reason: 'kept: the other half of the live photo is not proven' });
    onDone(await dispose(file, custody, result));
  }

  async function finishSidecar(sidecar: FoundFile, photos: readonly Custody[]): Promise<void> {
    const result = { path: sidecar.name, bytes: sidecar.identity.bytes, local: 'kept' as const };
    const missing = photos.find((photo) => !isSecured(photo));
    if (missing?.outcome === 'would-upload' || missing?.outcome === 'not-reached')
      return onDone({ ...result, outcome: missing.outcome });
    if (missing !== undefined)
      return onDone({ ...result, outcome: 'unproven', reason: 'its photo is not proven' });
    const known = cache.sentSidecar(sidecar);
    const secured = photos.filter(isSecured);
    const sent = secured.find((photo) => photo.sidecarSent);
    const carrier = sent ?? secured.find(({ assetId }) => assetId === known?.assetId);
    if (carrier === undefined) return onDone({ ...result, outcome: 'unproven', reason: notSent(photos) });
    const read = await readUntilEnd(sidecar, signal);
    if (read === undefined) return onDone({ ...result, outcome: 'not-reached' });
    if ('problem' in read) return onDone({ ...result, outcome: read.problem, reason: read.reason });
    if (sent === undefined && read.checksum !== known?.checksum)
      return onDone({ ...result, outcome: 'unproven', reason: EDITED });
    const { checksum } = read;
    cache.setSentSidecar(sidecar, { checksum, assetId: carrier.assetId });
    const outcome = sent === undefined ? 'present' : 'attached';
    const there: FileResult = { ...result, outcome, checksum, assetId: carrier.assetId };
    onDone(await dispose(sidecar, { checksum, remembered: false }, there));
  }

  return async ({ units, sidecar }) => {
    const photos = await Promise.all(units.map(bring));
    if (sidecar !== undefined) await finishSidecar(sidecar, photos);
  };
}

function resultOf({ name, identity }: FoundFile, custody: Custody): FileResult {
  const { outcome, checksum, assetId } = custody;
  const reason = isSecured(custody) ? undefined : custody.reason;
  return {
    path: name,
    bytes: identity.bytes,
    outcome,
    local: 'kept',
    ...(reason === undefined ? {} : { reason }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(assetId === undefined ? {} : { assetId }),
    ...(isSecured(custody) ? { verified: custody.verified } : {}),
  };
}

function notSent(photos: readonly Custody[]): string {
  return photos.some(({ outcome }) => outcome === 'uploaded')
    ? 'nothing tells whether it went with its photo'
    : 'its photo was on the server before, and Immich takes a sidecar only with a new photo';
}
