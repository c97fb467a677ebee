import * as z from 'zod/mini';

/** A file that was taken out of its folder, because the server was proven to have it. */
export const historyEntrySchema = z.object({
  at: z.iso.datetime(),
  /** `begun`: the run was ended in the middle of it, and the file may be there still. */
  what: z.enum(['deleted', 'moved', 'begun']),
  /** Absolute. */
  folder: z.string(),
  /** Below the folder. */
  path: z.string(),
  bytes: z.int(),
  /** SHA-1 in hex. */
  checksum: z.string(),
  /** Of the server; of a sidecar, its photo's. */
  assetId: z.optional(z.string()),
  server: z.string(),
  movedTo: z.optional(z.string()),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;
