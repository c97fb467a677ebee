import { asset, linkVideo } from '../server/assets.ts';
import type { Connection } from '../server/connection.ts';
import type { Preflight } from '../server/preflight.ts';
import { sentence } from './sentence.ts';

/** Gives a photo that the server had before its video, if it has none; where that cannot be, the video stays by itself. */
export type LinkLivePhoto = (
  photoId: string,
  video: { readonly name: string; readonly assetId: string },
) => Promise<void>;

const NEEDED = ['asset.read', 'asset.update'];

export function livePhotoLinker(
  connection: Connection,
  { may }: Pick<Preflight, 'may'>,
  { signal, note }: { readonly signal: AbortSignal; readonly note: (sentence: string) => void },
): LinkLivePhoto {
  const lacking = NEEDED.filter((permission) => !may(permission)).join(' and ');
  return async (photoId, { name, assetId }) => {
    if (lacking !== '')
      return note(
        `a video that is not linked to its live photo is shown separately: the API key lacks ${lacking}`,
      );
    try {
      const photo = await asset(connection, photoId);
      if (photo === 'unseen' || photo.videoId !== undefined) return;
      await linkVideo(connection, photoId, assetId);
    } catch (error) {
      note(`${name} could not be linked to its photo: ${sentence(error, signal)}`);
    }
  };
}
