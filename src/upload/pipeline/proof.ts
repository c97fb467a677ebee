import type { ProofLevel, Verification } from '../../model/upload-report.ts';
import { mayBeTheOriginal } from '../files/immich-storage.ts';
import {
  type Asset,
  asset,
  type BulkCheckResult,
  type NoOriginal,
  originalChecksum,
  originalSize,
  photosOf,
} from '../server/assets.ts';
import type { Connection } from '../server/connection.ts';
import { ServerProblem } from '../server/problem.ts';

/** What is to be proven: that the server holds these bytes. */
export interface Claim {
  /** SHA-1 in hex. */
  readonly checksum: string;
  readonly bytes: number;
  readonly isVideo: boolean;
  /** Where they are here. */
  readonly path: string;
}

export interface ProofOptions {
  readonly level: Verification;
  /** What is looked at of the server's file, where the key allows it, although the checksum is enough. */
  readonly original: 'unasked' | 'existence' | 'size';
  /**
   * Whether its user can see it is to be proven, too: a video may be hidden, as it is the moving part of a live photo, and
   * goes with that. `impossible`: the key may not ask.
   */
  readonly shown: 'unasked' | 'ask' | 'impossible';
  /** The asset that may be the live photo of a video. */
  readonly photoId?: string | undefined;
}

export type Proof =
  | { readonly proven: true; readonly assetId: string; readonly verified: ProofLevel }
  | NoProof;

interface NoProof {
  readonly proven: false;
  readonly outcome: 'trashed' | 'unproven' | 'unseen' | 'damaged';
  readonly assetId: string;
  readonly reason: string;
  /** What would have to come out of the trash. */
  readonly trashedId?: string;
}

const IN_TRASH = 'the server has it only in its trash';
const PHOTO_IN_TRASH =
  "the server's copy is the video of a live photo, and the photo that it belongs to is in the trash: both go when the trash is emptied";
const HIDDEN =
  'the server hides it as the video of a live photo, and the API key can see no photo that it belongs to: it may be in the locked folder, or not linked';
const MAYBE_HIDDEN =
  'this version of Immich does not say whether it hides the video, as it does with those of live photos (1.133 and later do)';
const NO_READ =
  'the API key lacks the permission asset.read, and without it a video that goes with a photo in the trash looks like any other: add it in Immich, Account Settings > API Keys';
const UNSEEN = 'the server has a record of it that the API key cannot see: it may be in the locked folder';
const OTHER_CONTENT = 'the file on the server has different content';

const NO_ORIGINAL: Readonly<Record<NoOriginal, Pick<NoProof, 'outcome' | 'reason'>>> = {
  gone: {
    outcome: 'damaged',
    reason: 'the server has a record of it, but its original file is missing on the server',
  },
  failing: {
    outcome: 'damaged',
    reason:
      'the server fails to read its original file (500), as Immich before 3 does when the file is missing on the server',
  },
  unseen: { outcome: 'unseen', reason: UNSEEN },
};

/**
 * What the server can show for bytes that it says it knows. It remembers a checksum although its file be gone: only the
 * size, or the bytes themselves, show that the file is on its disk.
 *
 * @throws {ServerProblem} where it could not be asked
 */
export async function prove(
  connection: Connection,
  { assetId, trashed }: Extract<BulkCheckResult, { known: true }>,
  claim: Claim,
  { level, original, shown, photoId }: ProofOptions,
): Promise<Proof> {
  const not = (outcome: NoProof['outcome'], reason: string, trashedId?: string): NoProof => ({
    proven: false,
    outcome,
    assetId,
    reason,
    ...(trashedId === undefined ? {} : { trashedId }),
  });
  if (trashed === true) return not('trashed', IN_TRASH, assetId);
  if (shown === 'impossible' && claim.isVideo) return not('unseen', NO_READ);
  // Servers before 1.115 do not tell of the trash by themselves.
  const isAsked = shown === 'ask' || trashed === undefined;
  if (isAsked) {
    const found = await asset(connection, assetId);
    if (found === 'unseen') return not('unseen', UNSEEN);
    if (found.trashed) return not('trashed', IN_TRASH, assetId);
    if (found.offline) return not('damaged', NO_ORIGINAL.gone.reason);
    if (found.checksum !== claim.checksum) return not('damaged', OTHER_CONTENT);
    if (found.path !== undefined && mayBeTheOriginal(claim.path, found.path))
      return not('unseen', `it may be the very file that Immich keeps as its original (${found.path})`);
    if (shown === 'ask') {
      const fault = await notShown(connection, found, claim, photoId);
      if (fault !== undefined) return not(fault.outcome, fault.reason, fault.trashedId);
    }
  }
  const differs = (size: number) =>
    not('damaged', `the file on the server has ${size} bytes, and this one has ${claim.bytes}`);
  if (level === 'checksum') {
    const size = original === 'unasked' ? 'untold' : await sizeIfAllowed(connection, assetId);
    if (typeof size === 'string' && size !== 'untold')
      return not(NO_ORIGINAL[size].outcome, NO_ORIGINAL[size].reason);
    if (original !== 'size' || size === 'untold')
      return { proven: true, assetId, verified: shown === 'ask' ? 'visible' : level };
    return size === claim.bytes ? { proven: true, assetId, verified: 'size' } : differs(size);
  }
  if (level === 'deep') {
    const read = await originalChecksum(connection, assetId);
    if (typeof read === 'string') return not(NO_ORIGINAL[read].outcome, NO_ORIGINAL[read].reason);
    if (read.checksum !== claim.checksum || read.bytes !== claim.bytes) return not('damaged', OTHER_CONTENT);
  } else {
    const size = await originalSize(connection, assetId);
    if (size === 'untold') return not('unproven', 'the server does not report the size of its file');
    if (typeof size === 'string') return not(NO_ORIGINAL[size].outcome, NO_ORIGINAL[size].reason);
    if (size !== claim.bytes) return differs(size);
  }
  return { proven: true, assetId, verified: level };
}

/** The permission may be missing: of servers before 1.139 nobody knows beforehand. */
async function sizeIfAllowed(
  connection: Connection,
  assetId: string,
): Promise<number | NoOriginal | 'untold'> {
  try {
    return await originalSize(connection, assetId);
  } catch (error) {
    if (error instanceof ServerProblem && error.kind === 'permission') return 'untold';
    throw error;
  }
}

/** Undefined where its user can see it: by itself, or as the moving part of a photo that he can see. */
async function notShown(
  connection: Connection,
  found: Asset,
  { isVideo }: Claim,
  photoId: string | undefined,
): Promise<Pick<NoProof, 'outcome' | 'reason' | 'trashedId'> | undefined> {
  if (found.hidden === false || (found.hidden === undefined && !isVideo)) return undefined;
  const own = photoId === undefined ? 'unseen' : await asset(connection, photoId);
  const isOwn = own !== 'unseen' && own.videoId === found.id;
  const photos = isOwn && !own.trashed ? [own] : await photosOf(connection, found);
  if (photos.some(({ trashed }) => !trashed)) return undefined;
  const [inTrash] = photos;
  if (inTrash !== undefined) return { outcome: 'trashed', reason: PHOTO_IN_TRASH, trashedId: inTrash.id };
  return { outcome: 'unseen', reason: found.hidden === undefined ? MAYBE_HIDDEN : HIDDEN };
}
