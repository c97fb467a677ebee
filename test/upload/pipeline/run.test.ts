import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { liveVideo, video } from '../files/videos.ts';
import { tick, Upload } from './support.ts';

const CHECK = '/assets/bulk-upload-check';

/** Holds back the answer to a question until it is told to go on. */
function holding(upload: Upload, method: string, path: string | RegExp) {
  const held = Promise.withResolvers<void>();
  upload.server.faults = [
    { method, path, times: 1, effect: { kind: 'stall', when: 'before-body', until: held.promise } },
  ];
  const isThere = (request: { method: string; path: string }) =>
    request.method === method && (typeof path === 'string' ? request.path === path : path.test(request.path));
  return {
    async reached() {
      while (!upload.server.requests.some(isThere)) await tick();
    },
    goOn: () => held.resolve(),
  };
}

test('twenty runs that begin at once: one uploads, the others say that it does, and nothing is sent twice', {
  tags: 'upload',
}, async () => {
  await using upload = await Upload.start();
  const names = Array.from({ length: 12 }, (_, n) => `IMG_${String(n).padStart(2, '0')}.jpg`);
  for (const name of names) upload.photo(name);
  const held = holding(upload, 'POST', CHECK);
  const running = Array.from({ length: 20 }, () => upload.run(['--delete']));
  await held.reached();
  // The one that holds the folder cannot end before all others have found it so.
  let ended = 0;
  for (const run of running) void run.then(() => ended++);
  while (ended < 19) await tick();
  held.goOn();
  const results = await Promise.all(running);
  expect(results.map(({ exitCode }) => exitCode).sort()).toEqual([0, ...Array(19).fill(4)]);
  const sent = upload.server.requests.filter(({ method, path }) => method === 'POST' && path === '/assets');
  expect(sent).toHaveLength(names.length);
  expect(upload.left()).toEqual([]);
  expect([...upload.server.store.assets.values()].map(({ name }) => name).sort()).toEqual(names);
});

describe('a file that', { tags: 'upload' }, () => {
  test.each<[string, (path: string) => void, string]>([
    ['shrinks', (path) => truncateSync(path, 10), 'changed, kept'],
    ['grows', (path) => appendFileSync(path, 'more'), 'changed, kept'],
    ['is written anew with its size and time', (path) => rewrite(path), 'changed, kept'],
    [
      'is replaced',
      (path) => [writeFileSync(`${path}.new`, 'x'), renameSync(`${path}.new`, path)],
      'changed, kept',
    ],
    ['vanishes', (path) => rmSync(path), 'vanished, kept'],
    ['becomes a folder', (path) => [rmSync(path), mkdirSync(path)], 'changed, kept'],
  ])('%s before it is sent is left alone, and the others are uploaded', async (_, disturb, outcome) => {
    await using upload = await Upload.start();
    const path = upload.photo('a.jpg', Buffer.alloc(100_000, 'a'));
    upload.photo('b.jpg');
    const held = holding(upload, 'POST', CHECK);
    const running = upload.run(['--delete']);
    await held.reached();
    disturb(path);
    held.goOn();
    const { outcomes, exitCode } = await running;
    expect(outcomes).toEqual({ 'a.jpg': outcome, 'b.jpg': 'uploaded, deleted' });
    expect(exitCode).toBe(1);
  });

  test('may not be read is told, and the others are uploaded', async () => {
    await using upload = await Upload.start();
    chmodSync(upload.photo('a.jpg'), 0);
    upload.photo('b.jpg');
    const { stdout, exitCode } = await upload.startAsNobody(['--json', '--delete']);
    const { files } = JSON.parse(stdout);
    expect(files).toMatchObject([
      {
        path: 'a.jpg',
        outcome: 'failed',
        local: 'kept',
        reason: expect.stringMatching(/permission denied/i),
      },
      { path: 'b.jpg', outcome: 'uploaded', local: 'deleted' },
    ]);
    expect(exitCode).toBe(1);
  });

  test('never stops changing is left, and the others go on meanwhile', async () => {
    await using upload = await Upload.start();
    const path = upload.photo('growing.jpg');
    upload.photo('b.jpg');
    const running = upload.run(['--delete', '--settle-interval=100ms', '--settle-timeout=2s']);
    const writing = setInterval(() => appendFileSync(path, 'more'), 20);
    while (upload.server.store.named('b.jpg').length === 0) await tick();
    const { outcomes, exitCode } = await running;
    clearInterval(writing);
    expect(outcomes).toEqual({ 'b.jpg': 'uploaded, deleted', 'growing.jpg': 'unsettled, kept' });
    expect(exitCode).toBe(1);
  });

  test('never stops changing, and is the only one, ends with 5', async () => {
    await using upload = await Upload.start();
    const path = upload.photo('growing.jpg');
    const writing = setInterval(() => appendFileSync(path, 'more'), 20);
    const { exitCode } = await upload.run(['--settle-interval=100ms', '--settle-timeout=1s']);
    clearInterval(writing);
    expect(exitCode).toBe(5);
  });

  test('arrives during a run is uploaded by it', async () => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    const held = holding(upload, 'POST', CHECK);
    const running = upload.run(['--delete']);
    await held.reached();
    upload.photo('late.jpg');
    held.goOn();
    const { outcomes, exitCode } = await running;
    expect(outcomes).toEqual({ 'a.jpg': 'uploaded, deleted', 'late.jpg': 'uploaded, deleted' });
    expect(exitCode).toBe(0);
  });
});

