import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { addToAlbum, albums, createAlbum } from '../../../src/upload/server/albums.ts';
import {
  asset,
  bulkCheck,
  originalChecksum,
  originalSize,
  restore,
} from '../../../src/upload/server/assets.ts';
import { upload } from '../../../src/upload/server/transfer.ts';
import { connected, fakeImmich, file, httpServer, json, photo, problemOf } from './support.ts';

const sha1 = (content: string) => createHash('sha1').update(content).digest('hex');
const NOBODY = '00000000-0000-4000-8000-000000000000';

test('the bulk check tells what is known, what is in the trash, and what is new', async () => {
  const fake = await fakeImmich();
  const connection = await connected(fake);
  const here = await upload(connection, photo(await file('here')));
  const trashed = await upload(connection, photo(await file('trashed')));
  const stored = fake.store.assets.get(trashed.assetId);
  if (stored !== undefined) stored.trashed = true;
  const items = ['here', 'trashed', 'new'].map((id) => ({ id, checksum: sha1(id) }));
  expect(Object.fromEntries(await bulkCheck(connection, items))).toEqual({
    here: { known: true, assetId: here.assetId, trashed: false },
    trashed: { known: true, assetId: trashed.assetId, trashed: true },
    new: { known: false },
  });
  await restore(connection, [trashed.assetId]);
  expect((await bulkCheck(connection, items)).get('trashed')).toMatchObject({ trashed: false });
});

test('an old server does not say what is in the trash', async () => {
  const fake = await fakeImmich({ version: '1.114.0' });
  const connection = await connected(fake);
  await upload(connection, photo(await file('here')));
  const known = await bulkCheck(connection, [{ id: 'a', checksum: sha1('here') }]);
  expect(known.get('a')).toMatchObject({ known: true, trashed: undefined });
});

test('no items are no request, and many are several', async () => {
  const fake = await fakeImmich();
  const connection = await connected(fake);
  const checks = () => fake.requests.filter(({ path }) => path === '/assets/bulk-upload-check').length;
  expect((await bulkCheck(connection, [])).size).toBe(0);
  expect(checks()).toBe(0);
  const items = Array.from({ length: 12_000 }, (_, index) => ({
    id: `${index}`,
    checksum: sha1(`${index}`),
  }));
  expect((await bulkCheck(connection, items)).size).toBe(12_000);
  expect(checks()).toBe(3);
});

test('nothing is made of an answer that says two things of one file, or something of another', async () => {
  const known = { action: 'reject', reason: 'duplicate', assetId: NOBODY, isTrashed: false };
  const server = await httpServer((_, response) =>
    json(response, 200, {
      results: [
        { id: 'a', action: 'accept' },
        { id: 'a', ...known },
        { id: 'foreign', ...known },
      ],
    }),
  );
  const connection = await connected({ url: `${server.url}/api` });
  const items = ['a', 'b'].map((id) => ({ id, checksum: sha1(id) }));
  const told = await bulkCheck(connection, items);
  expect(items.map(({ id }) => told.get(id))).toEqual([undefined, undefined]);
});

test('nothing is made of an answer that says nothing', async () => {
  const server = await httpServer((_, response) =>
    json(response, 200, {
      results: [
        { id: 'a', action: 'reject', reason: 'duplicate' },
        { id: 'b', action: 'reject', reason: 'something new', assetId: NOBODY, isTrashed: false },
        { id: 'c', action: 'reject', reason: 'unsupported-format' },
      ],
    }),
  );
  const connection = await connected({ url: `${server.url}/api` });
  const items = ['a', 'b', 'c', 'd'].map((id) => ({ id, checksum: sha1(id) }));
  expect([...(await bulkCheck(connection, items))]).toEqual([['c', { known: false, unsupported: true }]]);
});

test('the size and the bytes of what lies on the disk of the server', async () => {
  const fake = await fakeImmich();
  const connection = await connected(fake);
  const { assetId } = await upload(connection, photo(await file('content')));
  expect(await originalSize(connection, assetId)).toBe(7);
  expect(await originalChecksum(connection, assetId)).toEqual({ checksum: sha1('content'), bytes: 7 });
  expect(await asset(connection, assetId)).toMatchObject({
    checksum: sha1('content'),
    trashed: false,
    offline: false,
    hidden: false,
    videoId: undefined,
  });
  const stored = fake.store.assets.get(assetId);
  if (stored !== undefined) stored.file = undefined;
  expect(await originalSize(connection, assetId)).toBe('gone');
  expect(await originalChecksum(connection, assetId)).toBe('gone');
  for (const ask of [originalSize, originalChecksum, asset])
    expect(await ask(connection, NOBODY)).toBe('unseen');
});

test('a size that is not told is not made up', async () => {
  const headers: readonly object[] = [{ 'transfer-encoding': 'chunked' }, { 'content-encoding': 'gzip' }];
  for (const each of headers) {
    const server = await httpServer((_, response) => response.writeHead(200, { ...each }).end());
    expect(await originalSize(await connected({ url: `${server.url}/api` }), 'id')).toBe('untold');
  }
});

test('a page of a sign-in portal is no file', async () => {
  const server = await httpServer((_, response) =>
    response.writeHead(200, { 'content-type': 'text/html', 'content-length': 7 }).end(),
  );
  const problem = await problemOf(originalSize(await connected({ url: `${server.url}/api` }), 'id'));
  expect(problem.kind).toBe('not-immich');
});

test('the permission is named also where the answer has no words', async () => {
  const fake = await fakeImmich({ permissions: ['asset.upload'] });
  const connection = await connected(fake);
  const { assetId } = await upload(connection, photo(await file('content')));
  expect(await problemOf(originalSize(connection, assetId))).toMatchObject({
    kind: 'permission',
    permission: 'asset.download',
  });
});

test('a download that breaks is repeated from its beginning', async () => {
  let requests = 0;
  const server = await httpServer((_, response) => {
    response.writeHead(200, { 'content-length': 10 });
    response.write('01234', () => (++requests === 1 ? response.destroy() : response.end('56789')));
  });
  const connection = await connected({ url: `${server.url}/api` }, { retries: 1 });
  expect(await originalChecksum(connection, 'id')).toEqual({ checksum: sha1('0123456789'), bytes: 10 });
});

test('albums are found, made and filled; who is in one already is no failure', async () => {
  const fake = await fakeImmich();
  const connection = await connected(fake);
  const { assetId } = await upload(connection, photo(await file('content')));
  const album = await createAlbum(connection, 'Rome');
  expect(await albums(connection)).toEqual([album]);
  expect((await addToAlbum(connection, album.id, [assetId])).size).toBe(0);
  expect([...(await addToAlbum(connection, album.id, [assetId, NOBODY])).keys()]).toEqual([NOBODY]);
  expect((await addToAlbum(connection, album.id, [])).size).toBe(0);
});

test('an asset of which the server says nothing is not in the album', async () => {
  const server = await httpServer((_, response) => json(response, 200, []));
  const failures = await addToAlbum(await connected({ url: `${server.url}/api` }), 'album', ['a']);
  expect([...failures.keys()]).toEqual(['a']);
});

test('an album whose answer was lost is not made twice', async () => {
  const fake = await fakeImmich({
    faults: [{ method: 'POST', path: '/albums', times: 1, effect: { kind: 'reset', when: 'after-work' } }],
  });
  const album = await createAlbum(await connected(fake, { retries: 1 }), 'Rome');
  expect([...fake.store.albums.keys()]).toEqual([album.id]);
});
