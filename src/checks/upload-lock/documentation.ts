import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A lock in \`/tmp\` that no upload holds: \`upload-immich.lock\` with a process id, or the folder
\`upload-immich.lock.d\` with \`owner.token\`. The owner is gone, or its number belongs to another program by
now, which keeps every later run from uploading without a word; or the lock does not say whose it is.
hsdoctor's own locks, \`hsdoctor-upload-<folder>.lock\`, are read too: \`pid=\`, \`proc_start=\`, \`nonce=\`,
\`started_at=\` and \`folder=\`, in this order. One whose owner is gone, or whose number began at another
time, is no fault: the next run takes it over.`,
  fix: `Just the lock is removed: \`rm -- /tmp/upload-immich.lock\`, or \`rm\` of \`owner.token\` and \`rmdir\` of the
folder, which leaves whatever else is in it. Only a lock of your own that nobody holds: one of another
user, a link, or a name that no upload gives is for people to look at. A lock in \`/tmp\` with a control
character in its name is not looked at, and counted. An upload that hangs is looked at by \`ps\`, then ended
by \`kill\`.`,
  notReported: `A long upload that still writes into its log (where there is no log, that is \`unknown\`); a lock that was
made within the last minute; hsdoctor's own lock of a run that is over.`,
};
