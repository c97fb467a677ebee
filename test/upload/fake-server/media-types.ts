import { extname } from 'node:path';

const words = (text: string): readonly string[] => text.split(' ').map((word) => `.${word}`);

/** What `GET /server/media-types` answers: extensions with their dots. */
export const MEDIA_TYPES = {
  image: words(
    '3fr ari arw avif bmp cap cin cr2 cr3 crw dcr dng erf fff gif heic heif hif iiq insp jp2 jpe jpeg jpg jxl k25 kdc mrw nef nrw orf ori pef png psd raf raw rw2 rwl sr2 srf srw svg tif tiff webp x3f',
  ),
  video: words('3gp 3gpp avi flv insv m2t m2ts m4v mkv mov mp4 mpe mpeg mpg mts mxf ts vob webm wmv'),
  sidecar: words('xmp'),
};

export type MediaType = 'IMAGE' | 'VIDEO';

export function mediaTypeOf(name: string): MediaType | undefined {
  const extension = extname(name).toLowerCase();
  if (MEDIA_TYPES.image.includes(extension)) return 'IMAGE';
  return MEDIA_TYPES.video.includes(extension) ? 'VIDEO' : undefined;
}

export const isSidecar = (name: string): boolean => MEDIA_TYPES.sidecar.includes(extname(name).toLowerCase());
