import { basename, dirname } from 'node:path';
import { type FileResult, isPlanned, PHOTO_NOT_VERIFIED } from '../../model/upload-report.ts';
import type { FoundFile, MediaUnit } from '../files/found-file.ts';
import type { HashCache } from '../files/hash-cache.ts';
import type { UploadOptions } from '../options.ts';
import type { IntoAlbum } from './albums.ts';
import type { Disposal } from './dispose.ts';
import type { LinkLivePhoto } from './live-photos.ts';
import { readUntilEnd } from './read.ts';
import { sentence } from './sentence.ts';
import type { UploadAndVerify } from './upload-and-verify.ts';
import { isVerified, type UploadResult, type VerifiedUpload } from './upload-result.ts';

/** Photos that share a sidecar, or one that stands alone. */
export interface AssetGroup {
  readonly units: readonly MediaUnit[];
  readonly sidecar?: FoundFile;
}

export interface AssetGroupOptions extends Pick<UploadOptions, 'album' | 'dryRun'> {
  readonly linkLivePhoto: LinkLivePhoto;
  readonly uploadAndVerify: UploadAndVerify;
  readonly disposal: Disposal;
  readonly intoAlbum: IntoAlbum;
  readonly cache: HashCache;
  readonly signal: AbortSignal;
  readonly onDone: (result: FileResult) => void;
}

/** What is said of a photo and says as much of its sidecar. */
const PASSED_ON: readonly UploadResult['outcome'][] = ['would-upload', 'would-restore', 'not-reached'];

const EDITED =
  'it differs from what was sent with its photo, and Immich takes a sidecar only with a new photo';

/** The groups of the units, in their order. */
export function assetGroupsOf(units: readonly MediaUnit[]): AssetGroup[] {
  const bySidecar = Map.groupBy(units, ({ main, sidecar }) => sidecar ?? main);
  return [...bySidecar.values()].map((members) => {
    const sidecar = members[0]?.sidecar;
    return { units: members, ...(sidecar === undefined ? {} : { sidecar }) };
  });
}

export const filesOf = ({ units, sidecar }: AssetGroup): readonly FoundFile[] =>
  [...units.flatMap(({ main, video }) => [main, video]), sidecar].filter((file) => file !== undefined);

/** A function that brings a group to the server, and then does with its files here what was asked for. */
export function uploadingGroups(options: AssetGroupOptions): (group: AssetGroup) => Promise<void> {
  const uploader = new AssetGroupUploader(options);
  return (group) => uploader.upload(group);
}

class AssetGroupUploader {
  readonly #options: AssetGroupOptions;

  constructor(options: AssetGroupOptions) {
    this.#options = options;
  }

  async upload({ units, sidecar }: AssetGroup): Promise<void> {
    const photos = await Promise.all(units.map((unit) => this.#uploadUnit(unit)));
    if (sidecar !== undefined) await this.#finishSidecar(sidecar, photos);
  }

  async #uploadUnit({ main, video, sidecar }: MediaUnit): Promise<UploadResult> {
    const { uploadAndVerify } = this.#options;
    // Shown by itself until a photo has it: so it is never hidden for nothing.
    const sent = video === undefined ? undefined : await uploadAndVerify.upload(video, {});
    const still = await uploadAndVerify.upload(main, {
      ...(sidecar === undefined ? {} : { sidecar }),
      ...(sent !== undefined && isVerified(sent) ? { livePhotoVideoId: sent.assetId } : {}),
    });
    const moving =
      video !== undefined && sent !== undefined && isVerified(still)
        ? await this.#ofLivePhoto(video, sent, still)
        : sent;
    const incomplete = isVerified(still) ? await this.#addToAlbum(main, still.assetId) : undefined;
    const halved = [still, moving].some(
      (half) => half !== undefined && !isVerified(half) && !isPlanned(half.outcome),
    );
    await this.#finish(main, still, { incomplete, halved });
    if (video !== undefined && moving !== undefined)
      await this.#finish(video, moving, { incomplete, halved });
    return still;
  }

  /** Makes one of the photo and the video where the server has not, and proves what that made of the video. */
  async #ofLivePhoto(video: FoundFile, sent: UploadResult, still: VerifiedUpload): Promise<UploadResult> {
    const { dryRun, linkLivePhoto, uploadAndVerify } = this.#options;
    if (sent.assetId === undefined || dryRun) return sent;
    if (sent.outcome !== 'uploaded' && sent.outcome !== 'unseen' && !still.videoLinked) return sent;
    if (!still.videoLinked) await linkLivePhoto(still.assetId, { name: video.name, assetId: sent.assetId });
    const proven = await uploadAndVerify.verifyVideo(video, sent, still.assetId);
    if (proven.outcome !== 'unseen' || !still.videoLinked) return proven;
    await linkLivePhoto(still.assetId, { name: video.name, assetId: sent.assetId });
    return uploadAndVerify.verifyVideo(video, sent, still.assetId);
  }

