import type { Context } from './context.ts';
import { HttpError } from './errors.ts';
import { idsOf, stringOf } from './json.ts';
import type { Album } from './store.ts';

const albumJson = ({ id, name, assetIds }: Album): object => ({
  id,
  albumName: name,
  assetCount: assetIds.size,
});

export const listAlbums = ({ store, behaviour }: Context, query: URLSearchParams): object => {
  const foreignToo = behaviour.listsForeignAlbums && query.get('isOwned') !== 'true';
  return [...store.albums.values()].filter(({ foreign }) => foreignToo || !foreign).map(albumJson);
};

export const createAlbum = (context: Context, body: unknown): object => {
  const album = context.store.addAlbum(stringOf(body, 'albumName'));
  const given = typeof body === 'object' && body !== null && 'assetIds' in body ? body.assetIds : undefined;
  if (given !== undefined) addTo(context, album, idsOf({ ids: given }));
  return albumJson(album);
};

export function addToAlbum(context: Context, id: string, body: unknown): object {
  const album = context.store.albums.get(id);
  if (album === undefined) throw new HttpError(400, 'Not found or no albumAsset.create access');
  return addTo(context, album, idsOf(body));
}

const addTo = ({ store }: Context, album: Album, ids: readonly string[]): object =>
  ids.map((id) => {
    if (album.assetIds.has(id)) return { id, success: false, error: 'duplicate' };
    // Immich lets nobody add what is in the trash or not there.
    if (store.assets.get(id)?.trashed !== false) return { id, success: false, error: 'no_permission' };
    album.assetIds.add(id);
    return { id, success: true };
  });
