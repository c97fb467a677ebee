import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  answerOf,
  call,
  callJson,
  FIELDS,
  FORM,
  form,
  LAST,
  open,
  partHead,
  type Reachable,
  uploadTo,
} from './client.ts';
import { busy, type Fault, html, type Keep, malformedJson, redirect, tooLarge } from './faults.ts';
import { readMultipart } from './multipart.ts';
import { randomFaults } from './random-faults.ts';
import { type FakeImmich, type FakeImmichOptions, startFakeImmich } from './server.ts';

let running: FakeImmich[] = [];
const start = async (options?: FakeImmichOptions): Promise<FakeImmich> => {
  const fake = await startFakeImmich(options);
  running.push(fake);
  return fake;
};
afterEach(async () => {
  await Promise.all(running.map((fake) => fake.close()));
  running = [];
});

const sha1 = (content: Buffer | string) => createHash('sha1').update(content);
const idIn = (json: unknown): string =>
  typeof json === 'object' && json !== null && 'id' in json ? String(json.id) : '';
const check = (fake: Reachable, ...checksums: string[]) =>
  callJson(fake, 'POST', '/assets/bulk-upload-check', {
    assets: checksums.map((checksum, index) => ({ id: String(index), checksum })),
  });

describe('uploads', () => {
  test('keep the bytes, the fields and the sidecar; the same bytes again are a duplicate, in the trash too', async () => {
    const fake = await start();
    const content = randomBytes(300_000);
    const first = await uploadTo(fake, content, { sidecarData: { name: 'a.xmp', content: '<x/>' } });
    const id = idIn(first.json);
    expect(first).toMatchObject({ status: 201, json: { status: 'created' } });
    expect(fake.store.assets.get(id)).toMatchObject({
      checksum: sha1(content).digest('hex'),
      name: 'a.jpg',
      fields: FIELDS,
      file: { bytes: content },
      sidecar: { name: 'a.xmp', bytes: Buffer.from('<x/>') },
      visibility: 'timeline',
    });
    expect(fake.store.holds(content)).toBe(true);
    for (const asset of fake.store.assets.values()) asset.trashed = true;
    expect(fake.store.holds(content)).toBe(false);
    const duplicate = { status: 200, json: { id, status: 'duplicate' } };
    expect(await uploadTo(fake, content)).toMatchObject(duplicate);
    const early = { 'x-immich-checksum': sha1(content).digest('base64') };
    expect(await uploadTo(fake, 'other', {}, early)).toMatchObject(duplicate);
    expect(fake.requests.at(-1)?.bodyBytes).toBe(0);
    expect(await uploadTo(fake, 'other', {}, { 'x-immich-checksum': 'ff' })).toMatchObject({ status: 201 });
  });

  test.each(['1.106.0', '2.5.6'])('%s asks for the device, and says so in its own way', async (version) => {
    const { deviceAssetId: _, ...fields } = FIELDS;
    const assetData = { name: 'a.jpg', content: 'x' };
    const fake = await start({ version });
    expect(
      await call(fake, 'POST', '/assets', { headers: FORM, body: form({ ...fields, assetData }) }),
    ).toMatchObject({
      status: 400,
      json: {
        message: ['deviceAssetId must be a string'],
        error: 'Bad Request',
        statusCode: 400,
        correlationId: expect.any(String),
      },
    });
    expect(fake.store.assets.size).toBe(0);
    expect(await uploadTo(fake, 'x', { duration: '0:00:01.000000' })).toMatchObject({ status: 201 });
  });

  test('3 ignores the device, and wants whole milliseconds and dates', async () => {
    const fake = await start({ version: '3.0.3' });
    const { fileCreatedAt, fileModifiedAt } = FIELDS;
    const assetData = { name: 'a.jpg', content: 'x' };
    const send = (parts: Parameters<typeof form>[0]) =>
      call(fake, 'POST', '/assets', { headers: FORM, body: form(parts) });
    expect(await send({ fileCreatedAt, fileModifiedAt, assetData })).toMatchObject({ status: 201 });
    for (const wrong of [{ duration: '0:00:01.000000' }, { fileCreatedAt: 'today' }])
      expect(await send({ fileCreatedAt, fileModifiedAt, assetData, ...wrong })).toMatchObject({
        status: 400,
        json: { message: 'Validation failed', errors: [{ path: Object.keys(wrong) }] },
      });
  });

  test('refuse what is no medium, a sidecar of another name, and a video that is none', async () => {
    const fake = await start();
    const photo = idIn((await uploadTo(fake, 'photo')).json);
    const refused = (message: string) => ({ status: 400, json: { message } });
    expect(await uploadTo(fake, 'x', { assetData: { name: 'a.txt', content: 'x' } })).toMatchObject(
      refused('Unsupported file type a.txt'),
    );
    expect(await uploadTo(fake, 'x', { sidecarData: { name: 'a.xml', content: 'x' } })).toMatchObject(
      refused('Unsupported file type a.xml'),
    );
    expect(await uploadTo(fake, 'x', { livePhotoVideoId: photo })).toMatchObject(
      refused('Live photo video must be a video'),
    );
    expect(
      await uploadTo(fake, 'x', { livePhotoVideoId: '00000000-0000-4000-8000-000000000000' }),
    ).toMatchObject(refused('Live photo video not found'));
    const video = idIn(
      (await uploadTo(fake, 'v', { visibility: 'hidden', assetData: { name: 'a.mov', content: 'v' } })).json,
    );
    expect(await uploadTo(fake, 'x', { livePhotoVideoId: video })).toMatchObject({ status: 201 });
    expect(fake.store.assets.get(video)).toMatchObject({ type: 'VIDEO', visibility: 'hidden' });
  });

  test('a name sent before the files names the sidecar too, which is then refused', async () => {
    const parts = {
      filename: 'b.jpg',
      ...FIELDS,
      assetData: { name: 'a', content: 'x' },
      sidecarData: { name: 'b.jpg.xmp', content: '<x/>' },
    };
    expect(await call(await start(), 'POST', '/assets', { headers: FORM, body: form(parts) })).toMatchObject({
      status: 400,
      json: { message: 'Unsupported file type b.jpg' },
    });
  });

  test('the quota is looked at when all has been received', async () => {
    const fake = await start({ quota: { size: 1000, usage: 990 } });
    expect(await uploadTo(fake, Buffer.alloc(11))).toMatchObject({
      status: 400,
      json: { message: 'Quota has been exceeded!' },
    });
    expect(fake.requests.at(-1)?.bodyBytes).toBe(Number(fake.requests.at(-1)?.headers['content-length']));
    expect(await uploadTo(fake, Buffer.alloc(10))).toMatchObject({ status: 201 });
    expect((await call(fake, 'GET', '/users/me')).json).toMatchObject({
      quotaSizeInBytes: 1000,
      quotaUsageInBytes: 1000,
    });
  });

  test('a body that ends early is refused, and nothing of it kept', async () => {
    const fake = await start();
    const body = form({ ...FIELDS, assetData: { name: 'a.jpg', content: 'x' } });
    expect(await call(fake, 'POST', '/assets', { headers: FORM, body: body.subarray(0, -9) })).toMatchObject({
      status: 400,
      json: { message: 'Unexpected end of form' },
    });
    expect(fake.store.assets.size).toBe(0);
  });

  test('any content comes through whole, however it is cut into chunks', async () => {
    const nasty = fc.constantFrom('\r', '\n', '-', '--', '\r\n--', '\r\n------a boundar', 'x');
    await fc.assert(
      fc.asyncProperty(
        fc.array(nasty, { maxLength: 30 }),
        fc.array(nasty, { maxLength: 5 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
        async (main, other, sizes) => {
          const body = form({ note: other.join(''), assetData: { name: 'ü".jpg', content: main.join('') } });
          const chunks = async function* () {
            for (let at = 0; at < body.length; ) {
              const size = sizes.next().value ?? 1;
              yield body.subarray(at, at + size);
              at += size;
            }
          };
          const found: string[] = [];
          await readMultipart(chunks(), FORM['content-type'], ({ name }) => {
            let text = '';
            return {
              write: (bytes) => {
                text += bytes.toString('latin1');
              },
              end: () => found.push(`${name}=${text}`),
            };
          });
          expect(found).toEqual([`note=${other.join('')}`, `assetData=${main.join('')}`]);
        },
      ),
    );
  });
});

describe('keys', () => {
  test.each([
    ['none', undefined, 'Authentication required'],
    ['a wrong one', 'wrong', 'Invalid API key'],
  ])('%s: 401 before the body is read', async (_, key, message) => {
    const fake = await start();
    const sent = open(fake, 'POST', '/assets', { key, headers: { ...FORM, 'content-length': '1000000' } });
    sent.flushHeaders();
    expect(await answerOf(sent)).toMatchObject({ status: 401, json: { message } });
    sent.destroy();
    expect(fake.requests[0]?.bodyBytes).toBe(0);
  });

  test('permissions are enforced since 1.137, and told since 1.139', async () => {
    const permissions = ['asset.upload'];
    const told = async (version: string) => {
      const fake = await start({ version, permissions });
      const [own, user] = await Promise.all([
        call(fake, 'GET', '/api-keys/me'),
        call(fake, 'GET', '/users/me'),
      ]);
      return [own.status, user.status];
    };
    expect(await told('1.136.0')).toEqual([404, 200]);
    expect(await told('1.137.0')).toEqual([404, 403]);
    expect(await told('1.139.0')).toEqual([200, 403]);
    const fake = await start({ permissions });
    expect((await call(fake, 'GET', '/api-keys/me')).json).toMatchObject({ permissions });
    expect((await call(fake, 'GET', '/users/me')).json).toEqual({
      message: 'Missing required permission: user.read',
    });
  });

  test('no record of a request has the key', async () => {
    const fake = await start();
    await call(fake, 'GET', '/users/me');
    expect(JSON.stringify(fake.requests)).not.toContain(fake.key);
    expect(fake.requests).toMatchObject([{ method: 'GET', path: '/users/me', status: 200 }]);
  });
});

describe('answers', () => {
  test('of the server about itself need no key', async () => {
    const fake = await start({ version: '2.5.6' });
    const ask = async (path: string) => (await call(fake, 'GET', path, { key: undefined })).json;
    expect(await ask('/server/ping')).toEqual({ res: 'pong' });
    expect(await ask('/server/version')).toEqual({ major: 2, minor: 5, patch: 6 });
    expect(await ask('/server/media-types')).toMatchObject({ sidecar: ['.xmp'] });
    expect(await ask('/server/config')).toMatchObject({ trashDays: 30, maintenanceMode: false });
    expect(await (await fetch(`${fake.url}/.well-known/immich`)).json()).toEqual({
      api: { endpoint: '/api' },
    });
  });

  test('in maintenance only version and config are there', async () => {
    const fake = await start({ maintenance: true });
    const status = async (path: string) => (await call(fake, 'GET', path)).status;
    expect((await call(fake, 'GET', '/server/config')).json).toMatchObject({ maintenanceMode: true });
    expect(await Promise.all(['/server/version', '/server/ping', '/users/me'].map(status))).toEqual([
      200, 404, 404,
    ]);
  });

  test('of a bulk check', async () => {
    const fake = await start();
    const id = idIn((await uploadTo(fake, 'x')).json);
    const hex = sha1('x').digest('hex');
    const known = { action: 'reject', reason: 'duplicate', assetId: id, isTrashed: false };
    const { json } = await check(
      fake,
      hex,
      hex.toUpperCase(),
      sha1('x').digest('base64'),
      'garbage',
      sha1('y').digest('hex'),
    );
    expect(json).toEqual({
      results: [
        { id: '0', ...known },
        { id: '1', ...known },
        { id: '2', ...known },
        { id: '3', action: 'accept' },
        { id: '4', action: 'accept' },
      ],
    });
    expect((await check(fake)).status).toBe(500);
    expect((await check(fake, ...Array<string>(65_533).fill(hex))).status).toBe(500);
    expect((await check(fake, ...Array<string>(20_000).fill(hex))).status).toBe(200);
  });

  test('tell of the trash since 1.115', async () => {
    const told = async (version: string) => {
      const fake = await start({ version });
      await uploadTo(fake, 'x');
      for (const asset of fake.store.assets.values()) asset.trashed = true;
      return (await check(fake, sha1('x').digest('hex'))).json;
    };
    expect(await told('1.114.0')).not.toMatchObject({ results: [{ isTrashed: expect.anything() }] });
    expect(await told('1.115.0')).toMatchObject({ results: [{ reason: 'duplicate', isTrashed: true }] });
  });

  test('of the original: size, bytes, ranges; 404 when the file is gone', async () => {
    const fake = await start();
    const id = idIn((await uploadTo(fake, '0123456789')).json);
    const original = (method: string, headers = {}) =>
      call(fake, method, `/assets/${id}/original`, { headers });
    expect(await original('HEAD')).toMatchObject({ status: 200, headers: { 'content-length': '10' } });
    expect((await original('GET')).body.toString()).toBe('0123456789');
    const part = await original('GET', { range: 'bytes=2-4' });
    expect(part).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 2-4/10' } });
    expect(part.body.toString()).toBe('234');
    expect((await original('GET', { range: 'bytes=-3' })).body.toString()).toBe('789');
    expect((await original('GET', { range: 'bytes=10-' })).status).toBe(416);
    expect((await call(fake, 'GET', `/assets/${id}`)).json).toMatchObject({
      checksum: sha1('0123456789').digest('base64'),
      isTrashed: false,
    });
    for (const asset of fake.store.assets.values()) asset.file = undefined;
    expect((await original('HEAD')).status).toBe(404);
    expect(await check(fake, sha1('0123456789').digest('hex'))).toMatchObject({
      json: { results: [{ action: 'reject', isTrashed: false }] },
    });
  });

  test('of albums and the trash', async () => {
    const fake = await start();
    const id = idIn((await uploadTo(fake, 'x')).json);
    const made = await callJson(fake, 'POST', '/albums', { albumName: 'Rome' });
    expect(made.status).toBe(201);
    const add = () => callJson(fake, 'PUT', `/albums/${idIn(made.json)}/assets`, { ids: [id] });
    expect((await add()).json).toEqual([{ id, success: true }]);
    expect((await add()).json).toEqual([{ id, success: false, error: 'duplicate' }]);
    expect((await call(fake, 'GET', '/albums')).json).toMatchObject([{ albumName: 'Rome', assetCount: 1 }]);
    for (const asset of fake.store.assets.values()) asset.trashed = true;
    expect((await callJson(fake, 'POST', '/trash/restore/assets', { ids: [id] })).json).toEqual({ count: 1 });
    expect(fake.store.holds(Buffer.from('x'))).toBe(true);
  });

  test('of an original that is gone: 404, and 500 before 3', async () => {
    for (const [version, status] of [
      ['2.5.6', 500],
      ['3.0.3', 404],
    ] as const) {
      const fake = await start({ version });
      const id = idIn((await uploadTo(fake, 'x')).json);
      for (const asset of fake.store.assets.values()) asset.file = undefined;
      expect((await call(fake, 'HEAD', `/assets/${id}/original`)).status).toBe(status);
    }
  });

  test('of the locked folder: what is in it is known, and shown to no key', async () => {
    const fake = await start();
    const id = idIn((await uploadTo(fake, 'x', { visibility: 'locked' })).json);
    for (const path of [`/assets/${id}`, `/assets/${id}/original`])
      expect((await call(fake, 'GET', path)).status).toBe(400);
    expect(await check(fake, sha1('x').digest('hex'))).toMatchObject({
      json: { results: [{ action: 'reject', assetId: id, isTrashed: false }] },
    });
  });

  test('of live photos: a video that belongs to one is hidden, is found by it only, and goes with it', async () => {
    const fake = await start();
    const video = idIn(
      (await uploadTo(fake, 'moving', { assetData: { name: 'A.MOV', content: 'moving' } })).json,
    );
    const photo = idIn((await uploadTo(fake, 'still')).json);
    const visibility = async () => (await call(fake, 'GET', `/assets/${video}`)).json;
    expect(await visibility()).toMatchObject({ visibility: 'timeline' });
    expect((await callJson(fake, 'PUT', `/assets/${photo}`, { livePhotoVideoId: photo })).status).toBe(400);
    expect((await callJson(fake, 'PUT', `/assets/${photo}`, { livePhotoVideoId: video })).json).toMatchObject(
      {
        livePhotoVideoId: video,
      },
    );
    expect(await visibility()).toMatchObject({ visibility: 'hidden' });
    const search = (more: object) =>
      callJson(fake, 'POST', '/search/metadata', { originalFileName: 'a', ...more });
    expect((await search({})).json).toMatchObject({ assets: { items: [{ id: photo }], nextPage: null } });
    for (const asset of fake.store.assets.values()) asset.trashed = asset.id === photo;
    // It says nothing of what is about to happen.
    expect(await check(fake, sha1('moving').digest('hex'))).toMatchObject({
      json: { results: [{ isTrashed: false }] },
    });
    expect(fake.store.holds(Buffer.from('moving'))).toBe(false);
    expect((await search({})).json).toMatchObject({ assets: { items: [] } });
    expect((await search({ withDeleted: true })).json).toMatchObject({
      assets: { items: [{ id: photo, isTrashed: true, livePhotoVideoId: video }] },
    });
    fake.store.emptyTrash();
    expect(fake.store.assets.size).toBe(0);
  });

  test('of albums: 3 lists those that others share, unless it is asked for own ones', async () => {
    for (const version of ['2.5.6', '3.0.3']) {
      const fake = await start({ version });
      fake.store.addAlbum('Holiday', { foreign: true });
      const names = async (query: string) => (await call(fake, 'GET', `/albums${query}`)).json;
      expect(await names('')).toHaveLength(version === '3.0.3' ? 1 : 0);
      expect(await names('?isOwned=true')).toEqual([]);
    }
  });

  test('when maintenance begins: 404 for all that is not about it', async () => {
    const fake = await start();
    const id = idIn((await uploadTo(fake, 'x')).json);
    fake.maintenance = true;
    expect((await call(fake, 'HEAD', `/assets/${id}/original`)).status).toBe(404);
    expect((await call(fake, 'GET', '/server/config')).json).toMatchObject({ maintenanceMode: true });
  });

  test('of names: a control character is no header, and a backslash is a folder', async () => {
    const fake = await start();
    const sent = (name: string, more = {}) =>
      uploadTo(fake, name, { assetData: { name, content: name }, ...more });
    expect(await sent('a\u001b.jpg')).toMatchObject({
      status: 400,
      json: { message: 'Malformed part header' },
    });
    await sent('back\\slash.jpg');
    await sent('%22.jpg', { filename: 'of\u001b its\\own.jpg' });
    expect([...fake.store.assets.values()].map(({ name }) => name)).toEqual([
      'slash.jpg',
      'of\u001b its\\own.jpg',
    ]);
  });
});

describe('faults', () => {
  const path = '/assets';
  const content = randomBytes(500_000);

  test('answer in place of Immich, whatever the status, the page or the header', async () => {
    const fake = await start();
    const answered = (effect: ReturnType<typeof html>) => {
      fake.faults = [{ path, effect }];
      return uploadTo(fake, content);
    };
    expect(await answered(html(200))).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/html' },
    });
    expect(await answered(busy(429, 7))).toMatchObject({ status: 429, headers: { 'retry-after': '7' } });
    expect(await answered(redirect(302, '/login'))).toMatchObject({ headers: { location: '/login' } });
    expect(fake.store.assets.size).toBe(0);
    expect(await answered(malformedJson(201))).toMatchObject({ status: 201, json: undefined });
    expect(fake.store.holds(content)).toBe(true);
  });

  test('413 is seen although the client has not sent its body, and before it when it waits for a word', async () => {
    const fake = await start({ faults: [{ path, effect: tooLarge() }] });
    expect(await uploadTo(fake, content)).toMatchObject({ status: 413, headers: { connection: 'close' } });
    const headers = { ...FORM, expect: '100-continue', 'content-length': '1000000' };
    const sent = open(fake, 'POST', path, { headers });
    const continued = vi.fn();
    sent.on('continue', continued);
    sent.flushHeaders();
    expect((await answerOf(sent)).status).toBe(413);
    expect(continued).not.toHaveBeenCalled();
    expect(fake.requests.map(({ bodyBytes }) => bodyBytes)).toEqual([0, 0]);
  });

  test('a client that waits for a word is given it', async () => {
    const fake = await start();
    const body = form({ ...FIELDS, assetData: { name: 'a.jpg', content } });
    const headers = { ...FORM, expect: '100-continue', 'content-length': String(body.length) };
    const sent = open(fake, 'POST', path, { headers });
    sent.flushHeaders();
    await once(sent, 'continue');
    sent.end(body);
    expect((await answerOf(sent)).status).toBe(201);
  });

  test.each(['before-body', 'after-body', 'after-work', { bytes: 70_000 }] as const)(
    'reset: %j',
    async (when) => {
      const fake = await start({ faults: [{ path, effect: { kind: 'reset', when } }] });
      await expect(uploadTo(fake, content)).rejects.toThrow(/ECONNRESET|EPIPE|socket hang up/);
      expect(fake.store.holds(content)).toBe(when === 'after-work');
      if (typeof when === 'object') expect(fake.requests[0]?.bodyBytes).toBe(when.bytes);
    },
  );

  test('a stall reads no byte more, until it is told', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const fake = await start({
      faults: [{ path, effect: { kind: 'stall', when: { bytes: 1234 }, until: promise } }],
    });
    const answer = uploadTo(fake, content);
    await vi.waitFor(() => expect(fake.requests[0]?.bodyBytes).toBe(1234));
    resolve();
    expect(await answer).toMatchObject({ status: 201 });
    expect(fake.store.holds(content)).toBe(true);
  });

  test('a stall without end ends with the server', async () => {
    const fake = await start({ faults: [{ path, effect: { kind: 'stall' } }] });
    const answer = uploadTo(fake, content);
    const failed = expect(answer).rejects.toThrow(/ECONNRESET|EPIPE|socket hang up/);
    await vi.waitFor(() => expect(fake.requests).toHaveLength(1));
    await fake.close();
    await failed;
  });

  test('a slow server reads all the same', async () => {
    const fake = await start({ faults: [{ path, effect: { kind: 'slow', bytesPerSecond: 5_000_000 } }] });
    expect(await uploadTo(fake, content)).toMatchObject({ status: 201 });
    expect(fake.store.holds(content)).toBe(true);
  });

  test('keeps something else, and says that all is well', async () => {
    const fake = await start();
    const kept = async (how: Keep['how']) => {
      fake.faults = [keepFault(how)];
      const photo = randomBytes(1000);
      const { status, json } = await uploadTo(fake, photo);
      const id = idIn(json);
      fake.faults = [];
      const size = (await call(fake, 'HEAD', `/assets/${id}/original`)).headers['content-length'];
      const results = JSON.stringify((await check(fake, sha1(photo).digest('hex'))).json);
      expect([status, fake.store.holds(photo)]).toEqual([201, how === 'wrong-id']);
      return { listed: results.includes('"reject"'), trashed: results.includes('"isTrashed":true'), size };
    };
    expect(await kept('nothing')).toMatchObject({ listed: false });
    expect(await kept('flipped')).toEqual({ listed: false, trashed: false, size: '1000' });
    expect(await kept('truncated')).toEqual({ listed: false, trashed: false, size: '999' });
    expect(await kept('no-file')).toMatchObject({ listed: true });
    expect(await kept('other-size')).toEqual({ listed: true, trashed: false, size: '1001' });
    expect(await kept('other-bytes')).toEqual({ listed: true, trashed: false, size: '1000' });
    expect(await kept('trashed')).toMatchObject({ listed: true, trashed: true });
    expect(await kept('wrong-id')).toMatchObject({ listed: true });
  });

  test('strike the request they are meant for: by its number, its name, and so many times', async () => {
    const statuses = async (fault: object) => {
      const fake = await start({
        faults: [{ method: 'POST', path, effect: { kind: 'answer', status: 503 }, ...fault }],
      });
      const found: number[] = [];
      for (const name of ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'])
        found.push((await uploadTo(fake, name, { assetData: { name, content: name } })).status);
      return found;
    };
    expect(await statuses({ nth: [2, 4] })).toEqual([201, 503, 201, 503]);
    expect(await statuses({ file: 'c.jpg' })).toEqual([201, 201, 503, 201]);
    expect(await statuses({ file: /^[bc]/, times: 1 })).toEqual([201, 503, 201, 201]);
    expect(await statuses({ chance: 0 })).toEqual([201, 201, 201, 201]);
    const drawn = await statuses({ chance: 0.5 });
    expect(await statuses({ chance: 0.5 })).toEqual(drawn);
  });

  test('a dead server refuses', async () => {
    const fake = await start({ faults: [{ path, effect: { kind: 'dies', when: 'after-work' } }] });
    await expect(uploadTo(fake, content)).rejects.toThrow(/ECONNRESET|EPIPE|socket hang up/);
    await expect(call(fake, 'GET', '/server/ping')).rejects.toThrow(/ECONNREFUSED/);
    expect(fake.store.holds(content)).toBe(true);
  });

  test('random ones are the same for the same seed, never wedge the server, and never make it hold what it does not', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const faults = randomFaults(seed, { stalls: false, dies: false });
        expect(randomFaults(seed, { stalls: false, dies: false })).toEqual(faults);
        const fake = await startFakeImmich({ faults, seed });
        try {
          const photo = randomBytes(2000);
          await uploadTo(fake, photo).catch(() => undefined);
          const asset = [...fake.store.assets.values()].find(({ file }) => file?.bytes?.equals(photo));
          expect(fake.store.holds(photo)).toBe(asset !== undefined && !asset.trashed);
          fake.faults = [];
          expect((await call(fake, 'GET', '/server/ping')).json).toEqual({ res: 'pong' });
        } finally {
          await fake.close();
        }
      }),
    );
  });
});

