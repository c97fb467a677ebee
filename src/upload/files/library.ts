import { basename, dirname } from 'node:path';

/** Packages of Photos, iPhoto, Aperture, Photo Booth, Lightroom, Capture One, TV, Music, iMovie and Final Cut. */
const PACKAGE =
  /.\.(?:(?:migrated)?(?:photo|ap)library|photoslibrary|apvault|lrlibrary|lrdata|lrcat-data|cocatalog|tvlibrary|musiclibrary|imovielibrary|theater|fcpbundle)$/i;
/** Those that old versions name without an extension. */
const NAMES = ['iPhoto Library', 'Aperture Library', 'Photo Booth Library'];

/** Whether a folder of this name belongs to another program, which would miss what is taken out of it. */
export function isLibrary(path: string): boolean {
  const name = basename(path);
  return NAMES.includes(name) || PACKAGE.test(name);
}

/** The library in which this folder is, or which it is. */
export function libraryAround(folder: string): string | undefined {
  if (isLibrary(folder)) return folder;
  return dirname(folder) === folder ? undefined : libraryAround(dirname(folder));
}
