import { addToAlbum, createAlbum, listAlbums } from './albums.ts';
import { assetJson, assetOf, bulkUploadCheck, searchMetadata, sendOriginal, updateAsset } from './assets.ts';
import type { Context } from './context.ts';
import { HttpError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { idsOf, readJson } from './json.ts';
import { MEDIA_TYPES } from './media-types.ts';
import { upload } from './upload.ts';
import type { Behaviour } from './versions.ts';

export interface Reply {
  readonly status: number;
  /** Nothing: the route has answered, or the answer has no body. */
  readonly body?: object;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Who may: nobody is asked, anyone with a key, or a key that has this permission. */
  readonly access: 'public' | 'key' | { readonly permission: string };
  readonly exists?: (behaviour: Behaviour) => boolean;
  readonly inMaintenance?: true;
  run(context: Context, exchange: Exchange, id: string): Promise<Reply | undefined> | Reply | undefined;
}

const needs = (permission: string) => ({ permission });
const ok = (body: object): Reply => ({ status: 200, body });

const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/server\/ping$/, access: 'public', run: () => ok({ res: 'pong' }) },
  {
    method: 'GET',
    path: /^\/server\/version$/,
    access: 'public',
    inMaintenance: true,
    run: ({ behaviour }) => ok(behaviour.version),
  },
  { method: 'GET', path: /^\/server\/media-types$/, access: 'public', run: () => ok(MEDIA_TYPES) },
  {
    method: 'GET',
    path: /^\/server\/config$/,
    access: 'public',
    inMaintenance: true,
    run: ({ maintenance }) => ok({ trashDays: 30, maintenanceMode: maintenance, isInitialized: true }),
  },
  { method: 'GET', path: /^\/server\/features$/, access: 'public', run: () => ok({ trash: true }) },
  {
    method: 'GET',
    path: /^\/server\/about$/,
    access: needs('server.about'),
    run: ({ behaviour: { version } }) =>
      ok({ version: `v${version.major}.${version.minor}.${version.patch}`, licensed: false }),
  },
  {
    method: 'GET',
    path: /^\/api-keys\/me$/,
    access: 'key',
    exists: ({ knowsOwnKey }) => knowsOwnKey,
    run: ({ permissions }) => ok({ id: '5f1c7a52-7f0e-4d0b-9d55-0c6a3b9be0a1', name: 'test', permissions }),
  },
  {
    method: 'GET',
    path: /^\/users\/me$/,
    access: needs('user.read'),
    run: ({ store: { quota } }) =>
      ok({
        id: 'c0a8f3de-2b9b-4b56-8e0f-90a3c3f7f1d2',
        email: 'owner@home.example',
        name: 'Owner',
        quotaSizeInBytes: quota.size,
        quotaUsageInBytes: quota.usage,
      }),
  },
  {
    method: 'GET',
    path: /^\/jobs$/,
    access: needs('job.read'),
    run: ({ failedJobs }) =>
      ok({
        thumbnailGeneration: {
          jobCounts: { active: 0, completed: 0, failed: failedJobs, delayed: 0, waiting: 0, paused: 0 },
          queueStatus: { isActive: false, isPaused: false },
        },
      }),
  },
  {
    method: 'GET',
    path: /^\/assets\/statistics$/,
    access: needs('asset.statistics'),
    run: ({ store }) => {
      const types = [...store.assets.values()].map(({ type }) => type);
      const videos = types.filter((type) => type === 'VIDEO').length;
      return ok({ images: types.length - videos, videos, total: types.length });
    },
  },
  {
    method: 'POST',
    path: /^\/assets\/bulk-upload-check$/,
    access: needs('asset.upload'),
    run: async (context, exchange) => ok(bulkUploadCheck(context, await readJson(exchange.body()))),
  },
  { method: 'POST', path: /^\/assets$/, access: needs('asset.upload'), run: upload },
  {
    method: 'GET',
    path: /^\/assets\/([^/]+)$/,
    access: needs('asset.read'),
    run: (context, _, id) => ok(assetJson(assetOf(context, id, 'asset.read'), context.behaviour)),
  },
  {
    method: 'PUT',
    path: /^\/assets\/([^/]+)$/,
    access: needs('asset.update'),
    run: async (context, exchange, id) => ok(updateAsset(context, id, await readJson(exchange.body()))),
  },
  {
    method: 'POST',
    path: /^\/search\/metadata$/,
    access: needs('asset.read'),
    run: async (context, exchange) => ok(searchMetadata(context, await readJson(exchange.body()))),
  },
  {
    method: 'GET',
    path: /^\/assets\/([^/]+)\/original$/,
    access: needs('asset.download'),
    run: async (context, exchange, id) => {
      const asset = assetOf(context, id, 'asset.download');
      await exchange.reach('after-body');
      await exchange.reach('after-work');
      sendOriginal(context, exchange, asset);
      return undefined;
    },
  },
  {
    method: 'GET',
    path: /^\/albums$/,
    access: needs('album.read'),
    run: (context, { req }) =>
      ok(listAlbums(context, new URL(req.url ?? '/', 'http://localhost').searchParams)),
  },
  {
    method: 'POST',
    path: /^\/albums$/,
    access: needs('album.create'),
    run: async (context, exchange) => ({
      status: 201,
      body: createAlbum(context, await readJson(exchange.body())),
    }),
  },
  {
    method: 'PUT',
    path: /^\/albums\/([^/]+)\/assets$/,
    access: needs('albumAsset.create'),
    run: async (context, exchange, id) => ok(addToAlbum(context, id, await readJson(exchange.body()))),
  },
  {
    method: 'DELETE',
    path: /^\/assets$/,
    access: needs('asset.delete'),
    run: async (context, exchange) => {
      const body = await readJson(exchange.body());
      if (typeof body === 'object' && body !== null && 'force' in body && body.force === true)
        throw new HttpError(501, 'This server deletes nothing for good');
      for (const id of idsOf(body)) assetOf(context, id, 'asset.delete').trashed = true;
      return { status: 204 };
    },
  },
  {
    method: 'POST',
    path: /^\/trash\/restore\/assets$/,
    access: needs('asset.delete'),
    run: async (context, exchange) => {
      const assets = idsOf(await readJson(exchange.body())).map((id) => assetOf(context, id, 'asset.delete'));
      const trashed = assets.filter((asset) => asset.trashed);
      for (const asset of trashed) asset.trashed = false;
      return ok({ count: trashed.length });
    },
  },
];

/** @param path without `/api` and query. @throws HttpError, Struck */
export async function route(context: Context, exchange: Exchange, path: string): Promise<Reply | undefined> {
  const method = exchange.req.method ?? '';
  const found = ROUTES.find(
    ({ method: own, path: pattern, exists, inMaintenance }) =>
      (own === method || (own === 'GET' && method === 'HEAD')) &&
      pattern.test(path) &&
      (exists?.(context.behaviour) ?? true) &&
      (inMaintenance === true || !context.maintenance),
  );
  if (found === undefined) throw new HttpError(404, `Cannot ${method} /api${path}`);
  authorise(context, exchange.req.headers['x-api-key'], found.access);
  return found.run(context, exchange, found.path.exec(path)?.[1] ?? '');
}

function authorise(
  { key, permissions, behaviour }: Context,
  given: string | string[] | undefined,
  access: Route['access'],
): void {
  if (access === 'public') return;
  if (given === undefined) throw new HttpError(401, 'Authentication required');
  if (given !== key) throw new HttpError(401, 'Invalid API key');
  if (access === 'key' || !behaviour.enforcesPermissions || permissions.includes('all')) return;
  if (!permissions.includes(access.permission))
    throw new HttpError(403, `Missing required permission: ${access.permission}`);
}
