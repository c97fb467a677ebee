/** @module-tag upload */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Keep } from '../fake-server/faults.ts';
import { html, tooLarge } from '../fake-server/faults.ts';
import { tick, Upload } from './support.ts';

/** How other uploaders lose photos, each as a behaviour that this one must not have. */

describe.each(['2.5.6', '3.0.3'])('with a server %s', (version) => {
  test('1: a word for no in the environment deletes nothing', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    for (const no of ['false', '0', 'no', 'off', '']) {
      const { exitCode } = await upload.run([], { HSDOCTOR_DELETE: no, IMMICH_DELETE_ASSETS: 'true' });
      expect(exitCode).toBe(0);
      expect(upload.left()).toEqual(['a.jpg']);
    }
  });

  test('2: what the server holds in its trash only stays here', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    await upload.run();
    for (const asset of upload.server.store.assets.values()) asset.trashed = true;
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'trashed, kept' });
    expect(exitCode).toBe(1);
    expect(upload.left()).toEqual(['a.jpg']);
  });

  test('2: and comes out of it where that is asked for', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    await upload.run();
    for (const asset of upload.server.store.assets.values()) asset.trashed = true;
    const { outcomes, exitCode } = await upload.run(['--delete', '--restore-trashed']);
    expect(outcomes).toEqual({ 'a.jpg': 'restored, deleted' });
    expect(exitCode).toBe(0);
    expect([...upload.server.store.assets.values()].map(({ trashed }) => trashed)).toEqual([false]);
  });

  test.each<[Keep['how'], string]>([
    ['nothing', 'unproven'],
    ['flipped', 'unproven'],
    ['truncated', 'unproven'],
    ['no-file', 'damaged'],
    ['other-size', 'damaged'],
    ['trashed', 'trashed'],
    ['wrong-id', 'uploaded'],
  ])('3: a server that answers well, and keeps %s', async (how, outcome) => {
    await using upload = await Upload.start({ version });
    const content = 'the only copy there is';
    upload.photo('a.jpg', content);
    upload.photo('b.jpg');
    upload.server.faults = [{ path: '/assets', file: 'a.jpg', effect: { kind: 'keep', how } }];
    const { outcomes, exitCode } = await upload.run(['--delete']);
    const held = upload.server.store.holds(Buffer.from(content));
    expect(outcomes).toEqual({
      'a.jpg': `${outcome}, ${held ? 'deleted' : 'kept'}`,
      'b.jpg': 'uploaded, deleted',
    });
    expect(upload.left()).toEqual(held ? [] : ['a.jpg']);
    expect(exitCode).toBe(held ? 0 : 1);
  });

  test('3: other bytes of the same size are found by looking at them', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    upload.server.faults = [{ path: '/assets', file: 'a.jpg', effect: { kind: 'keep', how: 'other-bytes' } }];
    const { outcomes, exitCode } = await upload.run(['--delete', '--verify', 'deep']);
    expect(outcomes).toEqual({ 'a.jpg': 'damaged, kept' });
    expect(exitCode).toBe(1);
  });

  test('4: a file without bytes is neither sent nor deleted', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('empty.jpg', '');
    upload.photo('full.jpg');
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'empty.jpg': 'empty, kept', 'full.jpg': 'uploaded, deleted' });
    expect(exitCode).toBe(1);
    expect(upload.server.store.assets.size).toBe(1);
  });

  test('4: a file that grows while it is sent stays', async () => {
    await using upload = await Upload.start({ version });
    const growing = upload.photo('growing.jpg', Buffer.alloc(3_000_000, 'a'));
    upload.photo('quiet.jpg');
    const held = Promise.withResolvers<void>();
    upload.server.faults = [
      {
        path: '/assets',
        file: 'growing.jpg',
        times: 1,
        effect: { kind: 'stall', when: { bytes: 1_000_000 }, until: held.promise },
      },
    ];
    const running = upload.run(['--delete']);
    while (!upload.server.requests.some(({ bodyBytes }) => bodyBytes > 1_000_000)) await tick();
    appendFileSync(growing, 'more');
    held.resolve();
    const { outcomes, exitCode } = await running;
    expect(outcomes).toEqual({ 'growing.jpg': 'changed, kept', 'quiet.jpg': 'uploaded, deleted' });
    expect(exitCode).toBe(1);
    expect(upload.bytesOf('growing.jpg').length).toBe(3_000_004);
  });

  test('4: a file that is replaced between proof and deletion stays', async () => {
    await using upload = await Upload.start({ version });
    const path = upload.photo('a.jpg', 'the first');
    const held = Promise.withResolvers<void>();
    upload.server.faults = [{ method: 'HEAD', effect: { kind: 'stall', until: held.promise } }];
    const running = upload.run(['--delete']);
    while (!upload.server.requests.some(({ method }) => method === 'HEAD')) await tick();
    unlinkSync(path);
    writeFileSync(path, 'the other');
    held.resolve();
    const { outcomes, exitCode } = await running;
    expect(outcomes).toEqual({ 'a.jpg': 'changed, kept' });
    expect(exitCode).toBe(1);
    expect(upload.bytesOf('a.jpg').toString()).toBe('the other');
  });

  test('4: one that is replaced while a process still writes to what it was has changed', async () => {
    await using upload = await Upload.start({ version });
    const path = upload.photo('a.jpg', 'the first');
    const held = Promise.withResolvers<void>();
    upload.server.faults = [{ method: 'HEAD', effect: { kind: 'stall', until: held.promise } }];
    const running = upload.run(['--delete']);
    while (!upload.server.requests.some(({ method }) => method === 'HEAD')) await tick();
    const open = openSync(path, 'r+');
    unlinkSync(path);
    writeFileSync(path, 'the other');
    held.resolve();
    const { outcomes } = await running;
    closeSync(open);
    expect(outcomes).toEqual({ 'a.jpg': 'changed, kept' });
  });

  test('5: a sidecar that was not sent stays', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('known.jpg');
    await upload.run();
    upload.photo('known.jpg.xmp', '<x:xmpmeta/>');
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'known.jpg': 'present, deleted', 'known.jpg.xmp': 'unproven, kept' });
    expect(exitCode).toBe(1);
    expect(upload.left()).toEqual(['known.jpg.xmp']);
  });

  test('5: a raw file and its photo share a sidecar', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('one.dng');
    upload.photo('one.jpg');
    upload.photo('one.xmp', '<x:xmpmeta/>');
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({
      'one.dng': 'uploaded, deleted',
      'one.jpg': 'uploaded, deleted',
      'one.xmp': 'attached, deleted',
    });
    expect(exitCode).toBe(0);
    expect([...upload.server.store.assets.values()].map(({ sidecar }) => sidecar?.bytes?.toString())).toEqual(
      ['<x:xmpmeta/>', '<x:xmpmeta/>'],
    );
  });

  test('7: uploads that fail are no success', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    upload.photo('b.jpg');
    upload.server.faults = [
      { method: 'POST', path: '/assets', effect: { kind: 'answer', status: 400, body: '{"message":"no"}' } },
    ];
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'failed, kept', 'b.jpg': 'failed, kept' });
    expect(exitCode).toBe(1);
  });

  test('7: a bulk check that fails is no success', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    upload.server.faults = [
      {
        path: '/assets/bulk-upload-check',
        effect: { kind: 'answer', status: 500, body: '{"message":"no"}' },
      },
    ];
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'failed, kept' });
    expect(exitCode).toBe(1);
  });

  test('7: a web page in place of an answer is no success', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    upload.server.faults = [{ method: 'POST', path: '/assets', effect: html(200) }];
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'failed, kept' });
    expect(exitCode).toBe(1);
  });

  test('9: a connection on which nothing moves is given up, and the file stays', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('stalled.jpg', Buffer.alloc(5_000_000, 'a'));
    upload.photo('quiet.jpg');
    upload.server.faults = [
      { path: '/assets', file: 'stalled.jpg', effect: { kind: 'stall', when: { bytes: 1000 } } },
    ];
    const { outcomes, exitCode } = await upload.run([
      '--delete',
      '--idle-timeout=1s',
      '--response-timeout=1s',
      '--retries=1',
    ]);
    expect(outcomes).toEqual({ 'quiet.jpg': 'uploaded, deleted', 'stalled.jpg': 'failed, kept' });
    expect(exitCode).toBe(1);
  });

  test('9: a file that a proxy finds too large is sent once, and the limit is named', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('large.mov', Buffer.alloc(5_000_000, 'a'));
    upload.server.faults = [{ method: 'POST', path: '/assets', effect: tooLarge() }];
    const { report, exitCode } = await upload.run(['--delete']);
    expect(report.files[0]).toMatchObject({ outcome: 'failed', local: 'kept' });
    expect(report.files[0]?.reason).toMatch(/client_max_body_size/);
    expect(exitCode).toBe(1);
    expect(
      upload.server.requests.filter(({ path, method }) => path === '/assets' && method === 'POST'),
    ).toHaveLength(1);
  });

  test('10: a file that vanishes does not end the run', async () => {
    await using upload = await Upload.start({ version });
    const vanishing = upload.photo('a.jpg');
    upload.photo('b.jpg');
    const held = Promise.withResolvers<void>();
    upload.server.faults = [
      { path: '/assets/bulk-upload-check', times: 1, effect: { kind: 'stall', until: held.promise } },
    ];
    const running = upload.run(['--delete']);
    while (!upload.server.requests.some(({ path }) => path === '/assets/bulk-upload-check')) await tick();
    unlinkSync(vanishing);
    held.resolve();
    const { outcomes, exitCode } = await running;
    expect(outcomes).toEqual({ 'a.jpg': 'vanished, kept', 'b.jpg': 'uploaded, deleted' });
    expect(exitCode).toBe(1);
  });

  test('6: of two runs on one folder the second says so, and ends at once', async () => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    const held = Promise.withResolvers<void>();
    upload.server.faults = [
      { method: 'POST', path: '/assets', effect: { kind: 'stall', until: held.promise } },
    ];
    const first = upload.run(['--delete']);
    while (!upload.server.requests.some(({ path, method }) => path === '/assets' && method === 'POST'))
      await tick();
    const second = await upload.run(['--delete']);
    held.resolve();
    expect(second.report).toMatchObject({ ending: 'locked', exitStatus: 4, files: [] });
    expect(second.exitCode).toBe(4);
    expect((await first).outcomes).toEqual({ 'a.jpg': 'uploaded, deleted' });
  });
});

