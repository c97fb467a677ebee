import { createHash, randomUUID } from 'node:crypto';
import type { Context } from './context.ts';
import { type FieldError, HttpError, invalid } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Keep } from './faults.ts';
import { isSidecar, mediaTypeOf } from './media-types.ts';
import { MultipartError, type PartSink, readMultipart } from './multipart.ts';
import type { Asset, KeptFile, Visibility } from './store.ts';

interface Received extends KeptFile {
  readonly name: string;
}

/** `POST /assets`: 201 for a new asset, 200 for one whose bytes are known. */
export async function upload(
  context: Context,
  exchange: Exchange,
): Promise<{ status: number; body: object }> {
  const { store } = context;
  const early = exchange.req.headers['x-immich-checksum'];
  const known = early === undefined ? undefined : store.withChecksum(toHex([early].flat()[0] ?? ''));
  if (known !== undefined) return { status: 200, body: { id: known.id, status: 'duplicate' } };

  const fields: Record<string, string> = {};
  const files = new Map<string, Received>();
  const keep = () => exchange.effects.find((effect): effect is Keep => effect.kind === 'keep')?.how;
  try {
    await readMultipart(exchange.body(), exchange.req.headers['content-type'] ?? '', async (head) => {
      if (head.filename === undefined)
        return textSink((text) => {
          fields[head.name] = text;
        });
      if (head.name === 'assetData') await exchange.suffer(context.faultsOf(exchange, head.filename));
      checkFile(context, fields, head.name, head.filename);
      const name = head.filename;
      return fileSink(context.keepBytes, head.name === 'assetData' ? keep() : undefined, (file) => {
        files.set(head.name, { ...file, name });
      });
    });
  } catch (error) {
    if (error instanceof MultipartError) throw new HttpError(400, error.message);
    throw error;
  }
  await exchange.reach('after-body');
  checkFields(context, fields, files.has('assetData'));
  const main = files.get('assetData');
  if (main === undefined) throw new HttpError(400, 'Field(s) assetData are required');
  const { quota } = store;
  if (quota.size !== null && quota.usage + main.size > quota.size)
    throw new HttpError(400, 'Quota has been exceeded!');
  linkVideo(context, fields.livePhotoVideoId);

  const duplicate = store.withChecksum(main.sha1);
  if (duplicate !== undefined) return { status: 200, body: { id: duplicate.id, status: 'duplicate' } };
  const how = keep();
  const { livePhotoVideoId, ...unlinked } = fields;
  const asset = assetOf(context, how === 'unlinked' ? unlinked : fields, main, files.get('sidecarData'));
  if (how !== 'nothing') {
    store.add({ ...asset, trashed: how === 'trashed', file: onDisk(main, how) });
    quota.usage += main.size;
  }
  return { status: 201, body: { id: how === 'wrong-id' ? randomUUID() : asset.id, status: 'created' } };
}

/** As the server reads a checksum: 28 characters are base64, all else is hexadecimal as far as it goes. */
export const toHex = (checksum: string): string =>
  Buffer.from(checksum, checksum.length === 28 ? 'base64' : 'hex').toString('hex');

function checkFile(
  { behaviour }: Context,
  fields: Readonly<Record<string, string>>,
  part: string,
  filename: string,
): void {
  const own = part === 'assetData' || behaviour.filenameNamesAll ? fields.filename : undefined;
  const name = own || filename;
  if (part === 'assetData' && mediaTypeOf(name) !== undefined) return;
  if (part === 'sidecarData' && isSidecar(name)) return;
  throw new HttpError(400, `Unsupported file type ${name}`);
}

const isUuid = (text: string) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
const isDate = (text: string) => /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text));
const VISIBILITIES = ['timeline', 'archive', 'hidden', 'locked'] as const satisfies readonly Visibility[];

