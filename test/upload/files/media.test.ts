import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FoundFile } from '../../../src/upload/files/found-file.ts';
import { companiesOf, companyOf, groupUnits } from '../../../src/upload/files/media.ts';
import { isMediaName, KNOWN_TYPES } from '../../../src/upload/files/media-types.ts';
import { freshFolder, putFound } from './folder.ts';
import { liveVideo, video } from './videos.ts';

async function grouped(contents: Record<string, Buffer | string>) {
  const folder = freshFolder();
  const files = Object.entries(contents).map(([name, content]) => putFound(folder, name, content));
  const { units, orphans } = await groupUnits(files, KNOWN_TYPES);
  const name = (file?: FoundFile) => file?.name;
  return {
    units: units.map(({ main, video, sidecar }) => [main.name, name(video), name(sidecar)]),
    orphans: orphans.map(({ name }) => name),
  };
}

test('photos and videos are known by their extension, in any case', () => {
  for (const name of ['a.JPG', 'b/c.heic', 'x.y.Mov', '-.dng'])
    expect(isMediaName(name, KNOWN_TYPES)).toBe(true);
  for (const name of ['a.xmp', 'a.txt', 'jpg', 'a.jpg/b', ''])
    expect(isMediaName(name, KNOWN_TYPES)).toBe(false);
  const folder = freshFolder();
  const files = ['a.JPG', 'a.XMP', 'b.txt'].map((name) => putFound(folder, name));
  expect([...companiesOf(files, KNOWN_TYPES)].map((each) => each.map(({ name }) => name))).toEqual([
    ['a.JPG', 'a.XMP'],
  ]);
});

test('a sidecar goes with its photo; the one with the whole name first', async () => {
  expect(
    await grouped({
      'a.jpg': '',
      'a.jpg.xmp': '',
      'a.xmp': '',
      'b.JPG': '',
      'b.jpg.XMP': '',
      'c.png': '',
      'c.xmp': '',
      'sub/c.xmp': '',
    }),
  ).toEqual({
    units: [
      ['a.jpg', undefined, 'a.jpg.xmp'],
      ['b.JPG', undefined, 'b.jpg.XMP'],
      ['c.png', undefined, 'c.xmp'],
    ],
    orphans: ['a.xmp', 'sub/c.xmp'],
  });
});

test('a raw photo and its JPEG may share a sidecar', async () => {
  expect(await grouped({ 'a.dng': '', 'a.jpg': '', 'a.xmp': '' })).toEqual({
    units: [
      ['a.dng', undefined, 'a.xmp'],
      ['a.jpg', undefined, 'a.xmp'],
    ],
    orphans: [],
  });
});

test('names are compared composed, and a photo takes the sidecar that is spelled as it is', async () => {
  expect((await grouped({ 'cafe\u0301.jpg': '', 'caf\u00e9.xmp': '' })).units).toEqual([
    ['cafe\u0301.jpg', undefined, 'caf\u00e9.xmp'],
  ]);
  expect(await grouped({ 'a.JPG': '', 'a.jpg': '', 'a.JPG.xmp': '', 'a.jpg.xmp': '' })).toEqual({
    units: [
      ['a.JPG', undefined, 'a.JPG.xmp'],
      ['a.jpg', undefined, 'a.jpg.xmp'],
    ],
    orphans: [],
  });
  expect((await grouped({ 'a.v1.jpg': '', 'a.V1.xmp': '' })).orphans).toEqual(['a.V1.xmp']);
});

test('a live photo is one with its video', async () => {
  expect((await grouped({ 'IMG_1.HEIC': '', 'img_1.mov': liveVideo(), 'IMG_1.xmp': '' })).units).toEqual([
    ['IMG_1.HEIC', 'img_1.mov', 'IMG_1.xmp'],
  ]);
});

test.each([
  ['a video without the identifier', { 'a.heic': '', 'a.mov': video() }],
  ['two photos', { 'a.heic': '', 'a.jpg': '', 'a.mov': liveVideo() }],
  ['two videos', { 'a.heic': '', 'a.mov': liveVideo(), 'a.mp4': liveVideo() }],
  ['another folder', { 'a.heic': '', 'sub/a.mov': liveVideo() }],
  ['another stem', { 'a.jpg': '', 'a.jpg.mov': liveVideo() }],
  ['a photo of another kind', { 'a.png': '', 'a.mov': liveVideo() }],
])('no live photo: %s', async (_, contents) => {
  expect((await grouped(contents)).units.map(([main]) => main)).toEqual(Object.keys(contents));
});

test('every file given is in a unit or an orphan, and what may go together keeps company', async () => {
  const folder = freshFolder();
  const name = fc
    .tuple(
      fc.constantFrom('', 'S/'),
      fc.constantFrom('a', 'A', 'a.b', '\u00e9', 'e\u0301'),
      fc.constantFrom('', '.jpg', '.JPG', '.mov'),
      fc.constantFrom('.jpg', '.HEIC', '.mov', '.xmp', '.XMP'),
    )
    .map((parts) => parts.join(''));
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 12 }), async (names) => {
      const files = names.map((each) => putFound(folder, each, liveVideo()));
      const { units, orphans } = await groupUnits(files, KNOWN_TYPES);
      const parts = units
        .flatMap(({ main, video, sidecar }) => [main, video, sidecar])
        .filter((file) => file !== undefined);
      expect(new Set([...parts, ...orphans])).toEqual(new Set(files));
      expect(
        new Set(units.flatMap(({ main, video }) => [main, ...(video ? [video] : [])])).size +
          new Set(units.map(({ sidecar }) => sidecar).filter(Boolean)).size +
          orphans.length,
      ).toBe(files.length);
      for (const { main, video, sidecar } of units) {
        for (const file of [video, sidecar]) {
          if (file) expect(companyOf(file, KNOWN_TYPES)).toBe(companyOf(main, KNOWN_TYPES));
        }
      }
    }),
    { numRuns: 100 },
  );
});
