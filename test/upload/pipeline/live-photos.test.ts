/** @module-tag upload */
import { renameSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FakeImmichOptions } from '../fake-server/server.ts';
import { liveVideo } from '../files/videos.ts';
import { Upload } from './support.ts';

/** What the server hides, because it belongs to a photo, lasts as long as that photo does. */

const MOVIE = liveVideo();

/** The server has a live photo, whose two files are here as well. */
async function livePhoto(options: FakeImmichOptions = {}): Promise<Upload> {
  const upload = await Upload.start(options);
  upload.photo('IMG_1.HEIC');
  upload.photo('IMG_1.MOV', MOVIE);
  await upload.run();
  return upload;
}

const asset = (upload: Upload, name: string) => {
  const [found] = upload.server.store.named(name);
  if (found === undefined) throw new Error(`the server has no ${name}`);
  return found;
};

describe.each(['2.5.6', '3.0.3'])('of a live photo that a server %s has', (version) => {
  test('the video alone is not deleted when its photo is in the trash', async () => {
    await using upload = await livePhoto({ version });
    asset(upload, 'IMG_1.HEIC').trashed = true;
    rmSync(upload.path('photos', 'IMG_1.HEIC'));
    const { outcomes, exitCode, report } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'IMG_1.MOV': 'trashed, kept' });
    expect(report.files[0]?.reason).toMatch(/photo that it belongs to/);
    expect(exitCode).toBe(1);
    upload.server.store.emptyTrash();
    expect(upload.server.store.assets.size).toBe(0);
    expect(upload.left()).toEqual(['IMG_1.MOV']);
  });

  test('the video alone is deleted when its photo is shown, in the archive too', async () => {
    for (const visibility of ['timeline', 'archive'] as const) {
      await using upload = await livePhoto({ version });
      asset(upload, 'IMG_1.HEIC').visibility = visibility;
      rmSync(upload.path('photos', 'IMG_1.HEIC'));
      const { outcomes, exitCode } = await upload.run(['--delete']);
      expect(outcomes).toEqual({ 'IMG_1.MOV': 'present, deleted' });
      expect(exitCode).toBe(0);
    }
  });

  test('a second photo of that name does not make a file of its own of the video', async () => {
    await using upload = await livePhoto({ version });
    asset(upload, 'IMG_1.HEIC').trashed = true;
    upload.photo('IMG_1.JPG');
    const { outcomes } = await upload.run(['--delete']);
    expect(outcomes).toEqual({
      'IMG_1.HEIC': 'trashed, kept',
      'IMG_1.JPG': 'uploaded, deleted',
      'IMG_1.MOV': 'trashed, kept',
    });
  });

  test('with --restore-trashed, the photo comes out of the trash for its video', async () => {
    await using upload = await livePhoto({ version });
    const photo = asset(upload, 'IMG_1.HEIC');
    photo.trashed = true;
    rmSync(upload.path('photos', 'IMG_1.HEIC'));
    const { outcomes } = await upload.run(['--delete', '--restore-trashed']);
    expect(outcomes).toEqual({ 'IMG_1.MOV': 'restored, deleted' });
    expect(photo.trashed).toBe(false);
  });

  test('the video is kept when its photo is in the locked folder: no key may see whether it is there', async () => {
    await using upload = await livePhoto({ version });
    asset(upload, 'IMG_1.HEIC').visibility = 'locked';
    rmSync(upload.path('photos', 'IMG_1.HEIC'));
    expect((await upload.run(['--delete'])).outcomes).toEqual({ 'IMG_1.MOV': 'unseen, kept' });
  });

  test('both are deleted when both are proven, and neither when one is not', async () => {
    await using upload = await livePhoto({ version });
    const photo = asset(upload, 'IMG_1.HEIC');
    photo.file = undefined;
    expect((await upload.run(['--delete'])).outcomes).toEqual({
      'IMG_1.HEIC': 'damaged, kept',
      'IMG_1.MOV': 'present, kept',
    });
  });
});

describe('a key without asset.read', () => {
  const permissions = ['asset.upload', 'asset.download'];

  test('deletes a live photo that this run has sent', async () => {
    await using upload = await Upload.start({ permissions });
    upload.photo('IMG_1.HEIC');
    upload.photo('IMG_1.MOV', MOVIE);
    const { outcomes } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'IMG_1.HEIC': 'uploaded, deleted', 'IMG_1.MOV': 'uploaded, deleted' });
    expect(asset(upload, 'IMG_1.HEIC').livePhotoVideoId).toBe(asset(upload, 'IMG_1.MOV').id);
  });

  test('deletes no video that the server had before, and says what is missing', async () => {
    await using upload = await livePhoto({ permissions });
    const { report, outcomes } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'IMG_1.HEIC': 'present, kept', 'IMG_1.MOV': 'unseen, kept' });
    expect(report.files[1]?.reason).toMatch(/asset\.read/);
    expect(report.notes).toContainEqual(expect.stringMatching(/asset\.read/));
  });
});

