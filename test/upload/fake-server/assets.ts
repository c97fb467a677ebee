import type { ServerResponse } from 'node:http';
import type { Context } from './context.ts';
import { HttpError, invalid } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { stringOf, textOf } from './json.ts';
import type { Asset } from './store.ts';
import { linkVideo, toHex } from './upload.ts';
import type { Behaviour } from './versions.ts';

// PostgreSQL takes 65,535 parameters in one statement; the query has two of its own, and one is lost on the way.
const MOST_CHECKS = 65_532;

export function bulkUploadCheck({ store, behaviour }: Context, body: unknown): object {
  const assets = typeof body === 'object' && body !== null && 'assets' in body ? body.assets : undefined;
  if (!Array.isArray(assets))
    throw invalid({
      field: 'assets',
      sentence: 'assets must be an array',
      problem: 'Invalid input: expected array, received undefined',
    });
  const items = assets.map((item: unknown) => ({
    id: stringOf(item, 'id'),
    checksum: stringOf(item, 'checksum'),
  }));
  if (items.length === 0 || items.length > MOST_CHECKS) throw new HttpError(500, 'Internal server error');
  return {
    results: items.map(({ id, checksum }) => {
      const known = store.withChecksum(toHex(checksum));
      if (known === undefined) return { id, action: 'accept' };
      return {
        id,
        action: 'reject',
        reason: 'duplicate',
        assetId: known.id,
        ...(behaviour.tellsTrashed ? { isTrashed: known.trashed } : {}),
      };
    }),
  };
}

/** @throws HttpError 400, as Immich says it of an asset that does not exist or another's. */
export function assetOf({ store }: Context, id: string, permission: string): Asset {
  const asset = store.assets.get(id);
  // What is in the locked folder is shown to nobody who has only a key.
  if (asset === undefined || asset.visibility === 'locked')
    throw new HttpError(400, `Not found or no ${permission} access`);
  return asset;
}

export const assetJson = (asset: Asset, { knowsVisibility }: Behaviour): object => ({
  id: asset.id,
  type: asset.type,
  originalFileName: asset.name,
  originalPath: asset.path ?? `/data/upload/${asset.id.slice(0, 2)}/${asset.id.slice(2, 4)}/${asset.id}`,
  checksum: Buffer.from(asset.checksum, 'hex').toString('base64'),
  fileCreatedAt: asset.fields.fileCreatedAt,
  fileModifiedAt: asset.fields.fileModifiedAt,
  isTrashed: asset.trashed,
  isOffline: asset.offline,
  isFavorite: asset.isFavorite,
  isArchived: asset.visibility === 'archive',
  ...(knowsVisibility ? { visibility: asset.visibility } : {}),
  livePhotoVideoId: asset.livePhotoVideoId ?? null,
  exifInfo: { fileSizeInByte: asset.file?.size ?? null },
  ...(asset.deviceAssetId === undefined
    ? {}
    : { deviceAssetId: asset.deviceAssetId, deviceId: asset.deviceId }),
});

/** `PUT /assets/:id`: of all that may be changed, the video and whether the asset is shown. */
export function updateAsset(context: Context, id: string, body: unknown): object {
  const asset = assetOf(context, id, 'asset.update');
  const video = textOf(body, 'livePhotoVideoId');
  linkVideo(context, video);
  if (video !== undefined) asset.livePhotoVideoId = video;
  return assetJson(asset, context.behaviour);
}

/** `POST /search/metadata`: what is timeline, unless another visibility is asked for, a page at a time. */
export function searchMetadata({ store, behaviour }: Context, body: unknown): object {
  const asked = new Map<string, unknown>(
    typeof body === 'object' && body !== null ? Object.entries(body) : [],
  );
  const [name, visibility = 'timeline'] = [textOf(body, 'originalFileName'), textOf(body, 'visibility')];
  if (visibility === 'locked') throw new HttpError(401, 'Elevated permission is required');
  const size = Number(asked.get('size') ?? 250);
  const page = Number(asked.get('page') ?? 1);
  const found = [...store.assets.values()].filter(
    (asset) =>
      asset.visibility === visibility &&
      (asked.get('withDeleted') === true || !asset.trashed) &&
      (asked.get('isMotion') !== true || asset.livePhotoVideoId !== undefined) &&
      (name === undefined || asset.name.toLowerCase().includes(name.toLowerCase())),
  );
  const items = found.slice((page - 1) * size, page * size);
  return {
    albums: { total: 0, count: 0, items: [], facets: [] },
    assets: {
      total: items.length,
      count: items.length,
      items: items.map((asset) => assetJson(asset, behaviour)),
      facets: [],
      nextPage: found.length > page * size ? String(page + 1) : null,
    },
  };
}

/** `GET` and `HEAD /assets/:id/original`, with one range. */
export function sendOriginal({ behaviour }: Context, { req, res }: Exchange, asset: Asset): void {
  const { file } = asset;
  if (file === undefined) throw new HttpError(behaviour.missingOriginal, 'Not Found');
  const { size } = file;
  res.setHeader('accept-ranges', 'bytes');
  res.setHeader('content-type', 'application/octet-stream');
  const range = rangeOf(req.headers.range, size);
  if (range === 'unsatisfiable') {
    res.writeHead(416, { 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  const { first, last } = range ?? { first: 0, last: size - 1 };
  if (range !== undefined) res.setHeader('content-range', `bytes ${first}-${last}/${size}`);
  res.setHeader('content-length', last - first + 1);
  if (req.method === 'HEAD') head(res, range !== undefined);
  else if (file.bytes === undefined) {
    res.removeHeader('content-length');
    throw new HttpError(501, 'This server does not keep bytes');
  } else {
    res.statusCode = range === undefined ? 200 : 206;
    res.end(file.bytes.subarray(first, last + 1));
  }
}

function head(res: ServerResponse, partial: boolean): void {
  res.statusCode = partial ? 206 : 200;
  res.end();
}

type Range = { readonly first: number; readonly last: number };

function rangeOf(header: string | undefined, size: number): Range | 'unsatisfiable' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(size - 1, Number(to));
  return first > last ? 'unsatisfiable' : { first, last };
}
