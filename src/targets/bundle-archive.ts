import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { packTar, unpackTar } from 'modern-tar';
import { ioCode } from '../text/io-error.ts';
import { UsageError } from '../text/usage-error.ts';
import { visible } from '../text/visible.ts';
import { BUNDLE_LIMIT, MANIFEST } from './bundle-format.ts';

/** The folder that unpacking the archive by hand makes; it is a bundle too. */
const FOLDER = 'hsdoctor-bundle';

/**
 * The files of a bundle in an archive, by their path in the bundle. It is read in memory and nothing of it is written.
 * @throws {UsageError} when it is no archive, a damaged or oversized one, or holds what no bundle does
 */
export async function readArchive(path: string): Promise<Map<string, Buffer>> {
  const tooLarge = new UsageError(
    `${path} is refused: it holds more than ${BUNDLE_LIMIT / 1024 / 1024} MiB, which no bundle does`,
  );
  const about = await stat(path);
  if (!about.isFile()) throw new UsageError(`${path} is no plain file: save it as one first`);
  if (about.size > BUNDLE_LIMIT) throw tooLarge;
  if (about.size === 0) throw new UsageError(`${path} is empty, not a bundle; collect it again`);
  const packed = await readFile(path);
  if (packed[0] !== 0x1f || packed[1] !== 0x8b)
    throw new UsageError(
      `${path} is not a bundle of hsdoctor: a bundle is a folder, or a .tar.gz, and this is no gzip file`,
    );
  const archive = await promisify(gunzip)(packed, { maxOutputLength: BUNDLE_LIMIT }).catch((error) => {
    if (ioCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge;
    throw new UsageError(`the bundle ${path} is cut short or damaged (${error.message}); collect it again`);
  });
  const entries = await unpackTar(archive, { strict: true }).catch(() => {
    throw new UsageError(`the bundle ${path} is not a tar archive, or is cut short; collect it again`);
  });
  const files = new Map<string, Buffer>();
  for (const { header, data } of entries) {
    const name = header.name.replace(/^(?:\.\/)+/, '');
    const refused = (why: string) => new UsageError(`${path} is refused: ${visible(name)} ${why}`);
    if (name.startsWith('/') || name.split('/').includes('..'))
      throw refused('leads out of the bundle, which no bundle does');
    if (header.type === 'directory') continue;
    if (data === undefined || header.type !== 'file')
      throw refused(`is a ${header.type}, and a bundle holds plain files only`);
    if (files.has(name)) throw refused('is in it twice');
    files.set(name, Buffer.from(data.buffer, data.byteOffset, data.length));
  }
  return withoutFolder(path, files);
}

/** Archives made by hand may have the bundle's files at their root, or any folder around them. */
function withoutFolder(path: string, files: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
  const manifests = [...files.keys()].filter((name) => /^(?:[^/]+\/)?[^/]+$/.test(name) && isManifest(name));
  if (manifests.length > 1)
    throw new UsageError(`${path} is refused: it holds more than one bundle; a host is one archive`);
  const prefix = manifests[0]?.slice(0, -MANIFEST.length) ?? '';
  return new Map(
    [...files].flatMap(([name, content]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), content] as const] : [],
    ),
  );
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
