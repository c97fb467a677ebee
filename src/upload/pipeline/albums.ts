import { addToAlbum, albums, createAlbum } from '../server/albums.ts';
import type { Connection } from '../server/connection.ts';
import { batched } from './batched.ts';

/** Adds an asset to the album of that name, which is made where there is none; resolves to what went wrong. */
export type IntoAlbum = (name: string, assetId: string) => Promise<string | undefined>;

const ADDITIONS = { most: 500, delayMs: 50 };

export function albumKeeper(connection: Connection): IntoAlbum {
  let listed: Promise<Map<string, string>> | undefined;
  const adders = new Map<string, (assetId: string) => Promise<string | undefined>>();
  const adderTo = (name: string) => {
    let id: Promise<string> | undefined;
    return batched<string, string | undefined>(async (assetIds) => {
      listed ??= idsByName(connection);
      id ??= listed.then(async (known) => known.get(name) ?? (await createAlbum(connection, name)).id);
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

/** Of several with one name, the first counts. */
async function idsByName(connection: Connection): Promise<Map<string, string>> {
  const found = await albums(connection);
  return new Map(found.map(({ name, id }): [string, string] => [name, id]).reverse());
}
