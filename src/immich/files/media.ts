import { dirname } from 'node:path';
import type { FoundFile, MediaUnit } from './found-file.ts';
import { isLivePhotoVideo } from './live-photo.ts';

/** Extensions in lower case, with their dots: `.jpg`. */
export interface MediaTypes {
  readonly image: readonly string[];
  readonly video: readonly string[];
  readonly sidecar: readonly string[];
}

const extensions = (words: string): readonly string[] => words.split(' ').map((word) => `.${word}`);

/** What Immich 3 takes: for when no server can be asked whether there is anything to do at all. */
export const KNOWN_TYPES: MediaTypes = {
  image: extensions(
    '3fr ari arw avif bmp cap cin cr2 cr3 crw dcr dng erf fff gif heic heif hif iiq insp jp2 jpe jpeg jpg jxl k25 kdc mrw nef nrw orf ori pef png psd raf raw rw2 rwl sr2 srf srw svg tif tiff webp x3f',
  ),
  video: extensions(
    '3gp 3gpp avi flv insv m2t m2ts m4v mkv mov mp4 mpe mpeg mpg mts mxf ts vob webm wmv',
  ),
  sidecar: extensions('xmp'),
};

const LIVE_IMAGES = new Set(['.heic', '.heif', '.jpg', '.jpeg']);
const LIVE_VIDEOS = new Set(['.mov', '.mp4']);

/** A file's name in the form in which names are compared, cut at its extension. */
function parts({ path }: Pick<FoundFile, 'path'>): { readonly stem: string; readonly extension: string } {
  const last = path.slice(dirname(path).length).replace(/^\//, '').normalize('NFC').toLowerCase();
  const dot = last.lastIndexOf('.');
  return dot < 1 ? { stem: last, extension: '' } : { stem: last.slice(0, dot), extension: last.slice(dot) };
}

/** Photos and videos. */
export function isMedia(file: FoundFile, { image, video }: MediaTypes): boolean {
  const { extension } = parts(file);
  return image.includes(extension) || video.includes(extension);
}

/**
 * Files of one folder whose names say that they may belong together: a photo, its raw form, its moving part, its
 * sidecars. Sidecars without a photo are in none. None of a group is begun before all of it has settled.
 */
export function kin(files: readonly FoundFile[], types: MediaTypes): FoundFile[][] {
  const groups = Map.groupBy(
    files.filter((file) => isMedia(file, types) || isSidecar(file, types)),
    (file) => `${dirname(file.path)}\0${photoStem(file, types)}`,
  );
  return [...groups.values()].filter((group) => group.some((file) => isMedia(file, types)));
}

function isSidecar(file: FoundFile, { sidecar }: MediaTypes): boolean {
  return sidecar.includes(parts(file).extension);
}

/** `photo` of `photo.jpg`, `photo.xmp` and `photo.jpg.xmp`. */
function photoStem(file: FoundFile, types: MediaTypes): string {
  const { stem } = parts(file);
  if (!isSidecar(file, types)) return stem;
  const named = parts({ path: `/${stem}` });
  return types.image.includes(named.extension) || types.video.includes(named.extension) ? named.stem : stem;
}

/** What of a group is sent as one. A sidecar may belong to several units; one that belongs to none is left out. */
export async function unitsOf(group: readonly FoundFile[], types: MediaTypes): Promise<MediaUnit[]> {
  const media = group.filter((file) => isMedia(file, types));
  const sidecars = new Map(
    group.filter((file) => isSidecar(file, types)).map((file) => [parts(file).stem, file] as const),
  );
  const pair = await livePhoto(media);
  return media
    .filter((file) => file !== pair?.video)
    .map((main) => {
      const { stem, extension } = parts(main);
      const sidecar = sidecars.get(stem + extension) ?? sidecars.get(stem);
      return {
        main,
        ...(pair?.image === main ? { video: pair.video } : {}),
        ...(sidecar === undefined ? {} : { sidecar }),
      };
    });
}

/** An ordinary video that only has the name of a photo must not disappear behind it. */
async function livePhoto(
  media: readonly FoundFile[],
): Promise<{ readonly image: FoundFile; readonly video: FoundFile } | undefined> {
  const [image, ...otherImages] = media.filter((file) => LIVE_IMAGES.has(parts(file).extension));
  const [video, ...otherVideos] = media.filter((file) => LIVE_VIDEOS.has(parts(file).extension));
  if (image === undefined || video === undefined || otherImages.length + otherVideos.length > 0)
    return undefined;
  return (await isLivePhotoVideo(video.path)) ? { image, video } : undefined;
}
