import { createHash, randomUUID } from 'node:crypto';
import type { MediaType } from './media-types.ts';

/** Bytes as they were received, or what is left of them: `bytes` only when the server keeps them. */
export interface KeptFile {
  size: number;
  /** SHA-1, hexadecimal. */
  sha1: string;
  bytes?: Buffer;
}

export type Visibility = 'timeline' | 'archive' | 'hidden' | 'locked';

export interface Asset {
  readonly id: string;
  /** Where the server says that its original is. */
  path?: string;
  /** SHA-1 of the stream that was received, hexadecimal: what bulk checks compare. */
  readonly checksum: string;
  readonly name: string;
  readonly type: MediaType;
  /** All text fields of the upload. */
  readonly fields: Readonly<Record<string, string>>;
  /** What lies on the server's disk, whatever its row says. */
  file: KeptFile | undefined;
  readonly sidecar?: KeptFile & { readonly name: string };
  trashed: boolean;
  offline: boolean;
  visibility: Visibility;
  readonly isFavorite: boolean;
  /** Of a photo: its moving part. */
  livePhotoVideoId?: string;
  readonly deviceAssetId?: string;
  readonly deviceId?: string;
}

export interface Album {
  readonly id: string;
  readonly name: string;
  /** Another user's, who shares it with this one. */
  readonly foreign: boolean;
  readonly assetIds: Set<string>;
}

export interface Quota {
  /** Bytes, or null for no limit. */
  size: number | null;
  usage: number;
}

/** Everything one user has on the server. */
export interface Store {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly albums: ReadonlyMap<string, Album>;
  quota: Quota;
  add(asset: Asset): void;
  remove(id: string): void;
  /** What is in it goes, and with a photo its video, unless another photo has that too. */
  emptyTrash(): void;
  /** In the trash or not. */
  withChecksum(hex: string): Asset | undefined;
  named(name: string): Asset[];
  /**
   * True when these bytes are provably on the server's disk, in an asset that outlives an emptied trash and can be
   * found by its user: a hidden one belongs to a photo, and that is outside of the trash.
   */
  holds(content: Buffer): boolean;
  addAlbum(name: string, of?: { readonly foreign: boolean }): Album;
}

export function createStore(quota: Quota): Store {
  const assets = new Map<string, Asset>();
  const albums = new Map<string, Album>();
  const all = () => [...assets.values()];
  const byChecksum = new Map<string, Asset>();
  const isKept = ({ id, trashed, visibility }: Asset) =>
    !trashed &&
    (visibility !== 'hidden' || all().some((photo) => photo.livePhotoVideoId === id && !photo.trashed));
  const remove = (id: string) => {
    const asset = assets.get(id);
    assets.delete(id);
    if (asset !== undefined) byChecksum.delete(asset.checksum);
  };
  return {
    assets,
    albums,
    quota,
    add(asset) {
      assets.set(asset.id, asset);
      byChecksum.set(asset.checksum, asset);
    },
    withChecksum: (hex) => byChecksum.get(hex),
    remove,
    emptyTrash() {
      for (const { id, livePhotoVideoId } of all().filter(({ trashed }) => trashed)) {
        remove(id);
        if (
          livePhotoVideoId !== undefined &&
          !all().some((other) => other.livePhotoVideoId === livePhotoVideoId)
        )
          remove(livePhotoVideoId);
      }
    },
    named: (name) => all().filter((asset) => asset.name === name),
    holds(content) {
      const sha1 = createHash('sha1').update(content).digest('hex');
      return all().some(
        (asset) => isKept(asset) && asset.file?.sha1 === sha1 && asset.file.size === content.length,
      );
    },
    addAlbum(name, { foreign } = { foreign: false }) {
      const album = { id: randomUUID(), name, foreign, assetIds: new Set<string>() };
      albums.set(album.id, album);
      return album;
    },
  };
}
