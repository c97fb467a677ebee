import type { UploadReport } from './upload-report.ts';

/**
 * The line with which a run of `hsdoctor immich upload` ends in a log, and by which the Mac's checks know how it ended:
 * `2026-11-23T12:00:00Z hsdoctor immich upload ended with 0: 10 sent, 12 of 12 files verified`.
 */
export function endLine({
  startedAt,
  durationMs,
  exitStatus,
  summary,
  message,
  dryRun,
}: Pick<UploadReport, 'startedAt' | 'durationMs' | 'exitStatus' | 'summary' | 'message' | 'dryRun'>): string {
  const at = new Date(Date.parse(startedAt) + durationMs).toISOString().replace(/\.\d+Z$/, 'Z');
  const { sent, proven, byChecksum, files, foldersUnread } = summary;
  const why = message === undefined ? '' : `: ${message}`;
  const level = byChecksum === 0 ? '' : `, ${byChecksum} of them only by checksum`;
  const folders = foldersUnread === 1 ? 'folder' : 'folders';
  const unread = foldersUnread === 0 ? '' : `, ${foldersUnread} ${folders} could not be read`;
  const did = dryRun
    ? rehearsed(summary, exitStatus)
    : files === 0
      ? `${sent} sent`
      : `${sent} sent, ${proven} of ${files} files verified${level}${unread}`;
  return `${at} hsdoctor immich upload ended with ${exitStatus}: ${did}${why}`;
}

/** The server could not take the files, or another run had the folder. */
const NOT_STARTED = [3, 4];

/** A rehearsal sends nothing, and is no success of an upload. */
function rehearsed(
  { toSend, toRestore, proven, notProven }: UploadReport['summary'],
  exitStatus: number,
): string {
  if (NOT_STARTED.includes(exitStatus)) return 'dry run: nothing was compared';
  const restored = toRestore === 0 ? '' : `, ${toRestore} would be restored`;
  const problems = notProven === 0 ? '' : `, ${notProven} with a problem`;
  return `dry run: ${toSend} would be sent${restored}, ${proven} on the server${problems}`;
}

/** Its first number is how many files were sent. */
export const SUCCEEDED = /hsdoctor immich upload ended with 0: (\d+) sent/;

/** Its first number is the exit status. That another run has the folder (4) is no failure. */
export const FAILED = /hsdoctor immich upload ended with (?!4:)([1-9]\d*):/;

/** Another run had the folder: this one did nothing. */
export const BUSY = /hsdoctor immich upload ended with 4:/;

export const MARKER = 'hsdoctor immich upload ended with';
