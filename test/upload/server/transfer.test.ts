import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { upload } from '../../../src/upload/server/transfer.ts';
import { html, tooLarge } from '../fake-server/faults.ts';
import {
  connected,
  fakeImmich,
  file,
  folder,
  found,
  httpServer,
  json,
  photo,
  problemOf,
  rawServer,
} from './support.ts';

const MIB = 1024 * 1024;
const CREATED = JSON.stringify({ id: 'asset-1', status: 'created' });
/** The end of a form. */
const CLOSED = /--hsdoctor-[\w-]+--\r\n$/;
const answer = (status: string, body: string, headers = '') =>
  `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n${headers}\r\n${body}`;

/** A file of zeros that takes no room, and changes in a moment. */
async function sparse(bytes: number) {
  const path = join(await folder(), 'video.mp4');
  await writeFile(path, '');
  await truncate(path, bytes);
  return found(path);
}

for (const version of ['1.106.0', '1.135.3', '2.5.6', '3.0.3'])
  test(`a photo with its sidecar, and a live photo, arrive as they are at ${version}`, async () => {
    const fake = await fakeImmich({ version });
    const connection = await connected(fake);
    const video = await file('moving', 'IMG.mov');
    const moving = await upload(connection, photo(video));
    const main = await file(Buffer.alloc(3 * MIB, 'photo'), 'u\u0308 "x" (Rome).jpg');
    const sidecar = await file('<x/>', 'other.xmp');
    const sent = await upload(connection, { ...photo(main), sidecar, livePhotoVideoId: moving.assetId });
    expect(sent.status).toBe('created');
    const asset = fake.store.assets.get(sent.assetId);
    expect(asset?.checksum).toBe(
      createHash('sha1')
        .update(Buffer.alloc(3 * MIB, 'photo'))
        .digest('hex'),
    );
    expect(asset?.sidecar?.bytes?.toString()).toBe('<x/>');
    expect(asset?.livePhotoVideoId).toBe(moving.assetId);
    expect(asset?.name).toBe('ü "x" (Rome).jpg');
    expect(asset?.deviceId).toBe('hsdoctor');
    expect(asset?.fields).not.toHaveProperty('duration');
    expect(await upload(connection, photo(main))).toEqual({ assetId: sent.assetId, status: 'duplicate' });
  });

test('the time is when the photo was made, as far as the disk knows', async () => {
  const fake = await fakeImmich();
  const main = await file('old');
  const made = new Date('2003-02-01T12:30:15.250Z');
  utimesSync(main.path, made, made);
  const { assetId } = await upload(await connected(fake), photo(await found(main.path)));
  expect(fake.store.assets.get(assetId)?.fields).toMatchObject({
    fileCreatedAt: '2003-02-01T12:30:15.250Z',
    fileModifiedAt: '2003-02-01T12:30:15.250Z',
  });
});

test('bytes are told as they go, and taken back when an attempt came to nothing', async () => {
  const fake = await fakeImmich({
    faults: [{ path: '/assets', times: 1, effect: { kind: 'answer', status: 500, when: 'after-body' } }],
  });
  const told: number[] = [];
  const main = await file(Buffer.alloc(MIB));
  await upload(await connected(fake, { retries: 1 }), photo(main), { onBytes: (bytes) => told.push(bytes) });
  expect(told.reduce((sum, bytes) => sum + bytes)).toBe(MIB);
  expect(told.filter((bytes) => bytes < 0)).toEqual([-MIB]);
});

test('a large file is not sent to a proxy that refuses it before', async () => {
  const fake = await fakeImmich({ faults: [{ path: '/assets', effect: tooLarge() }] });
  const problem = await problemOf(upload(await connected(fake), photo(await sparse(64 * MIB))));
  expect(problem).toMatchObject({ kind: 'too-large', status: 413, retryable: false });
  expect(problem.message).toMatch(/client_max_body_size/);
  expect(fake.requests.at(-1)?.bodyBytes).toBe(0);
});

