import * as z from 'zod/mini';
import type { Connection } from './connection.ts';
import { ServerProblem } from './problem.ts';

const extensions = z.array(z.string());
const pong = z.object({ res: z.literal('pong') });
const versionNumbers = z.object({ major: z.int(), minor: z.int(), patch: z.int() });
const mediaTypesSchema = z.object({ image: extensions, video: extensions, sidecar: extensions });
const configSchema = z.object({
  trashDays: z.optional(z.number()),
  maintenanceMode: z.optional(z.boolean()),
  isInitialized: z.optional(z.boolean()),
});
const keySchema = z.object({ name: z.string(), permissions: z.array(z.string()) });
const userSchema = z.object({
  quotaSizeInBytes: z.nullish(z.number()),
  quotaUsageInBytes: z.nullish(z.number()),
});

/** Extensions, with their dots. */
export type ServerMediaTypes = Readonly<Record<'image' | 'video' | 'sidecar', readonly string[]>>;

export interface ApiKeyInfo {
  readonly name: string;
  /** `all` stands for every one. */
  readonly permissions: readonly string[];
}

export interface Quota {
  readonly bytes: number;
  readonly used: number;
}

/** Milliseconds that the server took to answer. */
export async function ping(connection: Connection): Promise<number> {
  return connection.repeat(async () => {
    const begun = performance.now();
    await connection.json(pong, { path: '/server/ping' }).catch((error) => {
      throw nothingThere(error, connection.url);
    });
    return performance.now() - begun;
  });
}

function nothingThere(error: unknown, url: string): unknown {
  if (!(error instanceof ServerProblem) || error.status !== 404) return error;
  return new ServerProblem('not-immich', `there is no Immich at ${url} (404): check the URL`, {
    status: 404,
  });
}

/** `2.5.6` */
export async function version(connection: Connection): Promise<string> {
  const { major, minor, patch } = await connection.ask(versionNumbers, { path: '/server/version' });
  return `${major}.${minor}.${patch}`;
}

export const mediaTypes = (connection: Connection): Promise<ServerMediaTypes> =>
  connection.ask(mediaTypesSchema, { path: '/server/media-types' });

/** Also answered in maintenance, when next to nothing else is. */
export const config = (connection: Connection): Promise<z.infer<typeof configSchema>> =>
  connection.ask(configSchema, { path: '/server/config' });

/** What the key may do; undefined: the server, before 1.139, cannot tell. */
export async function apiKey(connection: Connection): Promise<ApiKeyInfo | undefined> {
  try {
    return await connection.ask(keySchema, { path: '/api-keys/me' });
  } catch (error) {
    if (error instanceof ServerProblem && error.status === 404) return undefined;
    throw error;
  }
}

/** What the key's user may store; undefined: without a limit. */
export async function quota(connection: Connection): Promise<Quota | undefined> {
  const user = await connection.ask(userSchema, { path: '/users/me', permission: 'user.read' });
  const bytes = user.quotaSizeInBytes ?? undefined;
  return bytes === undefined ? undefined : { bytes, used: user.quotaUsageInBytes ?? 0 };
}
