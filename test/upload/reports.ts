import type { FileResult, UploadOutcome, UploadReport } from '../../src/model/upload-report.ts';
import { isInOrder, PHOTO_NOT_VERIFIED, PROVEN } from '../../src/model/upload-report.ts';

const SENT: readonly UploadOutcome[] = ['uploaded', 'attached'];
const LOOKED_AT: readonly UploadOutcome[] = ['uploaded', 'present', 'restored'];

export const fileOf = (path: string, outcome: UploadOutcome, more: Partial<FileResult> = {}): FileResult => ({
  path,
  bytes: 2_500_000,
  outcome,
  local: 'kept',
  ...(SENT.includes(outcome) ? { sent: true as const } : {}),
  ...(LOOKED_AT.includes(outcome) ? { verified: 'size' as const } : {}),
  ...more,
});

/** A report of these files whose figures agree with them. */
export function reportOf(files: readonly FileResult[], more: Partial<UploadReport> = {}): UploadReport {
  const size = (of: readonly FileResult[]) => of.reduce((sum, { bytes }) => sum + bytes, 0);
  const sent = files.filter(({ outcome }) => outcome === 'uploaded');
  const proven = files.filter(({ outcome }) => PROVEN.includes(outcome)).length;
  return {
    schemaVersion: 1,
    tool: { name: 'hsdoctor', version: '0' },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 4200,
    folder: '/Users/me/FolderActions/upload-immich',
    dryRun: false,
    afterwards: 'keep',
    server: { url: 'http://minipc:2283', version: '2.5.6' },
    ending: 'complete',
    notes: [],
    leftOut: [],
    files: [...files],
    summary: {
      files: files.filter(({ folder }) => !folder).length,
      foldersUnread: files.filter(({ folder }) => folder).length,
      bytes: size(files),
      proven,
      byChecksum: files.filter(({ verified }) => verified === 'checksum').length,
      toSend: files.filter(({ outcome }) => outcome === 'would-upload').length,
      toRestore: files.filter(({ outcome }) => outcome === 'would-restore').length,
      sent: sent.length,
      bytesSent: size(sent),
      deleted: files.filter(({ local }) => local === 'deleted').length,
      bytesFreed: size(files.filter(({ local }) => local === 'deleted')),
      moved: files.filter(({ local }) => local === 'moved').length,
      notProven: files.filter(({ outcome }) => !isInOrder(outcome)).length,
    },
    exitStatus: files.every(({ outcome }) => isInOrder(outcome)) ? 0 : 1,
    ...more,
  };
}

const many = (count: number, outcome: UploadOutcome, more: Partial<FileResult> = {}) =>
  Array.from({ length: count }, (_, index) => fileOf(`IMG_${1000 + index}.HEIC`, outcome, more));

/** One of each kind of end. */
export const REPORTS: Readonly<Record<string, UploadReport>> = {
  success: reportOf([
    ...many(10, 'uploaded', { local: 'deleted' }),
    fileOf('Trip (Rome)/{a,b}.jpg', 'present', { local: 'deleted' }),
    fileOf('IMG_1.xmp', 'attached', { bytes: 4000, local: 'deleted' }),
  ]),
  partial: reportOf(
    [
      ...many(3, 'uploaded', { local: 'moved', movedTo: '/Users/me/uploaded/x.HEIC' }),
      fileOf('linked.jpg', 'present', { reason: 'it is reached through a link, and was kept' }),
      ...many(25, 'failed', {
        reason:
          'a proxy in front of Immich does not accept a file this large (413): raise its limit on the server (nginx: client_max_body_size, 1 MB by default; Cloudflare: 100 MB, fixed), or upload without the proxy',
      }),
      fileOf('gone.jpg', 'failed', {
        reason:
          'permission denied: the user of this run cannot read or change it: change its owner or mode, or those of its folder',
      }),
      fileOf('private', 'failed', {
        folder: true,
        bytes: 0,
        reason:
          'permission denied: the user of this run cannot list it: change the owner or mode of this folder',
      }),
      fileOf('a\n✔ all proven.jpg', 'trashed'),
      fileOf('half.mov', 'unproven', { reason: 'the server has only 1000 of its 2500000 bytes' }),
      fileOf('late.xmp', 'unproven', {
        reason: 'its photo was already on the server, and Immich takes a sidecar only with a new photo',
      }),
      fileOf('other.xmp', 'unproven', { reason: PHOTO_NOT_VERIFIED }),
      fileOf('album.jpg', 'incomplete', {
        reason:
          'it is not in the album "Rome": the API key lacks the permission album.create: add it in Immich, Account Settings > API Keys',
      }),
      fileOf('growing.mov', 'unsettled'),
      fileOf('edited.jpg', 'changed'),
      fileOf('taken.jpg', 'vanished'),
      fileOf('nothing.jpg', 'empty', { bytes: 0 }),
    ],
    { notes: ['took over the lock from 12:00 of process 4711, which has ended'] },
  ),
  known: reportOf([...many(2, 'uploaded'), fileOf('old.jpg', 'present', { verified: 'checksum' })]),
  damaged: reportOf([
    ...many(2, 'uploaded'),
    fileOf('lost.jpg', 'damaged', {
      reason: 'the server has a record of it, but its original file is missing on the server',
    }),
    fileOf('locked.jpg', 'unseen', {
      reason: 'the server has a record of it that the API key cannot see: it may be in the locked folder',
    }),
  ]),
  rehearsal: reportOf(
    [
      ...many(4, 'would-upload', { local: 'would-delete' }),
      fileOf('old.jpg', 'present', { verified: 'checksum', local: 'would-delete' }),
      fileOf('trashed.jpg', 'would-restore', { local: 'would-delete' }),
      fileOf('nothing.jpg', 'empty', { bytes: 0 }),
    ],
    { dryRun: true, afterwards: 'delete' },
  ),
  'timed-out': reportOf([...many(2, 'uploaded'), ...many(30, 'not-reached')], {
    ending: 'timed-out',
    message: 'the time limit of 30m was reached',
  }),
  'no-server': reportOf([], {
    ending: 'refused',
    message:
      'cannot connect to http://minipc:2283: connection refused (ECONNREFUSED): check that Immich is running (hsdoctor check --host SERVER), and the port in the URL',
    exitStatus: 3,
  }),
  'server-lost': reportOf([...many(1, 'uploaded'), ...many(2, 'not-reached')], {
    ending: 'server-lost',
    message: 'http://minipc:2283 does not answer any more',
  }),
  locked: reportOf([], {
    ending: 'locked',
    message: 'another run (process 4711, since 12:00) is using this folder',
    exitStatus: 4,
  }),
  unsettled: reportOf(many(2, 'unsettled'), { exitStatus: 5 }),
  interrupted: reportOf([...many(1, 'uploaded'), ...many(2, 'not-reached')], {
    ending: 'interrupted',
    exitStatus: 130,
  }),
};