function checkFields(
  { behaviour }: Context,
  fields: Readonly<Record<string, string>>,
  hasFile: boolean,
): void {
  const problems: FieldError[] = [];
  for (const field of behaviour.requiredFields) {
    const value = fields[field];
    const date = field.startsWith('file');
    if (date ? value === undefined || !isDate(value) : !value)
      problems.push(
        date
          ? {
              field,
              sentence: `${field} must be a Date instance`,
              problem: 'Invalid input: expected date, received Date',
            }
          : {
              field,
              sentence: `${field} must be a string`,
              problem: 'Invalid input: expected string, received undefined',
            },
      );
  }
  const { duration, visibility, livePhotoVideoId } = fields;
  if (behaviour.duration === 'milliseconds' && duration !== undefined && !/^\d+$/.test(duration))
    problems.push({
      field: 'duration',
      sentence: '',
      problem: 'Invalid input: expected number, received NaN',
    });
  if (
    behaviour.knowsVisibility &&
    visibility !== undefined &&
    !VISIBILITIES.some((one) => one === visibility)
  )
    problems.push({
      field: 'visibility',
      sentence: `visibility must be one of the following values: ${VISIBILITIES.join(', ')}`,
      problem: `Invalid option: expected one of ${VISIBILITIES.map((one) => `"${one}"`).join('|')}`,
    });
  if (livePhotoVideoId !== undefined && !isUuid(livePhotoVideoId))
    problems.push({
      field: 'livePhotoVideoId',
      sentence: 'livePhotoVideoId must be a UUID',
      problem: 'Invalid UUID',
    });
  if (problems.length > 0 && hasFile) throw invalid(...problems);
}

/** @throws HttpError 400. Whatever shows the video by itself does so no more. */
export function linkVideo({ store }: Context, id: string | undefined): void {
  if (id === undefined) return;
  const video = store.assets.get(id);
  if (video === undefined) throw new HttpError(400, 'Live photo video not found');
  if (video.type !== 'VIDEO') throw new HttpError(400, 'Live photo video must be a video');
  if (video.visibility === 'timeline') video.visibility = 'hidden';
}

function assetOf(
  { behaviour }: Context,
  fields: Readonly<Record<string, string>>,
  main: Received,
  sidecar: Received | undefined,
): Asset {
  const { livePhotoVideoId, deviceAssetId, deviceId } = fields;
  const name = fields.filename || main.name;
  const visibility = VISIBILITIES.find((one) => behaviour.knowsVisibility && one === fields.visibility);
  return {
    id: randomUUID(),
    checksum: main.sha1,
    name,
    type: mediaTypeOf(name) ?? 'IMAGE',
    fields,
    file: main,
    trashed: false,
    offline: false,
    visibility: visibility ?? 'timeline',
    isFavorite: fields.isFavorite === 'true',
    ...(sidecar === undefined ? {} : { sidecar }),
    ...(livePhotoVideoId === undefined ? {} : { livePhotoVideoId }),
    ...(deviceAssetId === undefined ? {} : { deviceAssetId }),
    ...(deviceId === undefined ? {} : { deviceId }),
  };
}

const flip = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([(bytes[0] ?? 0) ^ 0xff]), bytes.subarray(1)]);
const sha1 = (bytes: Buffer | string) => createHash('sha1').update(bytes).digest('hex');

function onDisk(
  { size, sha1: checksum, bytes }: Received,
  how: Keep['how'] | undefined,
): KeptFile | undefined {
  if (how === 'no-file') return undefined;
  const other = (changed: Buffer | undefined, newSize: number): KeptFile => ({
    size: newSize,
    sha1: sha1(changed ?? `not ${checksum}`),
    ...(changed === undefined ? {} : { bytes: changed }),
  });
  if (how === 'other-bytes') return other(bytes && flip(bytes), size);
  if (how === 'other-size') return other(bytes && Buffer.concat([bytes, Buffer.from('?')]), size + 1);
  return { size, sha1: checksum, ...(bytes === undefined ? {} : { bytes }) };
}

function textSink(done: (text: string) => void): PartSink {
  const chunks: Buffer[] = [];
  return {
    write: (bytes) => void chunks.push(bytes),
    end: () => done(Buffer.concat(chunks).toString('utf8')),
  };
}

function fileSink(
  keepBytes: boolean,
  how: Keep['how'] | undefined,
  done: (file: KeptFile) => void,
): PartSink {
  const hash = createHash('sha1');
  const kept: Buffer[] = [];
  let size = 0;
  let last: Buffer | undefined;
  const take = (bytes: Buffer) => {
    hash.update(bytes);
    if (keepBytes) kept.push(bytes);
    size += bytes.length;
  };
  return {
    write(bytes) {
      if (how === 'truncated') {
        if (last !== undefined) take(last);
        last = bytes;
      } else take(how === 'flipped' && size === 0 ? flip(bytes) : bytes);
    },
    end() {
      if (last !== undefined) take(last.subarray(0, -1));
      done({ size, sha1: hash.digest('hex'), ...(keepBytes ? { bytes: Buffer.concat(kept) } : {}) });
    },
  };
}
