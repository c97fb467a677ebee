/** Extensions of the photos and videos that Immich takes. */
export const MEDIA: ReadonlySet<string> = new Set(
  (
    '3fr 3gp 3gpp ari arw avi avif bmp cap cin cr2 cr3 crw dcr dng erf fff flv gif heic heif hif iiq insp insv jp2 jpe jpeg jpg jxl k25 kdc ' +
    'm2t m2ts m4v mkv mov mp4 mpe mpeg mpg mrw mts mxf nef nrw orf ori pef png psd raf raw rw2 rwl sr2 srf srw svg tif tiff ts vob webm webp wmv x3f'
  ).split(' '),
);
