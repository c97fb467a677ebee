import type { Notification } from '../../model/notification.ts';
import type { UploadReport } from '../../model/upload-report.ts';
import { bytes, count, counted } from '../../text/amount.ts';
import { visible, visibleName } from '../../text/visible.ts';
import { clean } from './clean.ts';
import { NOT_PROVEN_TEXTS, whatOf } from './outcomes.ts';

/**
 * What the owner's phone is told of a run: success quietly, part of it with counts, failure loudly. Nothing of a run that
 * changed nothing, of a rehearsal, of one that its user ended, and of one that found the folder taken: the run that has
 * it tells its own end.
 */
export function notification(given: UploadReport): Notification | undefined {
  const report = clean(given);
  const { dryRun, ending, exitStatus, summary } = report;
  if (dryRun || ending === 'interrupted' || ending === 'locked') return undefined;
  if (exitStatus === 0) return happened(report) ? success(report) : undefined;
  const why = reasons(report);
  const files = summary.notProven - summary.foldersUnread;
  if (summary.proven > 0)
    return {
      title: `Immich: ${count(summary.proven)} of ${count(summary.files)} uploaded`,
      message: `${files === 0 ? '' : `${count(files)} not verified, and not deleted: `}${why}`,
      priority: 0,
    };
  return { title: 'Immich: the upload failed', message: `${why} Nothing was deleted.`, priority: 1 };
}

function happened({ files, summary }: UploadReport): boolean {
  const changed = files.some(({ outcome }) => outcome === 'restored' || outcome === 'attached');
  return changed || summary.sent + summary.deleted + summary.moved > 0;
}

function success({ summary }: UploadReport): Notification {
  const did = [
    `${count(summary.sent)} sent (${bytes(summary.bytesSent)})`,
    summary.byChecksum > 0 && `${count(summary.byChecksum)} verified only by checksum`,
    summary.deleted > 0 && `${count(summary.deleted)} deleted here (${bytes(summary.bytesFreed)} freed)`,
    summary.moved > 0 && `${count(summary.moved)} moved`,
  ].filter((part) => part !== false);
  return {
    title: `Immich: ${counted(summary.proven, 'file')} ${summary.byChecksum > 0 ? 'on the server' : 'safe'}`,
    message: `${did.join(', ')}.`,
    priority: -1,
  };
}

/** The commonest first; each with one name. */
function reasons({ message, files, ending }: UploadReport): string {
  const notProven = files.filter(({ outcome }) => NOT_PROVEN_TEXTS[outcome] !== undefined);
  const groups = [
    ...Map.groupBy(notProven, ({ outcome, reason, folder }) =>
      JSON.stringify([outcome, reason, folder]),
    ).values(),
  ]
    .sort((a, b) => b.length - a.length)
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const why = first.reason === undefined ? '' : `: ${visible(first.reason)}`;
      const others = group.length > 1 ? ` and ${count(group.length - 1)} more` : '';
      return [
        `${first.folder ? 'folder ' : ''}${whatOf(first)}${why} (${visibleName(first.path)}${others}).`,
      ];
    });
  const said = message === undefined ? [] : [visible(message).replace(/[^.?!]$/, '$&.')];
  return [...said, ...(ending === 'refused' ? [] : groups)].join(' ');
}
