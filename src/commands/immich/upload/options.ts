import { join } from 'node:path';
import type { ImmichSettings } from '../../../settings/immich.ts';
import { xdgFolder } from '../../../text/home.ts';
import type { UploadOptions } from '../../../upload/options.ts';
import { historyFile } from '../history/file.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** What the settings say of a run, with the defaults. */
export function uploadOptions(
  settings: ImmichSettings,
): Omit<UploadOptions, 'folder' | 'dryRun' | 'version' | 'signal' | 'progress'> {
  const { url, key, album, 'move-to': moveTo } = settings;
  return {
    url,
    key,
    recursive: settings.recursive ?? false,
    followSymlinks: settings['follow-symlinks'] ?? false,
    ignore: settings.ignore ?? [],
    settleIntervalMs: settings['settle-interval'] ?? SECOND_MS,
    settleTimeoutMs: settings['settle-timeout'] ?? 5 * MINUTE_MS,
    restIntervalMs: settings['rest-interval'] ?? MINUTE_MS,
    timeoutMs: settings.timeout ?? 30 * MINUTE_MS,
    concurrency: settings.concurrency ?? 4,
    ...(settings.verify === undefined ? {} : { verify: settings.verify }),
    restoreTrashed: settings['restore-trashed'] ?? false,
    proven: moveTo !== undefined ? { moveTo } : settings.delete ? 'delete' : 'keep',
    ...(settings['album-from-folder']
      ? { album: 'folder' }
      : album === undefined
        ? {}
        : { album: { name: album } }),
    engine: settings.engine ?? 'own',
    ...(settings.cli === undefined ? {} : { cli: settings.cli }),
    transfer: {
      idleTimeoutMs: settings['idle-timeout'] ?? MINUTE_MS,
      responseTimeoutMs: settings['response-timeout'] ?? 10 * MINUTE_MS,
      retries: settings.retries ?? 4,
      retryDelayMs: settings['retry-delay'] ?? SECOND_MS,
      ...(settings['limit-rate'] === undefined ? {} : { bytesPerSecond: settings['limit-rate'] }),
    },
    historyFile: historyFile(),
    cacheFolder: join(xdgFolder('XDG_CACHE_HOME', '.cache'), 'hsdoctor'),
  };
}
