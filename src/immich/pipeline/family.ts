import { basename, dirname } from 'node:path';
import type { FileResult } from '../../model/upload-report.ts';
import type { FoundFile, MediaUnit } from '../files/found-file.ts';
import { hashFile } from '../files/hash.ts';
import type { HashCache } from '../files/hash-cache.ts';
import { moveProven, removeProven } from '../files/remove.ts';
import type { UploadOptions } from '../options.ts';
import type { AddToAlbum } from './albums.ts';
import { type Custody, isSecured, type Secure, type Secured } from './secure.ts';
import { sentence } from './sentence.ts';

/** Photos that share a sidecar, or one that stands alone. */
export interface Family {
  readonly units: readonly MediaUnit[];
  readonly sidecar?: FoundFile;
}

interface FamilyOptions extends Pick<UploadOptions, 'folder' | 'proven' | 'album' | 'dryRun'> {
  readonly secure: Secure;
  readonly cache: HashCache;
  readonly addToAlbum: AddToAlbum;
  readonly signal: AbortSignal;
  readonly onDone: (result: FileResult) => void;
}

/** A function that brings a family to the server, and then does with its files here what was asked for. */
export function familyUpload(options: FamilyOptions): (family: Family) => Promise<void> {
  const { secure, cache, addToAlbum, signal, folder, proven, album, dryRun, onDone } = options;

  async function unit({ main, video, sidecar }: MediaUnit): Promise<Custody> {
    const moving = video === undefined ? undefined : await secure(video, { hidden: true });
    const still = await secure(main, {
      ...(sidecar === undefined ? {} : { sidecar }),
      ...(moving !== undefined && isSecured(moving) ? { livePhotoVideoId: moving.assetId } : {}),
    });
    const albumProblem = isSecured(still) ? await intoAlbum(main, still.assetId) : undefined;
    const complete = isSecured(still) && (moving === undefined || isSecured(moving));
    const keep = complete ? albumProblem : 'its other half is not proven';
    await finish(main, still, keep, albumProblem);
    if (video !== undefined && moving !== undefined) await finish(video, moving, keep, undefined);
    return still;
  }

  async function intoAlbum(file: FoundFile, assetId: string): Promise<string | undefined> {
    if (album === undefined || dryRun) return undefined;
    const name = album === 'folder' ? basename(dirname(file.path)) : album.name;
    const problem = await addToAlbum(name, assetId).catch((error) => sentence(error, signal));
    return problem === undefined ? undefined : `it is not in the album "${name}": ${problem}`;
  }

  /** @param keep why it stays here although it is proven */
  async function finish(
    file: FoundFile,
    custody: Custody,
    keep: string | undefined,
    incomplete: string | undefined,
  ): Promise<void> {
    const result = { path: file.name, bytes: file.identity.bytes, local: 'kept' as const, ...told(custody) };
    if (incomplete !== undefined) onDone({ ...result, outcome: 'incomplete', reason: incomplete });
    else if (!isSecured(custody) || proven === 'keep') onDone(result);
    else if (keep !== undefined) onDone({ ...result, reason: `kept: ${keep}` });
    else onDone(await dispose(file, custody, result));
  }

  async function dispose(
    file: FoundFile,
    { checksum, remembered }: Pick<Secured, 'checksum' | 'remembered'>,
    result: FileResult,
  ): Promise<FileResult> {
    const incomplete = (reason: string): FileResult => ({ ...result, outcome: 'incomplete', reason });
    if (signal.aborted) return incomplete('kept: the run ended before');
    if (file.linked) return { ...result, reason: 'kept: it is reached through a link' };
    // What an earlier run read is good enough to tell what is on the server, and not to delete.
    if (remembered) {
      const now = await hashFile(file, { signal });
      if ('problem' in now) return { ...result, outcome: now.problem, reason: now.reason };
      if (now.checksum !== checksum)
        return { ...result, outcome: 'changed', reason: 'its bytes are not those that were read before' };
    }
    const ended =
      proven === 'delete'
        ? removeProven(file)
        : await moveProven(file, { folder, moveTo: proven === 'keep' ? folder : proven.moveTo, checksum });
    if ('problem' in ended)
      return ended.problem === 'failed'
        ? incomplete(ended.reason)
        : { ...result, outcome: ended.problem, reason: ended.reason };
    return ended.done === 'moved'
      ? { ...result, local: 'moved', movedTo: ended.to }
      : { ...result, local: 'deleted' };
  }

  async function sidecarOf(sidecar: FoundFile, photos: readonly Custody[]): Promise<void> {
    const result = { path: sidecar.name, bytes: sidecar.identity.bytes, local: 'kept' as const };
    const known = cache.get(sidecar);
    const sentWith = photos.find(
      (photo) => isSecured(photo) && (photo.sidecarSent || photo.assetId === known?.sentWith),
    );
    const all = photos.every(isSecured);
    if (dryRun && photos.every((photo) => photo.outcome === 'would-upload'))
      return onDone({ ...result, outcome: 'would-upload' });
    if (!all || sentWith === undefined || !isSecured(sentWith)) {
      const reason = all ? untold(photos) : 'its photo is not proven';
      const ended = photos.some(({ outcome }) => outcome === 'not-reached');
      return onDone({ ...result, outcome: ended ? 'not-reached' : 'unproven', reason });
    }
    const hashed = await hashFile(sidecar, { signal });
    if ('problem' in hashed) return onDone({ ...result, outcome: hashed.problem, reason: hashed.reason });
    const { checksum } = hashed;
    cache.set(sidecar, { checksum, sentWith: sentWith.assetId });
    const attached = { ...result, outcome: 'attached' as const, checksum, assetId: sentWith.assetId };
    onDone(proven === 'keep' ? attached : await dispose(sidecar, { checksum, remembered: false }, attached));
  }

  return async ({ units, sidecar }) => {
    const photos = await Promise.all(units.map(unit));
    if (sidecar !== undefined) await sidecarOf(sidecar, photos);
  };
}

function untold(photos: readonly Custody[]): string {
  return photos.some(({ outcome }) => outcome === 'uploaded')
    ? 'nothing tells whether it went with its photo'
    : 'its photo was on the server before, and Immich takes a sidecar only with a new photo';
}

function told(custody: Custody) {
  const { outcome, checksum, assetId } = custody;
  return {
    outcome,
    ...(checksum === undefined ? {} : { checksum }),
    ...(assetId === undefined ? {} : { assetId }),
    ...('verified' in custody ? { verified: custody.verified } : {}),
    ...('reason' in custody && custody.reason !== undefined ? { reason: custody.reason } : {}),
  };
}
