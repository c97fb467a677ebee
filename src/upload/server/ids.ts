import * as z from 'zod/mini';

/** An id of the server's. It becomes a part of URLs: nothing in it may lead elsewhere. */
export const serverId = z.string().check(z.regex(/^[\w-]+$/));
