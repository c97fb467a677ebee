import type { ImmichApi } from '../server/api.ts';
import { batched } from './batched.ts';

/** Adds assets to the album of that name, which is made where there is none; resolves to what went wrong. */
export type AddToAlbum = (name: string, assetId: string) => Promise<string | undefined>;

export function albumKeeper(api: ImmichApi): AddToAlbum {
  let listed: Promise<Map<string, string>> | undefined;
  const albums = new Map<string, (assetId: string) => Promise<string | undefined>>();
  const open = (name: string) => {
    let id: Promise<string> | undefined;
    return batched<string, string | undefined>(
      async (assetIds) => {
        listed ??= list(api);
        id ??= listed.then((known) => known.get(name) ?? api.createAlbum(name));
        const failures = await api.addToAlbum(await id, assetIds);
        return assetIds.map((assetId) => failures.get(assetId));
      },
      { most: 500, delayMs: 50 },
    );
  };
  return (name, assetId) => {
    const add = albums.get(name) ?? open(name);
    albums.set(name, add);
    return add(assetId);
  };
}

/** Of several with one name, the first counts. */
async function list(api: ImmichApi): Promise<Map<string, string>> {
  const albums = await api.albums();
  return new Map(albums.map(({ name, id }): [string, string] => [name, id]).reverse());
}