test('Cloudflare is named', async () => {
  const server = await httpServer((_, response) => json(response, 413, {}, { 'cf-ray': '1-FRA' }));
  const problem = await problemOf(
    upload(await connected({ url: `${server.url}/api` }), photo(await file('x'))),
  );
  expect(problem.message).toMatch(/Cloudflare takes at most 100 MB/);
});

for (const [status, kind] of [
  [400, 'refused'],
  [401, 'key'],
  [413, 'too-large'],
] as const)
  test(`${status} in the middle of the body counts, and ends it`, async () => {
    const fake = await fakeImmich({
      keepBytes: false,
      faults: [{ path: '/assets', effect: { kind: 'answer', status, when: { bytes: 2 * MIB } } }],
    });
    const problem = await problemOf(upload(await connected(fake), photo(await sparse(512 * MIB))));
    expect(problem).toMatchObject({ kind, status });
  });

test('an answer that a reset follows counts, also where only its beginning arrived', async () => {
  for (const text of [
    answer('413 Too Large', '{}'),
    answer('413 Too Large', '{"message":"x"}').slice(0, -4),
  ]) {
    const server = await rawServer((socket) => {
      socket.pause();
      socket.write(text, () => {
        // Only when the other side has it for sure: it stops sending.
        socket.resume();
        let silent: NodeJS.Timeout | undefined;
        socket.on('data', () => {
          clearTimeout(silent);
          silent = setTimeout(() => socket.resetAndDestroy(), 50);
        });
      });
    });
    const problem = await problemOf(upload(await connected(server), photo(await sparse(64 * MIB))));
    expect(problem).toMatchObject({ kind: 'too-large', status: 413 });
  }
});

test('after a broken connection the server is asked before the body is sent', async () => {
  const expectations: (string | undefined)[] = [];
  let requests = 0;
  const server = await rawServer((socket) => {
    socket.once('data', (head: Buffer) => {
      expectations.push(/^expect: .*$/im.exec(head.toString('latin1'))?.[0]);
      if (++requests === 1) socket.resetAndDestroy();
      else socket.end(answer('413 Too Large', '{}'));
    });
  });
  const problem = await problemOf(
    upload(await connected(server, { retries: 3 }), photo(await file(Buffer.alloc(1000)))),
  );
  expect(problem.kind).toBe('too-large');
  expect(expectations).toEqual([undefined, 'expect: 100-continue']);
});

test('a server that knows nothing of an expectation gets the body all the same', async () => {
  const server = await rawServer((socket) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text = (text + chunk.toString('latin1')).slice(-200);
      if (CLOSED.test(text)) socket.write(answer('201 Created', CREATED));
    });
  });
  const sent = await upload(await connected(server), photo(await sparse(2 * MIB)));
  expect(sent).toEqual({ assetId: 'asset-1', status: 'created' });
});

test('a server that refuses the expectation is asked without', async () => {
  const expectations: boolean[] = [];
  const server = await rawServer((socket) => {
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (/^expect:/im.test(text)) {
        expectations.push(true);
        text = '';
        socket.end(answer('417 Expectation Failed', ''));
      } else if (CLOSED.test(text)) {
        expectations.push(false);
        socket.write(answer('201 Created', CREATED));
      }
    });
  });
  const sent = await upload(await connected(server), photo(await sparse(2 * MIB)));
  expect(sent.assetId).toBe('asset-1');
  expect(expectations).toEqual([true, false]);
});

test('a success before the whole file is none', async () => {
  const server = await rawServer((socket) => {
    socket.once('data', () => socket.write(answer('201 Created', CREATED)));
  });
  const problem = await problemOf(upload(await connected(server), photo(await sparse(64 * MIB))));
  expect(problem).toMatchObject({ kind: 'refused', retryable: false });
});

test('a web page, or an id that leads elsewhere, is no success', async () => {
  const fake = await fakeImmich({ faults: [{ path: '/assets', effect: html(200, 'after-body') }] });
  expect((await problemOf(upload(await connected(fake), photo(await file('x'))))).kind).toBe('not-immich');
  const server = await httpServer((request, response) => {
    request.resume().on('end', () => json(response, 201, { id: '../users/me', status: 'created' }));
  });
  const connection = await connected({ url: `${server.url}/api` });
  expect((await problemOf(upload(connection, photo(await file('x'))))).kind).toBe('not-immich');
});

