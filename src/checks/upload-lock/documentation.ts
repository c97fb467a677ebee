import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A lock in \`/tmp\` that no upload holds: the file \`upload-immich.lock\`, which contains a process id, or the
folder \`upload-immich.lock.d\`, which contains \`owner.token\`. There are three cases: its process has ended; another
program has its process id now, so that every later run does nothing; or the lock does not name a process. Also an
upload that has held its lock for a long time and writes nothing. hsdoctor's own locks,
\`hsdoctor-upload-<folder>.lock\`, are read too.`,
  fix: `Remove the file (\`rm -- /tmp/upload-immich.lock\`), or remove \`owner.token\` and then the folder (\`rmdir\`, which
fails if anything else is in it). These commands are shown only for your own lock that no process holds. hsdoctor shows
no command for another user's lock, a symbolic link, or a file name that it does not know: look at those with \`ls -l\`. A lock in \`/tmp\` with a
control character in its name is reported but not opened. For an upload that hangs: \`ps\` to look at it, then
\`kill\` to end it.`,
  notReported: `A long upload that still writes to its log; a lock that was created
within the last minute; hsdoctor's own lock after its run has ended: the next run
removes it.`,
  unknownIf: `an upload that holds its lock for a long time has no log that shows whether it still writes.`,
};
