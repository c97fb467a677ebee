import * as z from 'zod/mini';
import type { Connection } from './connection.ts';

const count = z.optional(z.int());
const legacyQueues = z.record(
  z.string(),
  z.object({
    jobCounts: z.object({ failed: count, waiting: count, active: count, paused: count }),
    queueStatus: z.optional(z.object({ isPaused: z.optional(z.boolean()) })),
  }),
);
const found = z.object({ assets: z.object({ items: z.array(z.unknown()) }) });

interface Queue {
  readonly name: string;
  readonly failed: number;
  readonly waiting: number;
  readonly active: number;
  readonly isPaused: boolean;
}

const DAY_MS = 86_400_000;

/** Of an administrator's key that may `job.read`. The same on every version from 1.106 to 3. */
export async function queues(connection: Connection): Promise<Queue[]> {
  const told = await connection.ask(legacyQueues, { path: '/jobs', permission: 'job.read' });
  return Object.entries(told).map(([name, { jobCounts, queueStatus }]) => ({
    name,
    failed: jobCounts.failed ?? 0,
    // While it is paused, what waits is counted as paused.
    waiting: (jobCounts.waiting ?? 0) + (jobCounts.paused ?? 0),
    active: jobCounts.active ?? 0,
    isPaused: queueStatus?.isPaused === true,
  }));
}

/** The first of these numbers of days within which a photo arrived; undefined for none. */
export async function newestWithinDays(
  connection: Connection,
  days: readonly number[],
): Promise<number | undefined> {
  for (const each of days) {
    const data = { createdAfter: new Date(Date.now() - each * DAY_MS).toISOString(), size: 1 };
    const { assets } = await connection.ask(found, {
      method: 'POST',
      path: '/search/metadata',
      permission: 'asset.read',
      data,
    });
    if (assets.items.length > 0) return each;
  }
  return undefined;
}