function rewrite(path: string): void {
  const then = Date.now() / 1000 - 3600;
  writeFileSync(path, Buffer.alloc(100_000, 'b'));
  utimesSync(path, then, then);
}

describe('the hashes of an earlier run', { tags: 'upload' }, () => {
  const remembered = async () => {
    const upload = await Upload.start();
    upload.photo('a.jpg', 'the first bytes');
    // What changed a moment ago is not remembered.
    await new Promise((resolve) => setTimeout(resolve, 2100));
    await upload.run();
    return upload;
  };
  const cacheFile = (upload: Upload) => {
    const folder = upload.path('home', 'cache', 'hsdoctor');
    return join(folder, readdirSync(folder).find((name) => name.endsWith('.hashes')) ?? '');
  };

  test('are not trusted when a file is to be deleted', async () => {
    await using upload = await remembered();
    const path = upload.path('photos', 'a.jpg');
    const cache = cacheFile(upload);
    const { checksum } = (await upload.run()).report.files[0] ?? {};
    // Other bytes, of which the cache says that they are those of before: its line is made by its own program.
    upload.photo('a.jpg', 'the other bytes');
    const { encodeLine, stampOf } = await import('../../../src/upload/files/hash-cache-line.ts');
    const { identityOf } = await import('../../../src/upload/files/identity.ts');
    const { lstatSync } = await import('node:fs');
    const identity = identityOf(lstatSync(path, { bigint: true }));
    const stamp = stampOf({ path, name: 'a.jpg', identity, linked: false });
    appendFileSync(cache, `${encodeLine({ name: 'a.jpg', stamp, checksum: checksum ?? '' })}\n`);
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'changed, kept' });
    expect(exitCode).toBe(1);
    expect(readFileSync(path, 'utf8')).toBe('the other bytes');
  });

  test.each<[string, (path: string) => void]>([
    ['torn', (path) => truncateSync(path, 20)],
    ['garbage', (path) => writeFileSync(path, Buffer.alloc(3000, 0xff))],
    ['a folder', (path) => [rmSync(path), mkdirSync(path)]],
  ])('are dropped when their file is %s', async (_, spoil) => {
    await using upload = await remembered();
    spoil(cacheFile(upload));
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'present, deleted' });
    expect(exitCode).toBe(0);
  });
});

