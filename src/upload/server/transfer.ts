import type { BigIntStats } from 'node:fs';
import * as z from 'zod/mini';
import type { FoundFile } from '../files/found-file.ts';
import type { Connection } from './connection.ts';
import type { Body, Write } from './exchange.ts';
import { serverId } from './ids.ts';
import { type Form, multipart, quoted } from './multipart.ts';
import { type OpenOriginal, openOriginal } from './original.ts';
import { ServerProblem } from './problem.ts';
import type { RateLimit } from './rate-limit.ts';
import type { OnRetry } from './retry.ts';

export interface Upload {
  readonly main: FoundFile;
  /** What the server shall call it; its extension tells its type. */
  readonly fileName: string;
  /** `.xmp` */
  readonly sidecar?: FoundFile;
  /** The asset of its moving part, sent before: the server hides it from then on. */
  readonly livePhotoVideoId?: string;
  readonly deviceAssetId: string;
}

interface UploadHooks {
  /** Bytes of the files that went out. Negative: an attempt failed, and they are sent again. */
  readonly onBytes?: (bytes: number) => void;
  readonly onRetry?: OnRetry;
  /** Shared by all files that are sent. */
  readonly limit?: RateLimit | undefined;
  readonly signal?: AbortSignal | undefined;
}

const uploaded = z.object({
  id: serverId,
  status: z.enum(['created', 'duplicate']),
});

export interface Uploaded {
  readonly assetId: string;
  readonly status: 'created' | 'duplicate';
}

const REQUEST = { method: 'POST', path: '/assets', permission: 'asset.upload' } as const;
const ASK_FIRST_ABOVE = 1024 * 1024;
const EXPECTATION_FAILED = 417;

/**
 * Sends a file as it is on the disk, whatever its size, with a little memory. Repeats what may be repeated: the server
 * knows what it has. Throws a ServerProblem, also for a file that changed, vanished or cannot be read: the server then
 * did not get the whole of it. What it answers proves nothing: see the bulk check.
 */
export async function upload(
  connection: Connection,
  photo: Upload,
  { onBytes = () => {}, onRetry, limit, signal }: UploadHooks = {},
): Promise<Uploaded> {
  let expectable = true;
  const attempt = async (before: number): Promise<Uploaded> => {
    // A broken connection may have swallowed an answer that came before the end of the body, such as 413.
    const askFirst = expectable && (before > 0 || photo.main.identity.bytes > ASK_FIRST_ABOVE);
    const answer = await sendOnce(connection, photo, { askFirst, onBytes, limit, signal });
    if (askFirst && answer.status === EXPECTATION_FAILED) {
      expectable = false;
      return attempt(before);
    }
    const { id, status } = connection.understand(uploaded, answer, REQUEST);
    return { assetId: id, status };
  };
  return connection.repeat(attempt, { signal, onRetry });
}

interface Attempt {
  readonly askFirst: boolean;
  readonly onBytes: (bytes: number) => void;
  readonly limit: RateLimit | undefined;
  readonly signal: AbortSignal | undefined;
}

async function sendOnce(
  connection: Connection,
  photo: Upload,
  { askFirst, onBytes, limit, signal }: Attempt,
) {
  const originals: OpenOriginal[] = [];
  const count = counter(onBytes);
  try {
    const main = await openOriginal(photo.main);
    originals.push(main);
    const sidecar = photo.sidecar === undefined ? undefined : await openSidecar(photo.sidecar);
    if (sidecar !== undefined) originals.push(sidecar);
    const form = formOf(photo, main, sidecar);
    const body: Body = {
      type: form.contentType,
      length: form.contentLength,
      answerMs: connection.options.responseTimeoutMs,
      askFirst,
      async write(write) {
        count.restart();
        const out = limit === undefined ? write : limited(write, limit, signal ?? connection.signal);
        await writeForm(form, out, count.add);
      },
    };
    const reply = await connection.request({ ...REQUEST, body, signal });
    const answer = await connection.read(reply);
    if (!reply.afterBody && answer.status < 300)
      throw new ServerProblem(
        'refused',
        `${connection.url} answered before it had received the whole file: check the limits of a proxy in front of it`,
      );
    if (answer.status >= 300) count.restart();
    return answer;
  } catch (error) {
    count.restart();
    throw error;
  } finally {
    await Promise.all(originals.map((original) => original.close()));
  }
}

