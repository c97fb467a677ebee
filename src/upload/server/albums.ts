import * as z from 'zod/mini';
import { batches } from './batches.ts';
import type { Connection } from './connection.ts';
import { serverId } from './ids.ts';

const LARGEST_LIST = 1000;

const albumSchema = z.object({ id: serverId, albumName: z.string() });
const additions = z.array(
  z.object({ id: z.string(), success: z.boolean(), error: z.optional(z.nullable(z.string())) }),
);

export interface Album {
  readonly id: string;
  readonly name: string;
}

/** The user's own. */
export async function albums(connection: Connection): Promise<readonly Album[]> {
  return connection.ask(z.array(albumSchema), listRequest).then((found) => found.map(albumOf));
}

/** Never makes a second one by repeating: the answer that told of the first may have been lost. */
export async function createAlbum(connection: Connection, name: string): Promise<Album> {
  return connection.repeat(async (before) => {
    const made = before === 0 ? undefined : await named(connection, name);
    if (made !== undefined) return made;
    const request = {
      method: 'POST',
      path: '/albums',
      data: { albumName: name },
      permission: 'album.create',
      once: true,
    } as const;
    return albumOf(await connection.json(albumSchema, request));
  });
}

async function named(connection: Connection, name: string): Promise<Album | undefined> {
  const found = await connection.json(z.array(albumSchema), listRequest);
  return found.map(albumOf).find((album) => album.name === name);
}

/** Those that are not in the album now, with the reason: an asset that was in it before is no failure. */
export async function addToAlbum(
  connection: Connection,
  id: string,
  assetIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const failures = new Map<string, string>();
  for (const ids of batches(assetIds, LARGEST_LIST)) {
    const results = await connection.ask(additions, {
      method: 'PUT',
      path: `/albums/${id}/assets`,
      data: { ids },
      permission: 'albumAsset.create',
    });
    const told = new Map(results.map((result) => [result.id, result]));
    for (const each of ids) {
      const result = told.get(each);
      if (result === undefined) failures.set(each, 'the server did not answer for it');
      else if (!result.success && result.error !== 'duplicate')
        failures.set(each, result.error ?? 'the server gave no reason');
    }
  }
  return failures;
}

// Since 3, those that others share are listed too, unless this says otherwise; before, it means nothing.
const listRequest = { path: '/albums?isOwned=true', permission: 'album.read' } as const;

const albumOf = ({ id, albumName }: z.infer<typeof albumSchema>): Album => ({ id, name: albumName });
