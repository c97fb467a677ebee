import { expect, test } from 'vitest';
import { isLibrary, libraryAround } from '../../../src/upload/files/library.ts';

test.each([
  'My.photoslibrary',
  'Photos Library.PhotosLibrary',
  'iPhoto Library',
  'iPhoto Library.photolibrary',
  'Old.migratedphotolibrary',
  'Aperture Library.aplibrary',
  'Vault.apvault',
  'Lightroom Library.lrlibrary',
  'Catalog Previews.lrdata',
  'TV Library.tvlibrary',
  'iMovie Library.imovielibrary',
  'Holiday.fcpbundle',
  'Capture One Catalog.cocatalog',
  'Photo Booth Library',
])('%s is a library, and what is below it is in one', (name) => {
  expect(isLibrary(`/Users/me/${name}`)).toBe(true);
  expect(libraryAround(`/Users/me/${name}`)).toBe(`/Users/me/${name}`);
  expect(libraryAround(`/Users/me/${name}/originals/0`)).toBe(`/Users/me/${name}`);
  expect(isLibrary(`/Users/me/${name}/originals`)).toBe(false);
});

test.each(['/Users/me/Pictures', '/photoslibrary', '/Users/me/photoslibrary/new', '/Library of Rome', '/'])(
  '%s is in none',
  (path) => {
    expect(libraryAround(path)).toBeUndefined();
  },
);