test('a server that takes no more bytes, and one that never answers', { tags: 'upload' }, async () => {
  const stuck = await rawServer((socket) => socket.pause());
  const problem = await problemOf(
    upload(await connected(stuck, { idleTimeoutMs: 1500 }), photo(await sparse(64 * MIB))),
  );
  expect(problem).toMatchObject({ kind: 'timeout', retryable: true });
  expect(problem.message).toMatch(/did not accept any data for 1\.5 s/);
  const silent = await rawServer((socket) => socket.resume());
  const silence = await problemOf(
    upload(await connected(silent, { responseTimeoutMs: 60 }), photo(await file('x'))),
  );
  expect(silence.message).toMatch(/did not answer for 0\.06 s/);
});

test('no more is read than the server takes, whatever the size of the file', { tags: 'upload' }, async () => {
  // The kernel may hold some 40 MiB for the two ends.
  const [size, margin] = [256 * MIB, 64 * MIB];
  let taken = 0;
  let sent = 0;
  let ahead = 0;
  let chunks = 0;
  const server = await rawServer((socket) => {
    let end = '';
    socket.on('data', (chunk: Buffer) => {
      taken += chunk.length;
      ahead = Math.max(ahead, sent - taken);
      end = (end + chunk.subarray(-100).toString('latin1')).slice(-100);
      if (CLOSED.test(end)) socket.write(answer('201 Created', CREATED));
      // Slow enough at first that a client that does not wait is done long before.
      if (++chunks > 200) return;
      socket.pause();
      setTimeout(() => socket.resume(), 5);
    });
  });
  await upload(await connected(server), photo(await sparse(size)), {
    onBytes: (bytes) => {
      sent += bytes;
    },
  });
  expect(sent).toBe(size);
  expect(ahead).toBeLessThan(margin);
});

test('a kept connection that the server closed costs no file its life', async () => {
  const server = await rawServer((socket) => {
    let text = '';
    let done = false;
    socket.on('data', (chunk: Buffer) => {
      if (done) {
        socket.resetAndDestroy();
        return;
      }
      text += chunk.toString('latin1');
      if (!CLOSED.test(text)) return;
      done = true;
      socket.write(answer('201 Created', CREATED));
    });
  });
  const connection = await connected(server);
  const told: number[] = [];
  for (let round = 0; round < 5; round++)
    await upload(connection, photo(await file('content')), { onBytes: (bytes) => told.push(bytes) });
  expect(told.reduce((sum, bytes) => sum + bytes)).toBe(5 * 'content'.length);
});

test('a file that is not what it was in the list is not sent', async () => {
  const fake = await fakeImmich();
  const connection = await connected(fake);
  const sending = async (change: (path: string) => void) => {
    const main = await file('content');
    change(main.path);
    return (await problemOf(upload(connection, photo(main)))).kind;
  };
  expect(await sending((path) => appendFileSync(path, 'more'))).toBe('changed');
  expect(await sending((path) => utimesSync(path, 1, 1))).toBe('changed');
  expect(await sending((path) => rmSync(path))).toBe('vanished');
  expect(
    await sending((path) => {
      renameSync(path, `${path}.old`);
      writeFileSync(path, 'content');
    }),
  ).toBe('changed');
  expect(
    await sending((path) => {
      renameSync(path, `${path}.old`);
      symlinkSync(`${path}.old`, path);
    }),
  ).toBe('changed');
  expect(fake.store.assets.size).toBe(0);
  expect(fake.requests.filter(({ path }) => path === '/assets')).toEqual([]);
});

test('a symbolic link is followed where that was asked for', async () => {
  const fake = await fakeImmich();
  const target = await file('content');
  const path = join(await folder(), 'link.jpg');
  symlinkSync(target.path, path);
  const { assetId } = await upload(await connected(fake), photo({ ...target, path, linked: true }));
  expect(fake.store.assets.get(assetId)?.file?.size).toBe('content'.length);
});

