import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A lock in \`/tmp\` that no upload holds: \`upload-immich.lock\` with a process id, or the folder
\`upload-immich.lock.d\` with \`owner.token\`. Its process has ended, or another program has its process id now,
so that every later run silently does nothing; or the lock does not say which process holds it. hsdoctor's own
locks, \`hsdoctor-upload-<folder>.lock\`, are read too: \`pid=\`, \`proc_start=\`, \`nonce=\`, \`started_at=\` and
\`folder=\`, in this order. A stale lock of hsdoctor is not a problem: the next run takes it over.`,
  fix: `Only the lock is removed: \`rm -- /tmp/upload-immich.lock\`, or \`rm\` of \`owner.token\` and \`rmdir\` of the
folder, which keeps anything else in it. A command is shown only for a lock of your own that no process holds; a
lock of another user, a symbolic link, or an unknown name must be checked by hand. A lock in \`/tmp\` with a
control character in its name is reported but not opened. For an upload that hangs: \`ps\` to look at it, then
\`kill\` to end it.`,
  notReported: `A long upload that still writes to its log (without a log, the result is \`unknown\`); a lock that was created
within the last minute; hsdoctor's own lock of a run that has ended.`,
};