describe('what belongs together', () => {
  test('the video of a live photo is sent first, hidden, and named by its photo', async () => {
    await using upload = await Upload.start();
    upload.photo('IMG_1.HEIC');
    upload.photo('IMG_1.MOV', liveVideo());
    const { outcomes } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'IMG_1.HEIC': 'uploaded, deleted', 'IMG_1.MOV': 'uploaded, deleted' });
    const [moving] = upload.server.store.named('IMG_1.MOV');
    expect(moving?.visibility).toBe('hidden');
    expect(upload.server.store.named('IMG_1.HEIC')[0]?.livePhotoVideoId).toBe(moving?.id);
  });

  test('a video that only has the name of a photo is shown by itself', async () => {
    await using upload = await Upload.start();
    upload.photo('IMG_1.JPG');
    upload.photo('IMG_1.MOV', video(['com.apple.quicktime.make']));
    await upload.run();
    expect(upload.server.store.named('IMG_1.MOV')[0]?.visibility).toBe('timeline');
    expect(upload.server.store.named('IMG_1.JPG')[0]?.livePhotoVideoId).toBeUndefined();
  });

  test('half a live photo is not deleted', async () => {
    await using upload = await Upload.start();
    upload.photo('IMG_1.HEIC');
    upload.photo('IMG_1.MOV', liveVideo());
    upload.server.faults = [{ path: '/assets', file: 'IMG_1.MOV', effect: { kind: 'keep', how: 'nothing' } }];
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'IMG_1.HEIC': 'uploaded, kept', 'IMG_1.MOV': 'unproven, kept' });
    expect(exitCode).toBe(1);
  });

  test('a sidecar of an earlier run counts as sent, as long as it is the same', async () => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    upload.photo('a.xmp', '<x:xmpmeta/>');
    await upload.run();
    expect((await upload.run()).outcomes).toEqual({ 'a.jpg': 'present, kept', 'a.xmp': 'present, kept' });
    upload.photo('a.xmp', '<x:xmpmeta>other</x:xmpmeta>');
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'present, deleted', 'a.xmp': 'unproven, kept' });
    expect(exitCode).toBe(1);
  });

  test('a sidecar alone is nothing to do', async () => {
    await using upload = await Upload.start();
    upload.photo('a.xmp');
    const { report, exitCode } = await upload.run(['--delete']);
    expect({ files: report.files, exitCode }).toEqual({ files: [], exitCode: 0 });
    expect(upload.left()).toEqual(['a.xmp']);
  });

  test('a sidecar of another file than the one beside it is nothing to do, and keeps nobody busy', async () => {
    await using upload = await Upload.start();
    upload.photo('a.png');
    upload.photo('a.jpg.xmp');
    const { outcomes, exitCode } = await upload.run(['--delete', '--timeout=20s']);
    expect(outcomes).toEqual({ 'a.png': 'uploaded, deleted' });
    expect(exitCode).toBe(0);
  });

  test('the same photo under two names is sent once, and both are proven', async () => {
    await using upload = await Upload.start();
    upload.photo('a.jpg', 'same');
    upload.photo('a copy.jpg', 'same');
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(Object.values(outcomes).sort()).toEqual(['present, deleted', 'uploaded, deleted']);
    expect(exitCode).toBe(0);
    expect(upload.server.store.assets.size).toBe(1);
  });
});

