import * as z from 'zod/mini';
import type { Connection } from './connection.ts';

const anything = z.unknown();

/** Puts one asset into the server's trash, from which its owner can take it back. */
export async function moveToTrash(connection: Connection, id: string): Promise<void> {
  await connection.ask(anything, {
    method: 'DELETE',
    path: '/assets',
    data: { ids: [id], force: false },
    permission: 'asset.delete',
  });
}