const changes: Readonly<Record<string, (path: string) => void>> = {
  grows: (path) => appendFileSync(path, 'more'),
  shrinks: (path) => truncateSync(path, 1000),
  'is written in place': (path) => writeFileSync(path, 'x', { flag: 'r+' }),
  'is replaced': (path) => {
    writeFileSync(`${path}.new`, 'other');
    renameSync(`${path}.new`, path);
  },
  vanishes: (path) => rmSync(path),
};
for (const [what, change] of Object.entries(changes))
  test(`a file that ${what} while it is sent does not become an asset`, async () => {
    const proceed = Promise.withResolvers<void>();
    const fake = await fakeImmich({
      keepBytes: false,
      faults: [{ path: '/assets', effect: { kind: 'stall', when: { bytes: MIB }, until: proceed.promise } }],
    });
    const main = await sparse(48 * MIB);
    const failing = problemOf(upload(await connected(fake), photo(main)));
    await expect.poll(() => fake.requests.at(-1)?.bodyBytes ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
    change(main.path);
    proceed.resolve();
    expect((await failing).kind).toBe('changed');
    expect(fake.store.assets.size).toBe(0);
  });

test('a changed sidecar holds its photo back', async () => {
  const fake = await fakeImmich();
  const sidecar = await file('<x/>', 'photo.jpg.xmp');
  appendFileSync(sidecar.path, 'more');
  const failing = upload(await connected(fake), { ...photo(await file('content')), sidecar });
  expect((await problemOf(failing)).kind).toBe('changed');
  expect(fake.store.assets.size).toBe(0);
});

test('an upload ends at once with the run, and leaves nothing', async () => {
  const end = new AbortController();
  const fake = await fakeImmich({
    faults: [{ path: '/assets', effect: { kind: 'stall', when: { bytes: MIB } } }],
  });
  const failing = problemOf(
    upload(await connected(fake), photo(await sparse(64 * MIB)), { signal: end.signal }),
  );
  await expect.poll(() => fake.requests.at(-1)?.bodyBytes ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
  end.abort();
  expect((await failing).kind).toBe('aborted');
  expect(fake.store.assets.size).toBe(0);
});

test('an upload that a reset ends is repeated', async () => {
  const fake = await fakeImmich({
    faults: [{ path: '/assets', times: 2, effect: { kind: 'reset', when: { bytes: 2 * MIB } } }],
  });
  const kinds: string[] = [];
  const sent = await upload(await connected(fake, { retries: 3 }), photo(await sparse(4 * MIB)), {
    onRetry: ({ kind }) => kinds.push(kind),
  });
  expect(fake.store.assets.get(sent.assetId)?.file?.size).toBe(4 * MIB);
  expect(kinds.length).toBeGreaterThan(0);
  expect(new Set(kinds)).toEqual(new Set(['unreachable']));
});

test('an answer that was lost is asked for again, and the photo is there once', async () => {
  const fake = await fakeImmich({
    faults: [{ path: '/assets', times: 1, effect: { kind: 'reset', when: 'after-work' } }],
  });
  const sent = await upload(await connected(fake, { retries: 1 }), photo(await file('content')));
  expect(sent.status).toBe('duplicate');
  expect(fake.store.assets.size).toBe(1);
});

test('quota, a type that is not taken, a permission', async () => {
  const full = await fakeImmich({ quota: { size: 10, usage: 5 } });
  expect((await problemOf(upload(await connected(full), photo(await file('0123456789'))))).kind).toBe(
    'quota',
  );
  const fake = await fakeImmich({ permissions: ['asset.read'] });
  expect(await problemOf(upload(await connected(fake), photo(await file('x'))))).toMatchObject({
    kind: 'permission',
    permission: 'asset.upload',
  });
  const open = await fakeImmich();
  const text = await file('x', 'note.txt');
  expect((await problemOf(upload(await connected(open), photo(text)))).kind).toBe('unsupported');
});

test('a pipe that took the place of a file does not hold the run up', async () => {
  const main = await file('content');
  rmSync(main.path);
  const { execFile } = await import('node:child_process');
  await once(execFile('mkfifo', [main.path]), 'close');
  expect((await problemOf(upload(await connected(await fakeImmich()), photo(main)))).kind).toBe('changed');
});
