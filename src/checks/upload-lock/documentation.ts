import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `hsdoctor reads the locks of an upload in \`/tmp\`: the file \`upload-immich.lock\` (with a process id), the folder
\`upload-immich.lock.d\` (with \`owner.token\`), and its own locks, \`hsdoctor-upload-<folder>.lock\`. These are reported:

- The process of the lock has ended.
- Another program has its process id now, so that every later run does nothing.
- The lock does not name a process.
- An upload has held its lock for a long time, and writes nothing.`,
  fix: `If the lock is yours and no process holds it, remove the file (\`rm -- /tmp/upload-immich.lock\`), or remove \`owner.token\` and then the
folder (\`rmdir\`, which fails if anything else is in it). These commands are shown only in that case. hsdoctor shows
no command for another user's lock, a symbolic link, or a file name that it does not know: look at those with \`ls -l\`. It reports a lock with a control character in its name, but does not open it. For an upload that hangs: keep its lock, look at
the process with \`ps\`, then end it with \`kill\`.`,
  notReported: `A long upload that still writes to its log; a lock that was created
within the last minute; hsdoctor's own lock after its run has ended: the next run
removes it.`,
  unknownIf: `an upload that holds its lock for a long time has no log that shows whether it still writes.`,
};
