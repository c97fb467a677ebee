import { reasonOf } from '../../facts/host/upload-agent.ts';
import type { LogEvent } from '../../facts/host/upload-log-lines.ts';
import type { Remedy } from '../../model/remedy.ts';
import { defineKind, type TellingKind } from '../define.ts';

/** The last run that the log tells of. */
export interface FailedRun {
  readonly event: LogEvent;
  /** The label of its agent, where there are several. */
  readonly agent: string | undefined;
  /** How many have failed since the last one that succeeded. */
  readonly failures: number;
  readonly remedy: Partial<Remedy>;
}

export type RunKind = TellingKind<FailedRun>;

const NOT_UPLOADED = 'Photos stay in the folder until a run succeeds.';

function failedRun(id: string, name: string, meaning = ''): RunKind {
  return defineKind<FailedRun>({
    id,
    name,
    meaning: meaning === '' ? NOT_UPLOADED : meaning,
    status: 'fail',
    title: ({ agent, event }) =>
      `The last upload${agent === undefined ? '' : ` of ${agent}`} failed: ${reasonOf(event)}`,
    summary: ({ failures }) =>
      `${failures === 1 ? 'One upload has' : `${failures} uploads have`} failed since the last one that succeeded. ${meaning}`.trim(),
    remedy: ({ remedy }) => remedy,
  });
}

export const commandNotFound = failedRun(
  'command-not-found',
  "The last upload failed: a command is not on the agent's PATH",
);

export const uploaderFailed = failedRun('cli-exit', 'The last upload failed: the uploader reported an error');

export const unreachable = failedRun(
  'unreachable',
  'The last upload failed: the server could not be reached',
);

export const noCredentials = failedRun('no-credentials', 'The last upload failed: the key was missing');

export const notSet = failedRun('not-set', "The last upload failed: the key or the server's URL was not set");

export const unsettled = failedRun(
  'unsettled',
  'The last upload failed: files did not stop changing',
  'The script waited five minutes, and a file was still being written: the copy is slow, or a download is stuck.',
);

export const failedAssets = failedRun(
  'failed-assets',
  'The last upload left files behind',
  'The uploader can exit with 0 all the same. If the script then deletes originals, it has deleted these files, too: look for them on the server first.',
);

export const strangeLock = failedRun(
  'lock',
  'The last upload failed: the script could not tell who holds its lock',
  'It found a lock, and could not tell whether another upload is running: it uploaded nothing.',
);

export const hsdoctorFailed = failedRun('hsdoctor-failed', 'The last run of hsdoctor immich upload failed');
