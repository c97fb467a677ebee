import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { findLogsOf } from './container-log.ts';
import { END, untilEnd } from './ending.ts';
import { AWK_AS_TEXT, MOST_AS_TEXT } from './journal-message.ts';
import { journalctl, ofJournal, requireJournal, requireSystemd } from './systemd.ts';

const NAMES =
  '(uptime-kuma|plex|pms-docker|jellyfin|emby|embyserver|vaultwarden/server|home-assistant|sonarr|radarr|prowlarr|lidarr|bazarr|tautulli|overseerr|jellyseerr|audiobookshelf|navidrome|grafana|gitea|forgejo|freshrss|linkding|actual-server|ntfy|n8n)';
/** Programs that keep their data in SQLite, by their images. */
export const SQLITE_IMAGES = `(^|/)${NAMES}([:@]|$)`;
/** The same in the middle of a command. */
const IN_COMMAND = `/${NAMES}([:@]|[[:space:]]|$)`;

/** What SQLite said, without the rest of the line, in which data of the program may be. */
export interface AppDatabaseLine {
  readonly at: number;
  readonly container: string;
  readonly fault: keyof typeof SAYS;
  readonly text: string;
}

const SAYS = {
  damaged: 'SQLITE_CORRUPT|database disk image is malformed|SQLITE_NOTADB|file is not a database',
  locked: 'SQLITE_BUSY|database is locked',
  full: 'SQLITE_FULL|database or disk is full',
  'read-only': 'SQLITE_READONLY|attempt to write a readonly database',
  'input-output': 'SQLITE_IOERR|disk I[/]O error',
} as const;
const ANY = Object.values(SAYS).join('|');
const FAULTS = (Object.keys(SAYS) as (keyof typeof SAYS)[]).map(
  (fault) => [fault, new RegExp(`^(?:${SAYS[fault]})$`)] as const,
);

const MOST_OF_EACH = 300;

const KEPT = `${AWK_AS_TEXT}
/"MESSAGE" ?: ?[[]/ { if (++texts > ${MOST_AS_TEXT}) next; $0 = as_text($0) }
match($0, "${ANY}") { said = substr($0, RSTART, RLENGTH)
if (!match($0, "\\"__REALTIME_TIMESTAMP\\" ?: ?\\"[0-9]+\\"")) next
at = substr($0, RSTART, RLENGTH); gsub("[^0-9]", "", at)
if (!match($0, "\\"CONTAINER_NAME\\" ?: ?\\"[A-Za-z0-9_.-]+\\"")) next
name = substr($0, RSTART, RLENGTH - 1); sub("^.*\\"", "", name)
if (++count[name] <= ${MOST_OF_EACH}) print "said", at, name, said }`;

export const appDatabaseLog = defineProbe<readonly AppDatabaseLine[]>({
  id: 'app-database-log',
  reads: 'journalctl: errors of SQLite that the containers of Uptime Kuma, Plex and other apps logged',
  tools: ['systemctl', 'journalctl', 'grep', 'awk'],
  outputLimit: 2_000_000,
  script: `${findLogsOf(IN_COMMAND)}
${journalctl('--reverse --output=json --output-fields=MESSAGE,CONTAINER_NAME $own $others')} | stage 1 grep -aE '${ANY}|"MESSAGE" ?: ?[[]' | awk '${KEPT}' && ${END}
:`,
  parse: untilEnd((raw) => {
    requireSystemd(raw);
    requireJournal(raw);
    const all = lines(raw.stdout);
    const found = all.flatMap((line) => {
      const [, at, container, text = ''] = /^said (\d{1,17}) ([A-Za-z0-9_.-]+) (.+)$/.exec(line) ?? [];
      const fault = FAULTS.find(([, pattern]) => pattern.test(text))?.[0];
      return container === undefined || fault === undefined
        ? []
        : [{ at: Number(at) / 1000, container, fault, text }];
    });
    found.sort((a, b) => a.at - b.at);
    return ofJournal(
      raw,
      found.length < all.length
        ? new PartialValue(found, 'a line about the databases of apps is not understood')
        : found,
    );
  }),
});
