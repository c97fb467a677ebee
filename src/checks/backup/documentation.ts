import type { CheckDocumentation } from '../../model/check.ts';
import { NOT_JUDGED_ELSEWHERE } from '../shared/declared-elsewhere.ts';

export const documentation: CheckDocumentation = {
  shows: `Services and timers whose names say that they make backups (\`restic-backups-*\`, \`borgbackup-job-*\`, \`btrbk\`, \`sanoid\`,
\`postgresqlBackup-*\`, any name with \`backup\` or \`dump\`), and the dumps that Immich makes of its own database:

- The last run failed.
- The last success is older than three times the interval of the timer. Successes before the last boot are read from the journal.
- It was started and never succeeded, or its timer is not active.
- Immich's dumps stopped, or the newest one is empty.
- The host runs containers, but no backup was found on it: no service, no cron file and no container that makes one.`,
  configuration: `The configuration declares backups by restic or borg, and none of them saves Immich's photos: no path contains them, or \`exclude\` leaves them out. This is
reported only if it is certain: not if there is another kind of backup beside it, or if the paths come from a command or a pattern. If no backup is declared, or only one of another kind, the result says so.

A backup by restic or borg whose timer is off (\`timerConfig = null\`, \`startAt = [ ]\`), and which no other unit and no command starts, is reported, too.`,
  fix: `The log of the service (\`journalctl --unit=<service>\`) shows why a backup failed. If another machine makes the backups of this
host, waive \`backup/none-seen\`.`,
  unknownIf: `the journal could not be read, or does not reach back far enough. In a configuration: a path is not known, a pattern in \`exclude\` may
match photos, or there is another kind of backup beside it.`,
  notReported: `These are not problems:

- A backup that is running, and a first run that is not due yet.
- A timer that is disabled or masked.
- A failed run after which another one succeeded.

hsdoctor does not read the backups, so it does not check whether one can be restored. Immich's own dumps hold no photos and are on the same
disk, so they do not count as a backup.`,
  notJudged: NOT_JUDGED_ELSEWHERE,
};
