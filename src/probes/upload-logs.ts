import { defineProbe } from '../model/probe.ts';
import { FIND_AGENTS } from './launchd.ts';
import { type LogEvent, lineEvent, lineTime } from './upload-log-lines.ts';

export interface UploadLog {
  readonly path: string;
  readonly kind: 'out' | 'error';
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modifiedAt: number;
  /** From its end, the oldest first. */
  readonly events: readonly LogEvent[];
}

/** Bytes of each log that are read, from its end. */
const TAIL = 65_536;
const LONGEST_TEXT = 200;

export const uploadLogs = defineProbe<readonly UploadLog[]>({
  id: 'upload-logs',
  reads: `the logs of the upload agents: the last ${TAIL / 1024} KiB of each`,
  platforms: ['darwin'],
  tools: ['plutil', 'awk', 'stat'],
  script: `${FIND_AGENTS}
name_logs() {
setting StandardOutPath | sed 's/^/out /'
setting StandardErrorPath | sed 's/^/error /'
echo "out $home/Library/Logs/folder-actions/upload-immich.log"
echo "error $home/Library/Logs/folder-actions/upload-immich.error.log"
}
echo "#zone $(unset TZ; date +%z)"
for_each_agent name_logs | sort -u -r | while read -r kind path; do
[ -f "$path" ] || continue
case $seen in *"|$path|"*) continue ;; esac
seen="$seen|$path|"
echo "#log $kind $(stat -f '%z %m' "$path") $path"
tail -c ${TAIL} "$path" | sed 's/^/ /'
echo
done`,
  parse(raw) {
    const zone = /^#zone ([+-]\d{4})$/m.exec(raw.stdout)?.[1] ?? '+0000';
    return raw.stdout
      .split(/^#log /m)
      .slice(1)
      .flatMap((block) => {
        const [head = '', ...rest] = block.split('\n');
        const match = /^(out|error) (\d+) (\d+) (.*)$/.exec(head);
        if (match === null) return [];
        const bytes = Number(match[2]);
        // The first line of a part is cut.
        const whole = bytes > TAIL ? rest.slice(1) : rest;
        return [
          {
            path: match[4] ?? '',
            kind: match[1] as UploadLog['kind'],
            bytes,
            modifiedAt: Number(match[3]) * 1000,
            events: eventsOf(
              whole.map((line) => line.slice(1)),
              zone,
            ),
          },
        ];
      });
  },
});

function eventsOf(lines: readonly string[], zone: string): LogEvent[] {
  let at: number | undefined;
  return lines.flatMap((line) => {
    at = lineTime(line, zone) ?? at;
    const event = lineEvent(line);
    if (event === undefined) return [];
    return [{ ...event, ...(at === undefined ? {} : { at }), text: line.trim().slice(0, LONGEST_TEXT) }];
  });
}