test('7: a folder that does not exist is a mistake, and no success', async () => {
  await using upload = await Upload.start();
  rmSync(upload.folder, { recursive: true });
  const { exitCode, stdout, stderr } = await upload.start(['--json']);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain(upload.folder);
});

test('8: names with the signs of patterns are names', async () => {
  await using upload = await Upload.start();
  const names = [
    'Trip (Rome)/a.jpg',
    '{a,b}/c.jpg',
    '[x]*?.jpg',
    '-rf.jpg',
    'two\nlines.jpg',
    '!no.jpg',
    'it\'s "so".jpg',
    'back\\slash.jpg',
    'escape\u001b[31m.jpg',
    'tab\tdelete\u007f.jpg',
    '100%22.jpg',
  ];
  for (const name of names) upload.photo(name);
  const { outcomes, exitCode } = await upload.run(['--recursive', '--delete']);
  expect(outcomes).toEqual(Object.fromEntries(names.map((name) => [name, 'uploaded, deleted'])));
  expect(exitCode).toBe(0);
  expect(upload.left()).toEqual([]);
  const kept = [...upload.server.store.assets.values()].map(({ name }) => name);
  expect(kept.sort()).toEqual(names.map((name) => basename(name)).sort());
});

test('8: a loop of links finds each photo once', async () => {
  await using upload = await Upload.start();
  upload.photo('album/a.jpg');
  symlinkSync('..', join(upload.folder, 'album', 'up'));
  symlinkSync('album', join(upload.folder, 'again'));
  const { outcomes, exitCode } = await upload.run(['--recursive', '--follow-symlinks']);
  expect(outcomes).toEqual({ 'album/a.jpg': 'uploaded, kept' });
  expect(exitCode).toBe(0);
});

test.each(['1.106.0', '1.114.0', '1.135.3', '2.5.6', '3.0.3', '3.2.0'])(
  '11: a server %s is served',
  async (version) => {
    await using upload = await Upload.start({ version });
    upload.photo('a.jpg');
    upload.photo('b.png');
    const { outcomes, exitCode } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'a.jpg': 'uploaded, deleted', 'b.png': 'uploaded, deleted' });
    expect(exitCode).toBe(0);
  },
);

test('nothing but other files is nothing to do, even without a server', async () => {
  await using upload = await Upload.start();
  upload.photo('.DS_Store');
  upload.photo('notes.txt');
  mkdirSync(join(upload.folder, 'folder'));
  await upload.server.close();
  const { exitCode, stdout, stderr } = await upload.start(['--delete']);
  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect(existsSync(upload.folder)).toBe(true);
});
