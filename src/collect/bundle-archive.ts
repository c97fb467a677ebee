import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import { packTar, type TarHeader, unpackTar } from 'modern-tar';
import { ioCode } from '../text/io-error.ts';
import { UsageError } from '../text/usage-error.ts';
import { visible } from '../text/visible.ts';
import { BUNDLE_LIMIT, type BundleFiles, MANIFEST, sizeLimit, tooLarge } from './bundle-format.ts';

/** The folder that unpacking the archive by hand makes; it is a bundle too. */
const FOLDER = 'hsdoctor-bundle';

/** What an archive holds: the sizes of all its files, and the content of those that a bundle may have. */
class ArchiveFiles {
  readonly sizes = new Map<string, number>();
  readonly contents = new Map<string, Buffer>();
}

/**
 * The files of a bundle in an archive, by their path in the bundle. It is read as it comes, and nothing of it is written.
 * @throws {UsageError} when it is no archive, a damaged or oversized one, or holds what no bundle does
 */
export async function readArchive(path: string): Promise<BundleFiles> {
  const about = await stat(path);
  if (!about.isFile()) throw new UsageError(`${path} is not a regular file: save it as one first`);
  if (about.size > BUNDLE_LIMIT) throw tooLarge(path);
  if (about.size === 0) throw new UsageError(`${path} is empty, not a bundle: collect it again`);
  await requireGzip(path);
  const { sizes, contents } = await unpacked(path);
  const prefix = prefixOf(path, [...sizes.keys()]);
  return {
    size: async (file) => sizes.get(prefix + file),
    read: async (file) => contents.get(prefix + file) ?? Buffer.alloc(0),
  };
}

async function unpacked(path: string): Promise<ArchiveFiles> {
  const files = new ArchiveFiles();
  try {
    const entries = await unpackTar(ReadableStream.from(unzipped(path)), {
      strict: true,
      filter: (header) => isWanted(path, header, files),
    });
    for (const { header, data } of entries)
      if (data !== undefined)
        files.contents.set(nameOf(header), Buffer.from(data.buffer, data.byteOffset, data.length));
    return files;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (ioCode(error)?.startsWith('Z_'))
      throw new UsageError(
        `the bundle ${path} is truncated or damaged (${(error as Error).message}): collect it again`,
      );
    throw new UsageError(`the bundle ${path} is not a tar archive, or is truncated: collect it again`);
  }
}

/** Notes that a file is there, and says whether its content may be asked for: of no other is a byte kept. */
function isWanted(path: string, header: TarHeader, { sizes }: ArchiveFiles): boolean {
  const name = nameOf(header);
  const refused = (why: string) => new UsageError(`${path} is refused: ${visible(name)} ${why}`);
  if (name.startsWith('/') || name.split('/').includes('..'))
    throw refused('leads out of the bundle, which is not allowed');
  if (header.type === 'directory') return false;
  if (header.type !== 'file') throw refused(`is a ${header.type}, and a bundle only holds regular files`);
  if (sizes.has(name)) throw refused('occurs twice');
  sizes.set(name, header.size);
  return [name, name.replace(/^[^/]+\//, '')].some((file) => header.size <= (sizeLimit(file) ?? -1));
}

const nameOf = ({ name }: TarHeader) => name.replace(/^(?:\.\/)+/, '');

async function* unzipped(path: string): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of pipeline(createReadStream(path), createGunzip(), () => {})) {
    bytes += chunk.length;
    if (bytes > BUNDLE_LIMIT) throw tooLarge(path);
    yield chunk;
  }
}

async function requireGzip(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2);
    if (buffer[0] !== 0x1f || buffer[1] !== 0x8b)
      throw new UsageError(
        `${path} is not a bundle of hsdoctor: a bundle is a folder or a .tar.gz, and this file is not gzip`,
      );
  } finally {
    await file.close();
  }
}

/** Archives made by hand may have the bundle's files at their root, or any folder around them. */
function prefixOf(path: string, names: readonly string[]): string {
  const manifests = names.filter((name) => /^(?:[^/]+\/)?[^/]+$/.test(name) && isManifest(name));
  if (manifests.length > 1)
    throw new UsageError(
      `${path} is refused: it holds more than one bundle; put each host into its own archive`,
    );
  return manifests[0]?.slice(0, -MANIFEST.length) ?? '';
}

function isManifest(name: string): boolean {
  return name.split('/').at(-1) === MANIFEST;
}

/** Writes the archive beside its place and moves it there when it is whole. */
export async function writeArchive(path: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  const entries = [...files].map(([name, body]) => ({
    header: { name: `${FOLDER}/${name}`, size: body.length, type: 'file' as const, mode: 0o600 },
    body,
  }));
  const packed = await promisify(gzip)(await packTar(entries));
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeFile(part, packed, { flag: 'wx', mode: 0o600, flush: true });
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
