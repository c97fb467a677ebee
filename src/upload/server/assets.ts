import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { batches } from './batches.ts';
import type { Connection, Request } from './connection.ts';
import { serverId } from './ids.ts';
import { ServerProblem } from './problem.ts';
import { isWebPage, webPage } from './problem-of-answer.ts';

export interface BulkCheckItem {
  /** Of the caller's. */
  readonly id: string;
  /** SHA-1, in hex. */
  readonly checksum: string;
}

/** `trashed` undefined: the server, before 1.115, does not say. */
export type BulkCheckResult =
  | { readonly known: false; readonly unsupported?: true }
  | { readonly known: true; readonly assetId: string; readonly trashed: boolean | undefined };

/**
 * Why there is no original: its file is not on the server's disk; the key may not see the asset, which is gone, another
 * user's, or in the locked folder; or the server fails at it, as Immich before 3 does when the file is gone.
 */
export type NoOriginal = 'gone' | 'unseen' | 'failing';

// The server fails above 65,532, and with an empty list.
const LARGEST_CHECK = 5000;
const LARGEST_LIST = 1000;

const bulkCheckSchema = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      action: z.enum(['accept', 'reject']),
      reason: z.optional(z.nullable(z.string())),
      assetId: z.optional(z.nullable(serverId)),
      isTrashed: z.optional(z.nullable(z.boolean())),
    }),
  ),
});
const assetSchema = z.object({
  id: serverId,
  originalFileName: z.string(),
  originalPath: z.optional(z.string()),
  checksum: z.string(),
  isTrashed: z.boolean(),
  isOffline: z.boolean(),
  visibility: z.optional(z.string()),
  livePhotoVideoId: z.nullish(serverId),
});
const anything = z.unknown();

/**
 * What the server knows of these bytes, by the caller's ids. It is what the server once received, and no proof of what
 * is on its disk. Nothing is said of an id of which the server says
 * nothing, nothing that can be understood, or two things.
 */
export async function bulkCheck(
  connection: Connection,
  items: readonly BulkCheckItem[],
): Promise<ReadonlyMap<string, BulkCheckResult>> {
  const known = new Map<string, BulkCheckResult>();
  for (const assets of batches(items, LARGEST_CHECK)) {
    const { results } = await connection.ask(bulkCheckSchema, {
      method: 'POST',
      path: '/assets/bulk-upload-check',
      data: { assets },
      permission: 'asset.upload',
    });
    for (const [id, [result, ...others]] of Map.groupBy(results, (each) => each.id)) {
      const checked = result === undefined || others.length > 0 ? undefined : bulkCheckResultOf(result);
      if (checked !== undefined) known.set(id, checked);
    }
  }
  return known;
}

type RawBulkCheckResult = z.infer<typeof bulkCheckSchema>['results'][number];

function bulkCheckResultOf({
  action,
  reason,
  assetId,
  isTrashed,
}: RawBulkCheckResult): BulkCheckResult | undefined {
  if (action === 'accept') return { known: false };
  if (reason === 'unsupported-format') return { known: false, unsupported: true };
  if (reason !== 'duplicate' || typeof assetId !== 'string') return undefined;
  return { known: true, assetId, trashed: isTrashed ?? undefined };
}

/** How large the server's file is, in bytes; `untold` where it, or a proxy, does not say. */
export async function originalSize(
  connection: Connection,
  id: string,
): Promise<number | NoOriginal | 'untold'> {
  const request = { ...originalOf(id), method: 'HEAD' } as const;
  return connection.repeat(async () => {
    const reply = await connection.request(request, connection.longestMs);
    reply.discard();
    const { status, headers } = reply;
    const none = noOriginal(status);
    if (none !== undefined) return none;
    if (status === 405 || status === 501) return 'untold';
    if (status !== 200) throw connection.problem({ status, headers, text: '' }, request);
    if (isWebPage({ status, headers, text: '' })) throw webPage(connection.url, status);
    const length = headers['content-length'];
    const encoded = (headers['content-encoding'] ?? 'identity') !== 'identity';
    return length === undefined || !/^\d+$/.test(length) || encoded ? 'untold' : Number(length);
  });
}

export interface Original {
  /** SHA-1, in hex. */
  readonly checksum: string;
  readonly bytes: number;
}

