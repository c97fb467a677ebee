import { mapConcurrently } from './concurrently.ts';
import type { FoundFile, MediaUnit } from './found-file.ts';
import { isLivePhotoVideo } from './live-photo.ts';
import {
  extensionIn,
  extensionOf,
  isMediaName,
  isSidecarName,
  isTakenName,
  type MediaTypes,
} from './media-types.ts';

export interface Grouped {
  /** In the order of their main files. */
  readonly units: readonly MediaUnit[];
  /** Sidecars without a photo. */
  readonly orphans: readonly FoundFile[];
}

const LIVE_IMAGES = ['.heic', '.heif', '.jpg', '.jpeg'];
const LIVE_VIDEOS = ['.mov', '.mp4'];
const CONCURRENCY = 8;

/** The same for files that may belong together: `a/IMG_1.HEIC`, `a/img_1.mov`, `a/IMG_1.xmp` and `a/IMG_1.HEIC.xmp`. */
export function companyOf({ name }: FoundFile, types: MediaTypes): string {
  let base = name;
  while (isTakenName(base, types)) base = stemOf(base);
  return base.normalize().toLowerCase();
}

/** Photos, videos and sidecars, parted into those that may belong together. */
export function companiesOf(files: readonly FoundFile[], types: MediaTypes): Iterable<readonly FoundFile[]> {
  const companies = new Map<string, FoundFile[]>();
  for (const file of files) {
    if (!isTakenName(file.name, types)) continue;
    const key = companyOf(file, types);
    const company = companies.get(key);
    // Most are alone, and a list with room for more takes several times the memory.
    if (company === undefined) companies.set(key, [file]);
    else company.push(file);
  }
  return companies.values();
}

/** What is sent as one. Files that may belong together must all be among those given. Rejects with the signal's reason. */
export async function groupUnits(
  files: readonly FoundFile[],
  types: MediaTypes,
  signal?: AbortSignal,
): Promise<Grouped> {
  const media = files.filter(({ name }) => isMediaName(name, types));
  const sidecars = new Sidecars(
    files.filter(({ name }) => isSidecarName(name, types)),
    types,
  );
  const videos = await livePhotoVideos(media, signal);
  const hidden = new Set(videos.values());
  const units = media
    .filter((file) => !hidden.has(file))
    .map((main): MediaUnit => {
      const video = videos.get(main);
      const sidecar = sidecars.of(main);
      return { main, ...(video && { video }), ...(sidecar && { sidecar }) };
    });
  return { units, orphans: sidecars.unused() };
}

/** The video of each live photo. */
async function livePhotoVideos(
  media: readonly FoundFile[],
  signal: AbortSignal | undefined,
): Promise<Map<FoundFile, FoundFile>> {
  const sameStem = Map.groupBy(media, ({ name }) => stemOf(name).normalize().toLowerCase());
  const pairs = [...sameStem.values()].flatMap(livePair);
  const isLive = await mapConcurrently(pairs, CONCURRENCY, async ([, video]) => {
    signal?.throwIfAborted();
    return isLivePhotoVideo(video);
  });
  return new Map(pairs.filter((_, index) => isLive[index]));
}

function livePair(files: readonly FoundFile[]): [FoundFile, FoundFile][] {
  const [image, ...images] = files.filter(({ name }) => LIVE_IMAGES.includes(extensionOf(name)));
  const [video, ...videos] = files.filter(({ name }) => LIVE_VIDEOS.includes(extensionOf(name)));
  const isPair = image !== undefined && video !== undefined && images.length + videos.length === 0;
  return isPair ? [[image, video]] : [];
}

/** Finds `photo.jpg.xmp`, before `photo.xmp`, for `photo.jpg`. */
class Sidecars {
  readonly #types: MediaTypes;
  readonly #byBase: Map<string, FoundFile[]>;
  readonly #unused: Set<FoundFile>;

  constructor(sidecars: readonly FoundFile[], types: MediaTypes) {
    this.#types = types;
    this.#byBase = Map.groupBy(sidecars, ({ name }) => this.#comparable(stemOf(name)));
    this.#unused = new Set(sidecars);
  }

  of({ name }: FoundFile): FoundFile | undefined {
    const sidecar = this.#find(name) ?? this.#find(stemOf(name));
    if (sidecar !== undefined) this.#unused.delete(sidecar);
    return sidecar;
  }

  unused(): FoundFile[] {
    return [...this.#unused];
  }

  #find(base: string): FoundFile | undefined {
    const candidates = this.#byBase.get(this.#comparable(base)) ?? [];
    return candidates.find(({ name }) => stemOf(name) === base) ?? candidates[0];
  }

  #comparable(base: string): string {
    const isMedia = isMediaName(base, this.#types);
    return (isMedia ? `${stemOf(base)}${extensionOf(base)}` : base).normalize();
  }
}

/** Without the extension. */
function stemOf(name: string): string {
  return name.slice(0, name.length - extensionIn(name).length);
}
