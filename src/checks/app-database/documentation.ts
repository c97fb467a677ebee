import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_JUDGED_ELSEWHERE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `These are reported for apps that keep their data in SQLite (Uptime Kuma, Plex, Jellyfin, Vaultwarden, Home Assistant, ...).
hsdoctor reads the errors of SQLite in the log of the container since its start; only the text of the error leaves the host.

- The database is damaged (\`SQLITE_CORRUPT\`, \`database disk image is malformed\`).
- The app cannot write it (full disk, read-only, input/output error).
- It was locked at least ten times in the last hour (\`SQLITE_BUSY\`, \`database is locked\`).
- The folder of the database is on a network share (NFS, SMB, sshfs).`,
  configuration: 'The data volume of such an app is on a network share (NFS, SMB, sshfs).',
  fix: 'Copy the data folder before anything else. Keep databases on local disks.',
  notReported: `These are not problems, or are not checked:

- A few locks: SQLite waits, and then continues.
- Errors from before the last start of the app.
- Media on a network share: only the folder of the database counts.
- Apps that write their log to a file only, such as Plex: hsdoctor does not read that file.
- The content of the database: opening it could write to it while the app is running.`,
  notJudged: NOT_JUDGED_ELSEWHERE,
  unknownIf:
    'the log of the container is not in the journal, or the container belongs to docker or another user.',
};
