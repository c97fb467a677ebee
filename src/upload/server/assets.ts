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

/** An asset that is not there, or not for this user, or whose file is not on the server's disk. */
export type Gone = 'gone';

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
const assetSchema = z.object({ checksum: z.string(), isTrashed: z.boolean(), isOffline: z.boolean() });
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
export async function originalSize(connection: Connection, id: string): Promise<number | Gone | 'untold'> {
  const request = { ...originalOf(id), method: 'HEAD' } as const;
  return connection.repeat(async () => {
    const reply = await connection.request(request, connection.longestMs);
    reply.discard();
    const { status, headers } = reply;
    if (isGone(status)) return 'gone';
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
export async function originalChecksum(connection: Connection, id: string): Promise<Original | Gone> {
  const request = originalOf(id);
  return connection.repeat(async () => {
    const reply = await connection.request(request);
    if (reply.status !== 200) {
      const answer = await connection.read(reply);
      if (isGone(answer.status)) return 'gone';
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
  /** SHA-1 of what the server received, in hex. */
  readonly checksum: string;
  readonly trashed: boolean;
  /** Its file was not found by the server when it last looked. */
  readonly offline: boolean;
}

export async function asset(connection: Connection, id: string): Promise<Asset | Gone> {
  try {
    const found = await connection.ask(assetSchema, {
      path: `/assets/${id}`,
      permission: 'asset.read',
    });
    return {
      checksum: Buffer.from(found.checksum, 'base64').toString('hex'),
      trashed: found.isTrashed,
      offline: found.isOffline,
    };
  } catch (error) {
    if (error instanceof ServerProblem && isGone(error.status)) return 'gone';
    throw error;
  }
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

// 404: its file is not there; 400: the asset itself, or it is another user's.
const isGone = (status: number | undefined): boolean => status === 404 || status === 400;