/** Reads the server's file and hashes it. */
export async function originalChecksum(connection: Connection, id: string): Promise<Original | NoOriginal> {
  const request = originalOf(id);
  return connection.repeat(async () => {
    const reply = await connection.request(request);
    if (reply.status !== 200) {
      const answer = await connection.read(reply);
      const none = noOriginal(answer.status);
      if (none !== undefined) return none;
      throw connection.problem(answer, request);
    }
    const hash = createHash('sha1');
    let bytes = 0;
    for await (const chunk of reply.chunks()) {
      hash.update(chunk);
      bytes += chunk.byteLength;
    }
    return { checksum: hash.digest('hex'), bytes };
  });
}

export interface Asset {
  readonly id: string;
  /** Its original's. */
  readonly name: string;
  /** Of its original, on the server. */
  readonly path: string | undefined;
  /** SHA-1 of what the server received, in hex. */
  readonly checksum: string;
  readonly trashed: boolean;
  /** Its file was not found by the server when it last looked. */
  readonly offline: boolean;
  /** Shown only by what it belongs to. Undefined: the server, before 1.133, does not say. */
  readonly hidden: boolean | undefined;
  /** Of a live photo: its moving part. */
  readonly videoId: string | undefined;
}

/** `unseen`: it is not there, or the key may not see it. */
export async function asset(connection: Connection, id: string): Promise<Asset | 'unseen'> {
  try {
    return assetOf(await connection.ask(assetSchema, { path: `/assets/${id}`, permission: 'asset.read' }));
  } catch (error) {
    if (error instanceof ServerProblem && (error.status === 400 || error.status === 404)) return 'unseen';
    throw error;
  }
}

function assetOf(found: z.infer<typeof assetSchema>): Asset {
  const { id, originalFileName, originalPath, checksum, isTrashed, isOffline, visibility, livePhotoVideoId } =
    found;
  return {
    id,
    name: originalFileName,
    path: originalPath,
    checksum: Buffer.from(checksum, 'base64').toString('hex'),
    trashed: isTrashed,
    offline: isOffline,
    hidden: visibility === undefined ? undefined : visibility === 'hidden',
    videoId: livePhotoVideoId ?? undefined,
  };
}

const searchSchema = z.object({
  assets: z.object({ items: z.array(assetSchema), nextPage: z.nullish(z.string()) }),
});
/** A search finds neither what is hidden nor what is locked, and one visibility at a time. */
const SHOWN = ['timeline', 'archive'];
const LARGEST_PAGE = 1000;
const MOST_PAGES = 20;

/** The live photos that this video is the moving part of, also those in the trash; by the name that they share. */
export async function photosOf(connection: Connection, { id, name }: Asset): Promise<readonly Asset[]> {
  const stem = name.replace(/(?<=.)\.[^.]*$/s, '');
  const photos: Asset[] = [];
  for (const visibility of SHOWN) {
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const { assets } = await connection.ask(searchSchema, {
        method: 'POST',
        path: '/search/metadata',
        data: {
          originalFileName: stem,
          isMotion: true,
          withDeleted: true,
          visibility,
          size: LARGEST_PAGE,
          page,
        },
        permission: 'asset.read',
      });
      photos.push(...assets.items.map(assetOf).filter(({ videoId }) => videoId === id));
      if (photos.some(({ trashed }) => !trashed)) return photos;
      if ((assets.nextPage ?? null) === null) break;
    }
  }
  return photos;
}

/** Makes of a photo and a video that the server has a live photo, which hides the video. */
export async function linkVideo(connection: Connection, photoId: string, videoId: string): Promise<void> {
  await connection.ask(anything, {
    method: 'PUT',
    path: `/assets/${photoId}`,
    data: { livePhotoVideoId: videoId },
    permission: 'asset.update',
  });
}

export async function restore(connection: Connection, ids: readonly string[]): Promise<void> {
  for (const batch of batches(ids, LARGEST_LIST))
    await connection.ask(anything, {
      method: 'POST',
      path: '/trash/restore/assets',
      data: { ids: batch },
      permission: 'asset.delete',
    });
}

const originalOf = (id: string): Request => ({
  path: `/assets/${id}/original`,
  permission: 'asset.download',
});

function noOriginal(status: number | undefined): NoOriginal | undefined {
  if (status === 404) return 'gone';
  if (status === 400) return 'unseen';
  return status === 500 ? 'failing' : undefined;
}