  /** Resolves to what went wrong. */
  async #addToAlbum(file: FoundFile, assetId: string): Promise<string | undefined> {
    const { album, dryRun, intoAlbum, signal } = this.#options;
    if (album === undefined || dryRun) return undefined;
    const name = album === 'folder' ? basename(dirname(file.path)) : album.name;
    const problem = await intoAlbum(name, assetId).catch((error) => sentence(error, signal));
    return problem === undefined ? undefined : `it is not in the album "${name}": ${problem}`;
  }

  async #finish(
    file: FoundFile,
    upload: UploadResult,
    { incomplete, halved }: { readonly incomplete: string | undefined; readonly halved: boolean },
  ): Promise<void> {
    const { disposal, onDone } = this.#options;
    const result = resultOf(file, upload);
    if (!isVerified(upload) && !isPlanned(upload.outcome)) return onDone(result);
    if (incomplete !== undefined) return onDone({ ...result, outcome: 'incomplete', reason: incomplete });
    if (halved)
      return onDone({ ...result, reason: 'kept: the other half of the live photo is not verified' });
    if (isVerified(upload)) await disposal.dispose(file, upload, result);
    else onDone(result);
  }

  async #finishSidecar(sidecar: FoundFile, photos: readonly UploadResult[]): Promise<void> {
    const { disposal, onDone } = this.#options;
    const result = await this.#sidecarResult(sidecar, photos);
    const { checksum } = result;
    if (checksum === undefined) onDone(result);
    else await disposal.dispose(sidecar, { checksum, remembered: false }, result);
  }

  /** With a checksum where it is proven. */
  async #sidecarResult(sidecar: FoundFile, photos: readonly UploadResult[]): Promise<FileResult> {
    const { cache, signal } = this.#options;
    const result = { path: sidecar.name, bytes: sidecar.identity.bytes, local: 'kept' as const };
    const missing = photos.find((photo) => !isVerified(photo));
    if (missing !== undefined && PASSED_ON.includes(missing.outcome))
      return { ...result, outcome: missing.outcome };
    if (missing !== undefined) return { ...result, outcome: 'unproven', reason: PHOTO_NOT_VERIFIED };
    const known = cache.sentSidecar(sidecar);
    const verified = photos.filter(isVerified);
    const sent = verified.find((photo) => photo.sidecarSent);
    const carrier = sent ?? verified.find(({ assetId }) => assetId === known?.assetId);
    if (carrier === undefined) return { ...result, outcome: 'unproven', reason: notSent(photos) };
    const read = await readUntilEnd(sidecar, signal);
    if (read === undefined) return { ...result, outcome: 'not-reached' };
    if ('problem' in read) return { ...result, outcome: read.problem, reason: read.reason };
    if (sent === undefined && read.checksum !== known?.checksum)
      return { ...result, outcome: 'unproven', reason: EDITED };
    const { checksum } = read;
    cache.setSentSidecar(sidecar, { checksum, assetId: carrier.assetId });
    const proven = { ...result, checksum, assetId: carrier.assetId };
    return sent === undefined
      ? { ...proven, outcome: 'present' }
      : { ...proven, outcome: 'attached', sent: true };
  }
}

function resultOf({ name, identity }: FoundFile, upload: UploadResult): FileResult {
  const { outcome, checksum, assetId } = upload;
  const reason = isVerified(upload) ? undefined : upload.reason;
  return {
    path: name,
    bytes: identity.bytes,
    outcome,
    local: 'kept',
    ...(upload.sent ? { sent: true as const } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(checksum === undefined ? {} : { checksum }),
    ...(assetId === undefined ? {} : { assetId }),
    ...(isVerified(upload) ? { verified: upload.verified } : {}),
  };
}

function notSent(photos: readonly UploadResult[]): string {
  return photos.some(({ outcome }) => outcome === 'uploaded')
    ? 'it is not known whether it was sent with its photo'
    : 'its photo was already on the server, and Immich takes a sidecar only with a new photo';
}
