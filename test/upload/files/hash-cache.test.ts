import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FoundFile } from '../../../src/upload/files/found-file.ts';
import { openHashCache } from '../../../src/upload/files/hash-cache.ts';
import { found, freshFolder, put, putFound } from './folder.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const later = () => Date.now() + 60_000;

function cachePath(cacheFolder: string): string {
  return join(cacheFolder, readdirSync(cacheFolder)[0] ?? '');
}

function filled(count = 3): { cacheFolder: string; folder: string; files: FoundFile[] } {
  const folder = freshFolder();
  const cacheFolder = join(freshFolder(), 'caches', 'hashes');
  const files = Array.from({ length: count }, (_, index) => putFound(folder, `${index}.jpg`));
  const cache = openHashCache(cacheFolder, folder, files);
  for (const file of files) cache.set(file, { checksum: A, readAt: later() });
  cache.close();
  return { cacheFolder, folder, files };
}

const reopened = ({ cacheFolder, folder, files }: ReturnType<typeof filled>) =>
  openHashCache(cacheFolder, folder, files);

test('what is set is there in the next run, under whatever name the folder has', () => {
  const { cacheFolder, folder, files } = filled();
  symlinkSync(folder, join(cacheFolder, '..', 'link'));
  const cache = openHashCache(cacheFolder, join(cacheFolder, '..', 'link'), files);
  expect(cache.note).toBeUndefined();
  expect(files.map((file) => cache.get(file))).toEqual(files.map(() => A));
  cache.close();
  expect(openHashCache(cacheFolder, freshFolder(), files).get(found(folder, '0.jpg'))).toBeUndefined();
});

test('only its user can read it', () => {
  const { cacheFolder } = filled();
  expect(statSync(cacheFolder).mode & 0o777).toBe(0o700);
  expect(statSync(cachePath(cacheFolder)).mode & 0o777).toBe(0o600);
});

test('what of a sidecar was sent, and with whom, is kept whatever becomes of its file', () => {
  const run = filled();
  const [file] = run.files;
  if (file === undefined) return expect.unreachable();
  const young = putFound(run.folder, 'new.xmp');
  const cache = reopened(run);
  cache.setSentSidecar(file, { checksum: A, assetId: 'asset' });
  cache.setSentSidecar(young, { checksum: B, assetId: 'other' });
  cache.close();
  put(run.folder, 'new.xmp', 'edited');
  const again = reopened(run);
  expect(again.sentSidecar(file)).toEqual({ checksum: A, assetId: 'asset' });
  expect(again.sentSidecar(found(run.folder, 'new.xmp'))).toEqual({ checksum: B, assetId: 'other' });
  // It is no hash of the file as it is.
  expect(again.get(file)).toBeUndefined();
});

test('a file that is not just as it was is not known', () => {
  const run = filled(1);
  const [file] = run.files;
  if (file === undefined) return expect.unreachable();
  const cache = reopened(run);
  const { identity } = file;
  for (const other of [
    { bytes: identity.bytes + 1 },
    { inode: identity.inode + 1n },
    { modified: identity.modified + 1n },
    { changed: identity.changed + 1n },
  ]) {
    expect(cache.get({ ...file, identity: { ...identity, ...other } })).toBeUndefined();
  }
  expect(cache.get({ ...file, name: 'other' })).toBeUndefined();
  expect(cache.get({ ...file, identity: { ...identity, device: 99n } })).toBe(A);
});

test('the hash of a file that changed just before is not remembered', () => {
  const folder = freshFolder();
  const file = putFound(folder, 'a.jpg');
  const cache = openHashCache(freshFolder(), folder, [file]);
  const changed = Number(file.identity.changed / 1_000_000n);
  cache.set(file, { checksum: A, readAt: changed + 1900 });
  expect(cache.get(file)).toBeUndefined();
  cache.set(file, { checksum: A, readAt: changed + 2100 });
  expect(cache.get(file)).toBe(A);
  utimesSync(file.path, 4_000_000_000, 4_000_000_000);
  cache.set(found(folder, 'a.jpg'), { checksum: A, readAt: later() });
  expect(cache.get(found(folder, 'a.jpg'))).toBeUndefined();
});

test('whatever happens to its bytes, it tells no hash that was not set, and goes on', () => {
  const damage = fc.record({ at: fc.nat(), length: fc.nat(50), garbage: fc.uint8Array({ maxLength: 50 }) });
  const run = filled(5);
  const path = cachePath(run.cacheFolder);
  const whole = readFileSync(path);
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (all) => {
      let content = whole;
      for (const { at, length, garbage } of all) {
        const start = at % (content.length + 1);
        content = Buffer.concat([content.subarray(0, start), garbage, content.subarray(start + length)]);
      }
      writeFileSync(path, content);
      const cache = reopened(run);
      for (const file of run.files) expect([undefined, A]).toContain(cache.get(file));
      for (const file of run.files) cache.set(file, { checksum: B, readAt: later() });
      cache.close();
      const next = reopened(run);
      for (const file of run.files) expect(next.get(file)).toBe(B);
      next.close();
    }),
    { numRuns: 300 },
  );
});