/** A photo whose sidecar went did not itself go. */
async function openSidecar(file: FoundFile): Promise<OpenOriginal> {
  try {
    return await openOriginal(file, 'its sidecar');
  } catch (error) {
    if (error instanceof ServerProblem && error.kind === 'vanished')
      throw new ServerProblem('changed', error.message);
    throw error;
  }
}

/** Tells bytes, and takes back what it told of an attempt that came to nothing. */
function counter(onBytes: (bytes: number) => void) {
  let told = 0;
  return {
    add(bytes: number) {
      told += bytes;
      onBytes(bytes);
    },
    restart() {
      if (told > 0) onBytes(-told);
      told = 0;
    },
  };
}

function formOf(photo: Upload, main: OpenOriginal, sidecar: OpenOriginal | undefined): Form<OpenOriginal> {
  const fileName = photo.fileName.normalize('NFC');
  const texts: Readonly<Record<string, string>> = {
    // Servers before 3 ask for both; none asks for a duration, whose type differs between them.
    deviceAssetId: photo.deviceAssetId,
    deviceId: 'hsdoctor',
    ...timesOf(main.stats),
    ...(photo.livePhotoVideoId === undefined ? {} : { livePhotoVideoId: photo.livePhotoVideoId }),
  };
  const file = (field: string, name: string, original: OpenOriginal) => ({
    field,
    fileName: name,
    bytes: original.file.identity.bytes,
    content: original,
  });
  return multipart([
    ...Object.entries(texts).map(([field, text]) => ({ field, text })),
    file('assetData', fileName, main),
    // Its own name may be longer, or in other letters; the server only wants the extension.
    ...(sidecar === undefined ? [] : [file('sidecarData', `${fileName}.xmp`, sidecar)]),
    // The server does not decode what was encoded; and it takes this for the sidecar's name too when it comes before it.
    ...(quoted(fileName) === fileName ? [] : [{ field: 'filename', text: fileName }]),
  ]);
}

const YEAR_1971_MS = 31_536_000_000n;
const YEAR_9999_MS = 253_370_764_800_000n;

function timesOf({ birthtimeMs, mtimeMs }: BigIntStats) {
  // File systems that do not know when a file was made say that it was in 1970.
  const created = birthtimeMs > YEAR_1971_MS && birthtimeMs < mtimeMs ? birthtimeMs : mtimeMs;
  return { fileCreatedAt: isoTime(created), fileModifiedAt: isoTime(mtimeMs) };
}

const isoTime = (ms: bigint): string =>
  new Date(Number(ms < 0n ? 0n : ms > YEAR_9999_MS ? YEAR_9999_MS : ms)).toISOString();

/** No faster than the limit; what is little enough goes with what is not. */
function limited(write: Write, limit: RateLimit, signal: AbortSignal | undefined): Write {
  return async (bytes) => {
    for (let at = 0; at < bytes.byteLength; at += limit.part) {
      const part = bytes.subarray(at, at + limit.part);
      await limit.pass(part.byteLength, signal);
      if (!(await write(part))) return false;
    }
    return true;
  };
}

/** The last piece, without which the form is not one, is sent only when the files are still what they were. */
async function writeForm(
  form: Form<OpenOriginal>,
  write: Write,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const originals: OpenOriginal[] = [];
  for (const [index, piece] of form.pieces.entries()) {
    if (piece instanceof Uint8Array) {
      if (index === form.pieces.length - 1)
        await Promise.all(originals.map((original) => original.assertUnchanged()));
      if (!(await write(piece))) return;
      continue;
    }
    originals.push(piece.content);
    const wanted = await piece.content.read(async (chunk) => {
      const more = await write(chunk);
      onBytes(chunk.byteLength);
      return more;
    });
    if (!wanted) return;
  }
}
