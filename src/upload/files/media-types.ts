/** What the server takes: extensions in lower case, with their dots. */
export interface MediaTypes {
  readonly image: readonly string[];
  readonly video: readonly string[];
  readonly sidecar: readonly string[];
}

const words = (list: string): string[] => list.split(' ').map((extension) => `.${extension}`);

/** Those of Immich 3, for where no server can be asked. */
export const KNOWN_TYPES: MediaTypes = {
  image: words(
    '3fr ari arw cap cin cr2 cr3 crw dcr dng erf fff iiq k25 kdc mrw nef nrw orf ori pef psd raf raw rw2 rwl ' +
      'sr2 srf srw x3f avif bmp gif heic heif hif insp jp2 jpe jpeg jpg jxl mpo png svg tif tiff webp',
  ),
  video: words('3gp 3gpp avi flv insv m2t m2ts m4v mkv mov mp4 mpe mpeg mpg mts mxf ts vob webm wmv'),
  sidecar: words('xmp'),
};

/** As it is written, with its dot. Not by node:path, which looks at each character of a hundred thousand names. */
export function extensionIn(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot <= name.lastIndexOf('/') + 1 ? '' : name.slice(dot);
}

export function extensionOf(name: string): string {
  return extensionIn(name).toLowerCase();
}

type Kind = keyof MediaTypes;

/** By extensions, as they are written: there are few, and names without end. */
const kinds = new WeakMap<MediaTypes, Map<string, Kind | undefined>>();

function kindOf(name: string, types: MediaTypes): Kind | undefined {
  const known = kinds.get(types) ?? new Map<string, Kind | undefined>();
  kinds.set(types, known);
  const extension = extensionIn(name);
  if (!known.has(extension)) {
    const all: readonly Kind[] = ['image', 'video', 'sidecar'];
    known.set(
      extension,
      all.find((kind) => types[kind].includes(extension.toLowerCase())),
    );
  }
  return known.get(extension);
}

/** Whether the name is that of a photo, a video or a sidecar. */
export const isTakenName = (name: string, types: MediaTypes): boolean => kindOf(name, types) !== undefined;

/** Whether the name is that of a photo or a video. */
export function isMediaName(name: string, types: MediaTypes): boolean {
  const kind = kindOf(name, types);
  return kind === 'image' || kind === 'video';
}

export const isSidecarName = (name: string, types: MediaTypes): boolean => kindOf(name, types) === 'sidecar';
