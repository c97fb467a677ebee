import { type Album, addToAlbum, albums, createAlbum } from '../server/albums.ts';
import type { Connection } from '../server/connection.ts';
import { batched } from './batched.ts';

/** Adds an asset to the album of that name, which is made where there is none; resolves to what went wrong. */
export type IntoAlbum = (name: string, assetId: string) => Promise<string | undefined>;

type AlbumsByName = Map<string, [Album, ...Album[]]>;

const ADDITIONS = { most: 500, delayMs: 50 };

export function albumKeeper(connection: Connection, note: (sentence: string) => void): IntoAlbum {
  let listed: Promise<AlbumsByName> | undefined;
  const adders = new Map<string, (assetId: string) => Promise<string | undefined>>();
  const adderTo = (name: string) => {
    let id: Promise<string> | undefined;
    return batched<string, string | undefined>(async (assetIds) => {
      listed ??= albums(connection).then((found) => Map.groupBy(found, ({ name }) => name) as AlbumsByName);
      id ??= listed.then(async (known) => {
        const [first, ...others] = known.get(name) ?? [await createAlbum(connection, name)];
        if (others.length > 0)
          note(
            `there are ${others.length + 1} albums named "${name}": files go into the first one that Immich lists`,
          );
        return first.id;
      });
      const found = await id.catch((error) => {
        // The next photos may have more luck; and an album may have been made that no answer told of.
        listed = undefined;
        id = undefined;
        throw error;
      });
      const failures = await addToAlbum(connection, found, assetIds);
      return assetIds.map((assetId) => failures.get(assetId));
    }, ADDITIONS);
  };
  return (name, assetId) => {
    const add = adders.get(name) ?? adderTo(name);
    adders.set(name, add);
    return add(assetId);
  };
}
