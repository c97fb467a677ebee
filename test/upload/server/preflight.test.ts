import { expect, test } from 'vitest';
import { type Needs, preflight } from '../../../src/upload/server/preflight.ts';
import { html } from '../fake-server/faults.ts';
import type { FakeImmichOptions } from '../fake-server/server.ts';
import { connected, fakeImmich, httpServer, KEY, problemOf } from './support.ts';

const PLAIN: Needs = { restoreTrashed: false };
const EVERYTHING: Needs = { verify: 'deep', restoreTrashed: true, album: { name: 'Rome' } };

const flight = async (options: FakeImmichOptions, needs = PLAIN) =>
  preflight(await connected(await fakeImmich(options)), needs);

for (const version of ['1.115.0', '1.135.3', '2.5.6', '3.0.3'])
  test(`all is well with ${version}`, async () => {
    const found = await flight({ version }, EVERYTHING);
    expect(found).toMatchObject({ version, verification: 'deep', notes: [], quota: undefined });
    expect(found.mediaTypes.image).toContain('.jpg');
    expect(found.roundTripMs).toBeGreaterThan(0);
  });

test('what the key is called and may do, and how much room there is', async () => {
  const permissions = ['asset.upload', 'asset.download', 'user.read'];
  const found = await flight({ permissions, quota: { size: 100, usage: 99 } });
  expect(found.key?.permissions).toEqual(permissions);
  expect(found.quota).toEqual({ bytes: 100, used: 99 });
  expect(found.verification).toBe('size');
});

test('all the missing permissions are named at once', async () => {
  const problem = await problemOf(flight({ permissions: ['asset.read', 'album.read'] }, EVERYTHING));
  expect(problem.kind).toBe('permission');
  expect(problem.permission).toBe(
    'asset.upload, asset.download, asset.delete, album.create, albumAsset.create',
  );
  expect(problem.message).toContain('lacks the permissions asset.upload, asset.download, asset.delete');
});

test('without asset.download files are verified by checksum, with a word about it', async () => {
  const found = await flight({ permissions: ['asset.upload'] });
  expect(found.verification).toBe('checksum');
  expect(found.notes).toEqual([expect.stringContaining('asset.download')]);
  const asked = await flight({ permissions: ['asset.upload'] }, { ...PLAIN, verify: 'checksum' });
  expect(asked.notes).toEqual([]);
});

test('what an old server cannot say is not taken for missing', async () => {
  const found = await flight({ version: '1.138.0' }, EVERYTHING);
  expect(found.key).toBeUndefined();
  expect(found.verification).toBe('deep');
});

test('a bad key, also where the server cannot say what it may do', async () => {
  for (const version of ['1.135.3', '3.0.3']) {
    const { url } = await fakeImmich({ version });
    expect((await problemOf(preflight(await connected({ url, key: KEY }), PLAIN))).kind).toBe('key');
  }
});

test('too old, very old, too new', async () => {
  expect((await problemOf(flight({ version: '1.105.1' }))).message).toMatch(
    /version 1\.106 or later is needed/,
  );
  expect((await flight({ version: '1.106.0' })).notes).toEqual([expect.stringContaining('trash')]);
  expect((await flight({ version: '4.0.0' })).notes).toEqual([expect.stringContaining('newer')]);
});

test('maintenance, no room left, a web page', async () => {
  expect((await problemOf(flight({ maintenance: true }))).kind).toBe('maintenance');
  expect((await problemOf(flight({ quota: { size: 100, usage: 100 } }))).kind).toBe('quota');
  expect((await problemOf(flight({ faults: [{ effect: html(200) }] }))).kind).toBe('not-immich');
});

test('another server at that URL', async () => {
  const server = await httpServer((_, response) => response.writeHead(404).end());
  const problem = await problemOf(preflight(await connected(server), PLAIN));
  expect(problem.kind).toBe('not-immich');
  expect(problem.message).toMatch(/there is no Immich/);
});

test('all is asked at the same time', async () => {
  const proceed = Promise.withResolvers<void>();
  const faults = [{ method: 'GET', effect: { kind: 'stall' as const, until: proceed.promise } }];
  const fake = await fakeImmich();
  const connection = await connected(fake);
  fake.faults = faults;
  const asked = fake.requests.length;
  const found = preflight(connection, PLAIN);
  await expect.poll(() => fake.requests.length - asked, { timeout: 20_000 }).toBe(6);
  proceed.resolve();
  expect((await found).version).toBe('3.0.3');
});

test('the run can be ended while it asks', async () => {
  const end = new AbortController();
  const fake = await fakeImmich();
  const connection = await connected(fake, { retries: 5, retryDelayMs: 60_000 }, end.signal);
  fake.faults = [{ effect: { kind: 'answer', status: 503 } }];
  const failing = problemOf(preflight(connection, PLAIN));
  await expect.poll(() => fake.requests.at(-1)?.status, { timeout: 20_000 }).toBe(503);
  end.abort();
  expect((await failing).kind).toBe('aborted');
});