test('a line that is whole and says nonsense, or is of another version, is dropped', () => {
  const run = filled(1);
  const path = cachePath(run.cacheFolder);
  const good = JSON.parse(readFileSync(path, 'utf8').slice(9));
  for (const bad of [
    [2, ...good.slice(1)],
    { 0: 1 },
    null,
    [1, 'x'],
    [...good.slice(0, 3), 'nothex'],
    [...good, 5],
    'x',
  ]) {
    const content = JSON.stringify(bad);
    writeFileSync(path, `${crc32(content).toString(16).padStart(8, '0')} ${content}\n`);
    const cache = reopened(run);
    expect(run.files.map((file) => cache.get(file))).toEqual([undefined]);
    cache.close();
  }
});

test('stale lines go when they are most of it, and not while there is no file at all', {
  tags: 'upload',
}, () => {
  const run = filled(1500);
  const size = () => statSync(cachePath(run.cacheFolder)).size;
  const full = size();
  openHashCache(run.cacheFolder, run.folder, []).close();
  expect(size()).toBe(full);
  const few = run.files.slice(0, 10);
  const cache = openHashCache(run.cacheFolder, run.folder, few);
  expect(size()).toBeLessThan(full / 100);
  for (const file of few) expect(cache.get(file)).toBe(A);
  cache.set(putFound(run.folder, 'new.jpg'), { checksum: B, readAt: later() });
  cache.close();
  expect(readdirSync(run.cacheFolder)).toHaveLength(1);
  expect(reopened(run).get(found(run.folder, 'new.jpg'))).toBe(B);
  expect(statSync(cachePath(run.cacheFolder)).mode & 0o777).toBe(0o600);
});

test('a cache that others may write into is not trusted', () => {
  const run = filled();
  chmodSync(cachePath(run.cacheFolder), 0o660);
  const cache = reopened(run);
  expect(cache.note).toMatch('other users may write to its cache');
  expect(run.files.map((file) => cache.get(file))).toEqual(run.files.map(() => undefined));
});

test('where nothing can be kept, a note says so, and the run goes on', () => {
  const folder = freshFolder();
  const file = putFound(folder, 'a.jpg');
  for (const cacheFolder of [join(put(freshFolder(), 'file'), 'x'), '/proc/hsdoctor/hashes', '/dev/null']) {
    const cache = openHashCache(cacheFolder, folder, [file]);
    expect(cache.note).toMatch(/^File hashes are not cached: .+\.$/);
    cache.set(file, { checksum: A, readAt: later() });
    expect(cache.get(file)).toBe(A);
    cache.close();
  }
});

test('what is no file in the place of a cache is left alone', () => {
  const run = filled(1);
  const path = cachePath(run.cacheFolder);
  renameSync(path, `${path}.old`);
  symlinkSync(`${path}.old`, path);
  expect(reopened(run).note).toMatch('File hashes are not cached');
  rmSync(path);
  mkdirSync(path);
  expect(reopened(run).note).toMatch('File hashes are not cached');
});

test('a kill loses little, and nothing that was told a while ago', async () => {
  const folder = freshFolder();
  const cacheFolder = freshFolder();
  const module = join(import.meta.dirname, '../../../src/upload/files/hash-cache.ts');
  const script = `
    import { openHashCache } from ${JSON.stringify(module)};
    const cache = openHashCache(${JSON.stringify(cacheFolder)}, ${JSON.stringify(folder)}, []);
    const identity = { device: 1n, inode: 1n, bytes: 1, modified: 0n, changed: 0n };
    for (let n = 0; n < 10; n += 1) cache.set({ path: '', name: String(n), identity, linked: false }, { checksum: '${A}', readAt: Date.now() });
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' });
  const identity = { device: 1n, inode: 1n, bytes: 1, modified: 0n, changed: 0n };
  const nine: FoundFile = { path: '', name: '9', identity, linked: false };
  const kept = () => {
    const cache = openHashCache(cacheFolder, folder, []);
    cache.close();
    return cache.get(nine);
  };
  await expect.poll(kept, { timeout: 30_000 }).toBe(A);
  child.kill('SIGKILL');
  await once(child, 'exit');
  appendFileSync(cachePath(cacheFolder), 'torn');
  expect(kept()).toBe(A);
});
