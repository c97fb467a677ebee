import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLivePhotoVideo } from '../../../src/upload/files/live-photo.ts';
import { freshFolder, putFound } from './folder.ts';
import { liveVideo, video } from './videos.ts';

const isLive = (content: Buffer) => isLivePhotoVideo(putFound(freshFolder(), 'a.mov', content));

test('the identifier is found, as QuickTime and as MP4 have it', async () => {
  expect(await isLive(liveVideo('mov'))).toBe(true);
  expect(await isLive(liveVideo('mp4'))).toBe(true);
});

test('an ordinary video has none, whatever else its bytes are', async () => {
  const identifier = Buffer.from('com.apple.quicktime.content.identifier');
  expect(await isLive(video())).toBe(false);
  expect(await isLive(Buffer.concat([video(), identifier]))).toBe(false);
  expect(await isLive(Buffer.from('moov meta keys com.apple.quicktime.content.identifier'))).toBe(false);
  expect(await isLive(Buffer.alloc(0))).toBe(false);
});

test('a file that is gone is none', async () => {
  const file = putFound(freshFolder(), 'a.mov', liveVideo());
  rmSync(file.path);
  expect(await isLivePhotoVideo(file)).toBe(false);
});

test('garbage is none, and never an error', async () => {
  const whole = liveVideo();
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), fc.uint8Array({ maxLength: 40 }), async (at, garbage) => {
      const broken = Buffer.concat([whole.subarray(0, at), garbage, whole.subarray(at + garbage.length)]);
      expect([true, false]).toContain(await isLive(broken));
      expect(await isLive(whole.subarray(0, Math.min(at, whole.length - 100)))).toBe(false);
    }),
    { numRuns: 200 },
  );
});