describe('a video that comes after its photo', () => {
  const later = async (options: FakeImmichOptions = {}) => {
    const upload = await Upload.start(options);
    upload.photo('IMG_1.HEIC');
    await upload.run();
    upload.photo('IMG_1.MOV', MOVIE);
    return upload;
  };
  const BOTH = { 'IMG_1.HEIC': 'present, deleted', 'IMG_1.MOV': 'uploaded, deleted' };

  test('is linked to it', async () => {
    await using upload = await later();
    expect((await upload.run(['--delete'])).outcomes).toEqual(BOTH);
    const [photo, video] = [asset(upload, 'IMG_1.HEIC'), asset(upload, 'IMG_1.MOV')];
    expect(photo.livePhotoVideoId).toBe(video.id);
    expect(video.visibility).toBe('hidden');
  });

  test('is shown by itself where the key may not link it', async () => {
    const permissions = ['asset.upload', 'asset.download', 'asset.read'];
    await using upload = await later({ permissions });
    const { outcomes, report } = await upload.run(['--delete']);
    expect(outcomes).toEqual(BOTH);
    expect(asset(upload, 'IMG_1.MOV').visibility).toBe('timeline');
    expect(report.notes).toContainEqual(expect.stringMatching(/asset\.update/));
  });

  test('is shown by itself where the photo has another video', async () => {
    await using upload = await later();
    asset(upload, 'IMG_1.HEIC').livePhotoVideoId = 'f3f1b2a0-0000-4000-8000-000000000000';
    expect((await upload.run(['--delete'])).outcomes).toEqual(BOTH);
    expect(asset(upload, 'IMG_1.MOV').visibility).toBe('timeline');
  });

  test('is linked where an earlier program has left it hidden, and not deleted where that fails', async () => {
    await using upload = await livePhoto();
    delete asset(upload, 'IMG_1.HEIC').livePhotoVideoId;
    upload.server.faults = [{ method: 'PUT', effect: { kind: 'answer', status: 400, body: '{}' } }];
    expect((await upload.run(['--delete'])).outcomes).toEqual({
      'IMG_1.HEIC': 'present, kept',
      'IMG_1.MOV': 'unseen, kept',
    });
    upload.server.faults = [];
    expect((await upload.run(['--delete'])).outcomes).toEqual({
      'IMG_1.HEIC': 'present, deleted',
      'IMG_1.MOV': 'present, deleted',
    });
  });

  test('that the server says it has linked, and has not, is not deleted', async () => {
    await using upload = await Upload.start();
    upload.photo('IMG_1.HEIC');
    upload.photo('IMG_1.MOV', MOVIE);
    upload.server.faults = [
      { path: '/assets', file: 'IMG_1.HEIC', effect: { kind: 'keep', how: 'unlinked' } },
      { method: 'PUT', effect: { kind: 'answer', status: 200, body: '{}' } },
    ];
    expect((await upload.run(['--delete'])).outcomes).toEqual({
      'IMG_1.HEIC': 'uploaded, kept',
      'IMG_1.MOV': 'unseen, kept',
    });
  });

  test('because the first run failed at it, is linked in the next', async () => {
    await using upload = await Upload.start();
    upload.photo('IMG_1.HEIC');
    upload.photo('IMG_1.MOV', MOVIE);
    upload.server.faults = [
      {
        path: '/assets',
        file: 'IMG_1.MOV',
        effect: { kind: 'answer', status: 400, body: '{}', when: 'after-body' },
      },
    ];
    expect((await upload.run(['--delete'])).outcomes).toEqual({
      'IMG_1.HEIC': 'uploaded, kept',
      'IMG_1.MOV': 'failed, kept',
    });
    upload.server.faults = [];
    expect((await upload.run(['--delete'])).outcomes).toEqual(BOTH);
    expect(asset(upload, 'IMG_1.HEIC').livePhotoVideoId).toBe(asset(upload, 'IMG_1.MOV').id);
  });

  test.each(['1.106.0', '1.135.3'])('of a server %s is deleted with its photo', async (version) => {
    await using upload = await Upload.start({ version });
    upload.photo('IMG_1.HEIC');
    upload.photo('IMG_1.MOV', MOVIE);
    await upload.run();
    const { outcomes } = await upload.run(['--delete']);
    expect(outcomes).toEqual({ 'IMG_1.HEIC': 'present, deleted', 'IMG_1.MOV': 'present, deleted' });
    expect(upload.server.store.holds(MOVIE)).toBe(true);
  });

  test('and after its photo has left this folder, is shown by itself', async () => {
    await using upload = await later();
    renameSync(upload.path('photos', 'IMG_1.HEIC'), upload.path('IMG_1.HEIC'));
    expect((await upload.run(['--delete'])).outcomes).toEqual({ 'IMG_1.MOV': 'uploaded, deleted' });
    expect(asset(upload, 'IMG_1.MOV').visibility).toBe('timeline');
  });

  test('changes nothing in a rehearsal', async () => {
    await using upload = await later();
    expect((await upload.run(['--dry-run', '--delete'])).outcomes).toEqual({
      'IMG_1.HEIC': 'present, would-delete',
      'IMG_1.MOV': 'would-upload, would-delete',
    });
    expect(upload.server.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});