const keepFault = (how: Keep['how']): Fault => ({ path: '/assets', effect: { kind: 'keep', how } });

test('as a process of its own it counts and hashes a large file, and holds none of it', {
  tags: 'upload',
}, async () => {
  const main = join(import.meta.dirname, 'main.ts');
  const server = execa(process.execPath, [main, '--version', '2.5.6'], { ipc: true });
  try {
    const { value } = await server.iterable()[Symbol.asyncIterator]().next();
    const { url, key } = JSON.parse(String(value));
    const peak = async () => {
      await server.sendMessage('memory');
      return Number(await server.getOneMessage());
    };
    const fake = { url, key };
    await uploadTo(fake, 'small');
    const before = await peak();
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    const hash = createHash('sha1');
    const sent = open(fake, 'POST', '/assets', { headers: FORM });
    for (const [name, value] of Object.entries(FIELDS)) sent.write(`${partHead(name)}${value}\r\n`);
    sent.write(partHead('assetData', 'a.mov'));
    for (let count = 0; count < 256; count++) {
      hash.update(chunk);
      if (!sent.write(chunk)) await once(sent, 'drain');
    }
    sent.end(LAST);
    const { status, json } = await answerOf(sent);
    expect(status).toBe(201);
    expect(await peak()).toBeLessThan(before + 100 * 1024 * 1024);
    const size = (await call(fake, 'HEAD', `/assets/${idIn(json)}/original`)).headers['content-length'];
    expect(size).toBe(String(256 * 1024 * 1024));
    expect((await check(fake, hash.digest('hex'))).json).toMatchObject({ results: [{ action: 'reject' }] });
  } finally {
    server.kill();
    await server.catch(() => undefined);
  }
});
