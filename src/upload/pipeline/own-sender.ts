import { basename } from 'node:path';
import type { UploadProgress } from '../../model/upload-progress.ts';
import type { Connection } from '../server/connection.ts';
import { upload } from '../server/transfer.ts';
import type { Sender } from './sender.ts';

/** Sends by our own transfer. */
export function ownSender(connection: Connection, width: number, progress?: UploadProgress): Sender {
  return {
    width,
    async send(file, checksum, { sidecar, livePhotoVideoId, hidden }) {
      const { status, assetId } = await upload(
        connection,
        {
          main: file,
          fileName: basename(file.path),
          deviceAssetId: checksum,
          ...(sidecar === undefined ? {} : { sidecar }),
          ...(livePhotoVideoId === undefined ? {} : { livePhotoVideoId }),
          ...(hidden === undefined ? {} : { hidden }),
        },
        { onBytes: (bytes) => progress?.sent(bytes) },
      );
      const created = status === 'created';
      return { created, ...(created && sidecar !== undefined ? { sidecarWith: assetId } : {}) };
    },
  };
}
