import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `Apps that keep their data in SQLite (Uptime Kuma, Plex, Jellyfin, Vaultwarden, Home Assistant, ...): what SQLite says in
the log of the container since its start. Only these words leave the host, not the rest of the line:

- The database is damaged (\`SQLITE_CORRUPT\`, \`database disk image is malformed\`).
- The app cannot write it (full disk, read-only, input/output error).
- It was locked at least ten times in the last hour (\`SQLITE_BUSY\`, \`database is locked\`).
- The folder of the database is on a network share (NFS, SMB, sshfs).`,
  configuration: 'The data volume of such an app is below a filesystem of the type NFS, SMB or sshfs.',
  fix: 'Copy the data folder before anything else. Keep databases on local disks.',
  notReported: `These are not problems:

- A few locks: SQLite waits, and goes on.
- What was logged before the present start of the app.
- Media on a network share: only the folder of the database counts.
- Apps that write their log to a file only, such as Plex: their files are not read.
- The database itself is not opened: while the app runs, that can write to it.`,
  unknownIf:
    'the log of the container is not in the journal, or the container belongs to docker or another user.',
};
