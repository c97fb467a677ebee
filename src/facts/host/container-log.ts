import * as z from 'zod/mini';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, NOTHING, untilEnd } from './ending.ts';
import { AWK_AS_TEXT, MOST_AS_TEXT, messageField, messageText } from './journal-message.ts';
import { journalctl, ofJournal, requireJournal, requireSystemd } from './systemd.ts';
import { FIND_UNITS } from './units.ts';

/** A line that the program in a container wrote, of those that tell of a fault or of its end. */
export interface LogLine {
  readonly at: number;
  readonly container: string;
  readonly text: string;
}

/** Containers whose log is read: by their images, because the log of every other one is nobody's business. */
const IMAGES =
  'immich-machine-learning|immich-server|postgres|pgvecto|vectorchord|pgvector|redis|valkey|uptime-kuma';

// cspell:disable
/** How a Postgres says in other languages that it is ready for connections. */
export const READY_ELSEWHERE =
  'ist bereit, um Verbindungen|prêt (pour|à) accepter|listo para aceptar|pronto ad accettare|pronto para aceitar|gotowy do przyjmowania|redo att ta emot|etmeye hazır|готова принимать|접속할 수 있습니다|受け付け準備|准备接受连接|準備接受連線';
// cspell:enable

// What a check may ask for. Everything else stays on the host. In JSON a quote has a backslash before it.
const PATTERNS = [
  // Of gunicorn.
  'was sent SIGKILL|WORKER TIMEOUT',
  // Of Postgres.
  'FATAL: |PANIC: |Role .* does not exist|has wrong ownership|database system is ready|initialized by PostgreSQL|invalid page in block|page verification failed|could not (read (block|from|file)|open configuration|write|extend|access|open file|locate a valid|change|create|fsync)',
  'cannot (create directory|touch)|Operation not permitted|in 18[+]|missing chunk number|unexpected chunk number|index files are outdated|is not available|must be loaded via',
  // Of a Postgres in another language (lc_messages), that it is ready: its errors there may hold data.
  READY_ELSEWHERE,
  // Of Immich's server.
  'authentication failed|code: .(28P01|28000|3D000|53300|57P03)|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT|CONNECTION_(CLOSED|ENDED|DESTROYED)|[.]s[.]PGSQL|worker exited with code|Immich Server is listening|Database reconnected|Failed to activate',
  'PostgresError|(database|role) .* does not exist|No vector extension found|only supports|upgrade path|Migrations? .*failed|corrupted migrations|the Postgres instance only has|Failed to (read|write).*[.]immich|shared_preload_libraries',
  // Of Redis and Valkey.
  'MISCONF|temp RDB file|opening the RDB file|Background saving|DB saved on disk|DB loaded from|Fatal error loading|Bad file format|Unrecoverable error|in RDB reading|rdb file reading failure|RDB format version|Wrong signature|append-only|AOF|ready to accept connections|Ready to accept connections|WRONGPASS|NOAUTH',
  // Of programs with SQLite.
  'SQLITE_(CORRUPT|BUSY|READONLY|FULL|IOERR)|is malformed|database is locked',
  // Of all.
  'No space left on device|Read-only file system|Permission denied|EACCES|ENOSPC|EROFS',
];

/** The newest of all, because a container that fails says the same again and again. */
const NEWEST = 2000;
const SAYS = PATTERNS.join('|');

const AS_TEXT = `${AWK_AS_TEXT}
/"MESSAGE" ?: ?[[]/ { if (++texts > ${MOST_AS_TEXT}) next; $0 = as_text($0) }
{ print }`;

const entry = z.object({
  __REALTIME_TIMESTAMP: z.coerce.number(),
  MESSAGE: messageField,
  CONTAINER_NAME: z.string(),
});

/**
 * Shell text that sets `own` and `others` to what journalctl has to match for the logs of containers with such images, those
 * that are down too; it ends where there are none.
 */
export const findLogsOf = (images: string) => `set -f
${FIND_UNITS}
images='${images}'
# Each unit with the program that it starts, and whether its command names one of the images.
started=
[ -z "$units" ] || started=$(stage 0 systemctl show --property=Id --property=ExecStart -- $units | stage 0 awk -v images="$images" '
function tell() { if (id != "") print id, (path == "" ? "-" : path), named; id = path = ""; named = 0 }
/^$/ { tell() }
/^Id=/ { id = substr($0, 4) }
/^ExecStart=/ { if (match($0, /path=[^ ;]+/)) path = substr($0, RSTART + 5, RLENGTH - 5); named = ($0 ~ images) }
END { tell() }')
naming=$(printf '%s\\n' "$started" | stage 0 awk '$3 == 0 && $2 ~ "^/" && $2 !~ "/(podman|docker|sh|bash)$" { print $2 }' | stage 123 xargs grep -lsEe "$images" --)
own=$(printf '%s\\n%s\\n' "$naming" "$started" | stage 0 awk 'NF == 1 { naming[$1] } NF == 3 && ($3 || $2 in naming) {
name = $1; sub("[.]service$", "", name)
if (name ~ "^(podman|docker)-") sub("^[a-z]+-", "", name); else print "CONTAINER_NAME=systemd-" name
print "CONTAINER_NAME=" name }')
others=$(! command -v podman >/dev/null || stage 0 podman ps --all --format '{{.Names}} {{.Image}}' | stage 0 awk -v images="$images" '$2 ~ images { print "CONTAINER_NAME=" $1 }')
[ -n "$own$others" ] || ${NOTHING}
`;

export const containerLog = defineProbe<readonly LogLine[]>({
  id: 'container-log',
  reads:
    'journalctl: errors that the containers of Immich, of its database and Redis, and of Uptime Kuma logged',
  tools: ['systemctl', 'journalctl', 'grep', 'awk'],
  outputLimit: 2_000_000,
  script: `${findLogsOf(IMAGES)}${journalctl('--reverse --output=json --output-fields=MESSAGE,CONTAINER_NAME $own $others')} | stage 1 grep -aE '${SAYS}|"MESSAGE" ?: ?[[]' | stage 0 awk '${AS_TEXT}' | stage 1 grep -aE '${SAYS}' | awk 'NR <= ${NEWEST}' && ${END}
:`,
  parse: untilEnd((raw) => {
    requireSystemd(raw);
    requireJournal(raw);
    const byTime = (a: LogLine, b: LogLine) => a.at - b.at;
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const found = lines(whole).flatMap((line) => {
      const read = entry.safeParse(JSON.parse(line));
      if (!read.success) return [];
      const { MESSAGE, CONTAINER_NAME, __REALTIME_TIMESTAMP } = read.data;
      return [{ at: __REALTIME_TIMESTAMP / 1000, container: CONTAINER_NAME, text: messageText(MESSAGE) }];
    });
    return ofJournal(
      raw,
      raw.capped
        ? new PartialValue(found.sort(byTime), 'the log of the containers is longer than what is read')
        : found.sort(byTime),
    );
  }),
});
