import { basename } from 'node:path';
import type { UploadProgress } from '../../model/upload-progress.ts';
import type { Connection } from '../server/connection.ts';
import { RateLimit } from '../server/rate-limit.ts';
import { upload } from '../server/transfer.ts';
import type { Sender } from './sender.ts';

/** Sends by our own transfer. */
export function ownSender(connection: Connection, width: number, progress?: UploadProgress): Sender {
  const { bytesPerSecond } = connection.options;
  const limit = bytesPerSecond === undefined ? undefined : new RateLimit(bytesPerSecond);
  return {
    width,
    async send(file, checksum, { sidecar, livePhotoVideoId }, onBegin) {
      const { status, assetId } = await upload(
        connection,
        {
          main: file,
          fileName: basename(file.path),
          deviceAssetId: checksum,
          ...(sidecar === undefined ? {} : { sidecar }),
          ...(livePhotoVideoId === undefined ? {} : { livePhotoVideoId }),
        },
        {
          onBytes: (bytes) => {
            onBegin();
            progress?.sent(bytes);
          },
          limit,
        },
      );
      return status === 'created' ? { created: true, madeWith: assetId } : { created: false };
    },
  };
}
