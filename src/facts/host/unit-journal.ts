import * as z from 'zod/mini';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { journalctl, ofJournal, requireJournal, requireSystemd } from './systemd.ts';
import { FIND_UNITS } from './units.ts';

export interface UnitMessage {
  readonly at: number;
  readonly unit: string;
  /** Who wrote it: systemd about the unit, or the unit's own commands. The log of the container itself is not read. */
  readonly from: 'systemd' | 'command';
  readonly text: string;
}

const entry = z.object({
  __REALTIME_TIMESTAMP: z.coerce.number(),
  MESSAGE: z.string(),
  UNIT: z.optional(z.string()),
  _SYSTEMD_UNIT: z.optional(z.string()),
});

// What a check may ask for. Everything else stays on the host.
const PATTERN =
  'cannot assign requested address|address already in use|statfs |unable to find network|parsing (env )?file|image not known|no such host' +
  '|stat /dev/|is already in use|Dependency failed|too quickly|Main process exited|Scheduled restart job|unmet condition|Condition check resulted|has no ExecStart|"Start(ed|ing) |exec format|executable file';

/** journalctl itself leaves out what is longer; whatever else answers in its place may not keep the checks busy. */
const LONGEST_MESSAGE = 4096;

export const unitJournal = defineProbe<readonly UnitMessage[]>({
  id: 'unit-journal',
  reads: 'journalctl: messages of systemd and podman about the container units',
  tools: ['systemctl', 'journalctl', 'grep'],
  outputLimit: 4_000_000,
  script: `set -f
${FIND_UNITS}
about=
own=
for unit in $units; do about="$about UNIT=$unit" own="$own _SYSTEMD_UNIT=$unit"; done
[ -n "$units" ] || exit 0
{ ${journalctl('--output=json --output-fields=MESSAGE,UNIT,_SYSTEMD_UNIT _PID=1 $about')}
${journalctl('--output=json --output-fields=MESSAGE,UNIT,_SYSTEMD_UNIT _TRANSPORT=stdout $own')}; } | grep -aE '${PATTERN}' || :`,
  parse(raw) {
    requireSystemd(raw);
    requireJournal(raw);
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const found = lines(whole)
      .flatMap((line) => {
        const read = entry.safeParse(JSON.parse(line));
        // A message of several kilobytes or of bytes that are no text comes as null or as numbers.
        if (!read.success) return [];
        const { UNIT, _SYSTEMD_UNIT, MESSAGE, __REALTIME_TIMESTAMP } = read.data;
        const from = UNIT === undefined ? ('command' as const) : ('systemd' as const);
        return [
          {
            at: __REALTIME_TIMESTAMP / 1000,
            unit: UNIT ?? _SYSTEMD_UNIT ?? '',
            from,
            text: MESSAGE.slice(0, LONGEST_MESSAGE),
          },
        ];
      })
      .sort((a, b) => a.at - b.at);
    return ofJournal(
      raw,
      raw.capped ? new PartialValue(found, 'the journal of the units is longer than what is read') : found,
    );
  },
});
