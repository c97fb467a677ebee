import { defineProbe, PartialValue } from '../../model/probe.ts';
import { withoutColors } from '../../text/colors.ts';
import { END, FIND_AGENTS, requireEnd } from './launchd.ts';
import {
  FAILURE,
  type LogEvent,
  lineEvent,
  lineTime,
  MARKERS,
  NO_FAILURE,
  SUCCESSES,
  withoutTime,
} from './upload-log-lines.ts';

export interface UploadLog {
  readonly path: string;
  readonly kind: 'out' | 'error';
  readonly bytes: number;
  readonly modifiedAt: number;
  /** From its end, the oldest first. */
  readonly events: readonly LogEvent[];
  /** When the last line was written that tells nothing, where it stands behind all that tell something. */
  readonly after?: number;
}

/** Bytes of each log that are read, from its end. */
const TAIL = 65_536;
const LONGEST_TEXT = 200;

// What tells nothing stays on the Mac, and of a failure of anything all but that word; of a line with a time, the time of what follows it.
const TELLING = String.raw`
BEGIN { stamp = "^[^0-9]?[0-9][0-9][0-9][0-9][-\/.][0-9][0-9][-\/.][0-9][0-9][ T][0-9][0-9]:[0-9][0-9]:[0-9][0-9]" }
{ timed = match($0, stamp); if (timed) time = substr($0, 1, RLENGTH) }
/[^ \t\r]/ { after = 1; if (timed) later = time }
function tell(text) { if (!timed && time != "") print " " time; print " " text; after = 0; later = "" }
{ small = tolower($0) }
/${MARKERS.join('|')}/ || small ~ "${SUCCESSES}" { tell($0); next }
{ gsub("${NO_FAILURE}", "", small); if (match(small, "${FAILURE}")) tell((timed ? time " " : "") substr(small, RSTART, RLENGTH)) }
END { if (after) print "#after " later }`;

export const uploadLogs = defineProbe<readonly UploadLog[]>({
  id: 'upload-logs',
  reads: `the logs of the upload agents: the lines that show how runs ended, from the last ${TAIL / 1024} KiB of each`,
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'stat'],
  script: `${FIND_AGENTS}
name_logs() {
setting StandardOutPath | sed 's/^/out /'
setting StandardErrorPath | sed 's/^/error /'
print_line "out $home/Library/Logs/folder-actions/upload-immich.log"
print_line "error $home/Library/Logs/folder-actions/upload-immich.error.log"
}
print_line "#zone $(unset TZ; date +%z)"
for_each_agent name_logs | sort -u -r | while IFS= read -r named; do
kind=\${named%% *} path=\${named#* }
if [ ! -f "$path" ]; then
if hidden "$path"; then print_line "#denied $path"; fi
continue
fi
if ! tail -c 1 "$path" >/dev/null 2>&1; then print_line "#denied $path"; continue; fi
case $seen in *"|$path|"*) continue ;; esac
seen="$seen|$path|"
print_line "#log $kind $(stat -f '%z %m' "$path") $path"
size=$(stat -f %z "$path")
# The first line of a part is cut.
tail -c ${TAIL} "$path" | if [ "$size" -gt ${TAIL} ]; then sed 1d; else cat; fi | awk '${TELLING}'
done
${END}`,
  parse(raw) {
    requireEnd(raw);
    const zone = /(?<![^\n])#zone ([+-]\d{4})(?![^\n])/.exec(raw.stdout)?.[1];
    if (zone === undefined) throw new Error('the time zone is not known');
    const denied = [...raw.stdout.matchAll(/(?<![^\n])#denied ([^\n]*)/g)].map(([, path = '']) => path);
    const logs = raw.stdout
      .split(/(?<![^\n])#log /)
      .slice(1)
      .flatMap((block) => {
        const [head = '', ...rest] = block.split('\n');
        const match = /^(out|error) (\d+) (\d+) (.*)$/.exec(head);
        if (match === null) return [];
        const modifiedAt = Number(match[3]) * 1000;
        const after = rest.find((line) => line.startsWith('#after '));
        return [
          {
            path: match[4] ?? '',
            kind: match[1] as UploadLog['kind'],
            bytes: Number(match[2]),
            modifiedAt,
            ...eventsOf(
              rest.filter((line) => line.startsWith(' ')).map((line) => line.slice(1)),
              zone,
              modifiedAt,
            ),
            ...(after === undefined
              ? {}
              : { after: Math.min(lineTime(after.slice('#after '.length), zone) ?? modifiedAt, modifiedAt) }),
          },
        ];
      });
    return denied.length === 0 ? logs : new PartialValue(logs, `this user cannot read ${denied.join(', ')}`);
  },
});

function eventsOf(
  lines: readonly string[],
  zone: string,
  modifiedAt: number,
): Pick<UploadLog, 'events' | 'after'> {
  let at: number | undefined;
  let after: number | undefined;
  const events = lines.map(withoutColors).flatMap((line): LogEvent[] => {
    const told = lineTime(line, zone);
    // Written under another zone or a wrong clock, it would hide what came after it.
    if (told !== undefined) at = Math.min(told, modifiedAt);
    const event = lineEvent(line);
    if (event === undefined) {
      // Of a run, like `완료 50%`, and how it ended is not in it; a time alone is only that of the next line.
      if (/\S/.test(withoutTime(line))) after = at ?? modifiedAt;
      return [];
    }
    after = undefined;
    return [{ ...event, ...(at === undefined ? {} : { at }), text: line.trim().slice(0, LONGEST_TEXT) }];
  });
  return after === undefined ? { events } : { events, after };
}