describe('albums', () => {
  test('one for all is made once, and found again', async () => {
    await using upload = await Upload.start();
    for (const name of ['a.jpg', 'b.jpg']) upload.photo(name);
    await upload.run(['--album', 'Trip']);
    upload.photo('c.jpg');
    const { exitCode } = await upload.run(['--album', 'Trip', '--delete']);
    expect(exitCode).toBe(0);
    const albums = [...upload.server.store.albums.values()];
    expect(albums.map(({ name, assetIds }) => [name, assetIds.size])).toEqual([['Trip', 3]]);
  });

  test.each(['2.5.6', '3.0.3'])(
    'that of another, who shares it, is not the own one of this name: %s',
    async (version) => {
      await using upload = await Upload.start({ version });
      const foreign = upload.server.store.addAlbum('Holiday', { foreign: true });
      upload.photo('a.jpg');
      expect((await upload.run(['--album', 'Holiday'])).exitCode).toBe(0);
      expect(foreign.assetIds.size).toBe(0);
      const own = [...upload.server.store.albums.values()].filter(({ foreign }) => !foreign);
      expect(own.map(({ name, assetIds }) => [name, assetIds.size])).toEqual([['Holiday', 1]]);
    },
  );

  test('of two with one name the first is taken, and that is told', async () => {
    await using upload = await Upload.start();
    const [first, second] = ['Trip', 'Trip'].map((name) => upload.server.store.addAlbum(name));
    upload.photo('a.jpg');
    const { report } = await upload.run(['--album', 'Trip']);
    expect([first?.assetIds.size, second?.assetIds.size]).toEqual([1, 0]);
    expect(report.notes).toContainEqual(expect.stringMatching(/^there are 2 albums named "Trip"/));
  });

  test('each folder is one', async () => {
    await using upload = await Upload.start();
    upload.photo('Rome/a.jpg');
    upload.photo('Paris/b.jpg');
    await upload.run(['--recursive', '--album-from-folder']);
    expect([...upload.server.store.albums.values()].map(({ name }) => name).sort()).toEqual([
      'Paris',
      'Rome',
    ]);
  });

  test('a photo that did not get into its album stays here: its folder is all that tells where it belongs', async () => {
    await using upload = await Upload.start();
    upload.photo('Rome/a.jpg');
    upload.server.faults = [{ method: 'PUT', path: /^\/albums\//, effect: { kind: 'answer', status: 500 } }];
    const { outcomes, exitCode } = await upload.run(['--recursive', '--album-from-folder', '--delete']);
    expect(outcomes).toEqual({ 'Rome/a.jpg': 'incomplete, kept' });
    expect(exitCode).toBe(1);
  });
});

describe('a run', () => {
  test('that only rehearses changes nothing, here or there', async () => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    const { outcomes, exitCode } = await upload.run(['--delete', '--dry-run', '--album', 'Trip']);
    expect(outcomes).toEqual({ 'a.jpg': 'would-upload, would-delete' });
    expect(exitCode).toBe(0);
    expect(upload.server.store.assets.size + upload.server.store.albums.size).toBe(0);
    expect(upload.left()).toEqual(['a.jpg']);
  });

  test('may move what is proven, with its folders', async () => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    upload.photo('sub/b.jpg');
    mkdirSync(upload.path('sent'));
    const { outcomes } = await upload.run(['--recursive', '--move-to', upload.path('sent')]);
    expect(outcomes).toEqual({ 'a.jpg': 'uploaded, moved', 'sub/b.jpg': 'uploaded, moved' });
    expect(upload.left()).toEqual([]);
    expect(existsSync(upload.path('sent', 'sub', 'b.jpg'))).toBe(true);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('that gets %s ends cleanly, and the next one goes on', async (signal, exitStatus) => {
    await using upload = await Upload.start();
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) upload.photo(name);
    const held = holding(upload, 'POST', '/assets');
    const running = upload.start(['--delete', '--json', '--concurrency=1']);
    await held.reached();
    running.kill(signal);
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(exitStatus);
    expect(JSON.parse(stdout)).toMatchObject({
      ending: 'interrupted',
      summary: { deleted: 0, notProven: 3 },
    });
    expect(upload.left()).toEqual(['a.jpg', 'b.jpg', 'c.jpg']);
    held.goOn();
    upload.server.faults = [];
    const { report } = await upload.run(['--delete']);
    expect(report).toMatchObject({ exitStatus: 0, notes: [], summary: { deleted: 3 } });
  });

  test('whose time is up ends cleanly', async () => {
    await using upload = await Upload.start();
    upload.photo('a.jpg');
    const held = holding(upload, 'POST', '/assets');
    const { report, outcomes, exitCode } = await upload.run([
      '--delete',
      '--timeout=1s',
      '--idle-timeout=60s',
    ]);
    held.goOn();
    expect(report).toMatchObject({ ending: 'timed-out', message: expect.stringContaining('1s') });
    expect(outcomes).toEqual({ 'a.jpg': 'unproven, kept' });
    expect(exitCode).toBe(1);
  });

  test('whose server dies half way ends soon, and says which files it did not reach', async () => {
    await using upload = await Upload.start();
    for (let n = 0; n < 60; n++) upload.photo(`IMG_${n}.jpg`);
    upload.server.faults = [{ path: '/assets', nth: 12, effect: { kind: 'dies' } }];
    const { report, exitCode } = await upload.run(['--delete']);
    expect(report.ending).toBe('server-lost');
    expect(report.files).toHaveLength(60);
    expect(exitCode).toBe(1);
    expect(upload.left()).toHaveLength(60 - report.summary.deleted);
    for (const { path, local } of report.files)
      if (local === 'deleted')
        expect(upload.server.store.holds(Buffer.from(`the bytes of ${path}`))).toBe(true);
  });

  test('ends when the key is refused, and asks no more', async () => {
    await using upload = await Upload.start();
    for (let n = 0; n < 40; n++) upload.photo(`IMG_${n}.jpg`);
    upload.server.faults = [
      { method: 'POST', path: '/assets', effect: { kind: 'answer', status: 401, body: '{"message":"no"}' } },
    ];
    const { report } = await upload.run(['--concurrency=1']);
    expect(report.ending).toBe('server-lost');
    expect(report.message).toMatch(/does not accept the API key/);
    expect(upload.server.requests.filter(({ path }) => path === '/assets').length).toBeLessThan(5);
  });
});

test('all permissions that are missing are named at once', async () => {
  await using upload = await Upload.start({ permissions: ['user.read'] });
  upload.photo('a.jpg');
  const { report, exitCode } = await upload.run(['--album', 'x', '--verify=deep', '--restore-trashed']);
  expect(exitCode).toBe(3);
  for (const permission of [
    'asset.upload',
    'asset.download',
    'asset.delete',
    'album.read',
    'album.create',
    'albumAsset.create',
  ])
    expect(report.message).toContain(permission);
});

test('a key that may not download proves by the checksum, and says so', async () => {
  await using upload = await Upload.start({ permissions: ['asset.upload'] });
  upload.photo('a.jpg');
  const { report, exitCode } = await upload.run(['--delete']);
  expect(exitCode).toBe(0);
  expect(report.files[0]).toMatchObject({ verified: 'checksum', local: 'deleted' });
  expect(report.notes.join()).toContain('asset.download');
});

test('what does not fit into the quota is not sent', async () => {
  await using upload = await Upload.start({ quota: { size: 1000, usage: 500 } });
  upload.photo('large.jpg', Buffer.alloc(600, 'a'));
  upload.photo('small.jpg', 'x');
  const { report, outcomes } = await upload.run(['--delete']);
  expect(outcomes).toEqual({ 'large.jpg': 'failed, kept', 'small.jpg': 'uploaded, deleted' });
  expect(report.files[0]?.reason).toMatch(/quota: raise the quota in Immich .*, or free some space$/);
});

test('a server in maintenance is told as such', async () => {
  await using upload = await Upload.start({ maintenance: true });
  upload.photo('a.jpg');
  const { report, exitCode } = await upload.run();
  expect(exitCode).toBe(3);
  expect(report.message).toMatch(/maintenance/);
});

describe.skipIf(process.platform !== 'linux')('the key (skipped without /proc)', { tags: 'upload' }, () => {
  test.each<[string, string[]]>([
    ['a run', []],
    ['a run by the official program', ['--engine=immich-cli']],
  ])('stands in no command line and in no output of %s', async (_, args) => {
    // Other runs on this machine may have that of all other tests in their environment.
    const key = `the-key-of-one-test-${randomUUID()}`;
    await using upload = await Upload.start({ key });
    upload.photo('a.jpg');
    upload.photo('b.jpg');
    writeFileSync(upload.path('key'), `export IMMICH_API_KEY='${key}'\n`, { mode: 0o600 });
    const held = holding(upload, 'POST', '/assets');
    upload.server.faults = [
      ...upload.server.faults,
      {
        path: '/assets',
        file: 'b.jpg',
        effect: { kind: 'answer', status: 500, body: `{"message":"${key}"}` },
      },
    ];
    const running = upload.start([...args, '--retries=0', '--key-file', upload.path('key')], {
      IMMICH_API_KEY: '',
    });
    await held.reached();
    const listing = execFileSync('ps', ['axww', '-o', 'args='], { encoding: 'utf8' });
    // All of them are ours: what else runs here has no business with this key.
    const environments = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => readable(`/proc/${pid}/environ`))
      .join('\n');
    held.goOn();
    const { stdout, stderr, exitCode } = await running;
    const json = await upload.run([...args, '--retries=0']);
    expect(listing).toContain('immich upload');
    expect(listing).not.toContain(key);
    expect(environments).not.toContain(key);
    expect(`${stdout}${stderr}${JSON.stringify(json.report)}${json.stderr}`).not.toContain(key);
    expect(exitCode).toBe(1);
  });
});

function readable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
