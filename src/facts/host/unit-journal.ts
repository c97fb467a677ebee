import * as z from 'zod/mini';
import { defineProbe, PartialValue } from '../../model/probe.ts';
import { blocks, lines } from '../../text/lines.ts';
import { END, NOTHING, untilEnd } from './ending.ts';
import { AWK_AS_TEXT, MOST_AS_TEXT, messageField, messageText } from './journal-message.ts';
import { CLOCK, journalctl, ofJournal, presentTime, requireJournal, requireSystemd } from './systemd.ts';
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
  MESSAGE: messageField,
  __MONOTONIC_TIMESTAMP: z.optional(z.string()),
  _BOOT_ID: z.optional(z.string()),
  UNIT: z.optional(z.string()),
  _SYSTEMD_UNIT: z.optional(z.string()),
});

// What a check may ask for of every unit.
const PATTERN = [
  'cannot assign requested address|address already in use|statfs |unable to find network|parsing (env )?file|image not known|no such host',
  'toomanyrequests|unauthorized|manifest unknown|no space left on device|x509: |boot ID differs|denied: ',
  'stat .dev.|is already in use|Dependency failed|too quickly|Main process exited|Scheduled restart job|unmet condition|Condition check resulted|Assertion failed|asserts failed|has no ExecStart|"Start(ed|ing) |exec format|executable',
  'Failed at step|killed by the OOM killer|systemd-oomd killed',
].join('|');

/** Of what the commands of a unit say that is not up, the last lines; whatever they are, they may say why. */
const LAST_LINES = 20;
/** Of each unit, and of what it matches: a unit that fails every second says the same thing over and over. */
const MOST_OF_COMMANDS = 100;
const MOST_OF_SYSTEMD = 400;

/** Of the journal, the newest: to look through more takes too long. */
const MOST_BYTES = 40_000_000;
const CUT = 'cut';

/** systemd itself writes these about a command that it could not execute, from the process that was to become it. */
const SPAWN_FAILED = 'MESSAGE_ID=641257651c1b4ec9a8624d7a40a9e1e7';

// The newest first: what is cut is the oldest. When the present run began is told by older lines, which are kept too.
const KEPT = String.raw`${AWK_AS_TEXT}
function field(name) { return match($0, "\"" name "\" ?: ?\"[^\"]*\"") ? substr($0, RSTART, RLENGTH) : "" }
/^#journal$/ { journal = 1; next }
(bytes += length($0)) > ${MOST_BYTES} { print "${CUT}"; exit }
!journal { active[$1]; next }
/"MESSAGE" ?: ?\[/ { if (++texts > ${MOST_AS_TEXT}) next; $0 = as_text($0) }
{ about = field("UNIT"); unit = about
if (unit == "") unit = field("_SYSTEMD_UNIT")
split(unit, part, "\""); matches = $0 ~ /${PATTERN}/ }
about != "" {
if (!matches) next
first = /restart counter is at 1[.]/
if (first || (open[unit] && /"Start(ed|ing) /) || ++systemd[unit] <= ${MOST_OF_SYSTEMD}) print
if (first) open[unit] = 2
else if (/"Start(ed|ing) /) open[unit]--
if (open[unit] < 0) open[unit] = 0
next
}
!(part[4] in active) && ++lines[unit] <= ${LAST_LINES} { print; next }
matches && ++commands[unit] <= ${MOST_OF_COMMANDS} { print }`;

export const unitJournal = defineProbe<readonly UnitMessage[]>({
  id: 'unit-journal',
  reads: 'journalctl: messages of systemd and podman about the container units',
  tools: ['systemctl', 'journalctl', 'awk', 'grep'],
  outputLimit: 4_000_000,
  script: `set -f
${FIND_UNITS}
about=
own=
for unit in $units; do about="$about UNIT=$unit" own="$own _SYSTEMD_UNIT=$unit"; done
[ -n "$units" ] || ${NOTHING}
${CLOCK}
{ systemctl list-units --state=active --plain --no-legend --no-pager $units 2>/dev/null
echo '#journal'
${journalctl(`--reverse --output=json --output-fields=MESSAGE,UNIT,_SYSTEMD_UNIT _PID=1 $about + ${SPAWN_FAILED} $about + _TRANSPORT=stdout $own`)}; } | awk '${KEPT}' && ${END}`,
  parse: untilEnd((raw) => {
    requireSystemd(raw);
    const isCut = raw.capped || raw.stdout.endsWith(`${CUT}\n`);
    requireJournal({ ...raw, capped: isCut });
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const [clock = {}] = blocks(whole.slice(0, Math.max(0, whole.indexOf('{'))));
    const entries = lines(whole).flatMap((line) => {
      const read = line.startsWith('{') ? entry.safeParse(JSON.parse(line)) : undefined;
      if (read === undefined && line !== CUT && !/^(?:Now|Uptime)=/.test(line))
        throw new Error('a line of it is no JSON');
      return read?.success === true ? [read.data] : [];
    });
    // Only of the present boot the kernel's own time says when that was.
    const boot = entries[0]?._BOOT_ID;
    const found = entries.map(
      ({ UNIT, _SYSTEMD_UNIT, MESSAGE, __REALTIME_TIMESTAMP, __MONOTONIC_TIMESTAMP, _BOOT_ID }) => {
        const from = UNIT === undefined ? ('command' as const) : ('systemd' as const);
        const told = __REALTIME_TIMESTAMP / 1000;
        const present = _BOOT_ID === boot ? presentTime(told, __MONOTONIC_TIMESTAMP, clock) : told;
        return {
          at: Math.max(told, present ?? told),
          unit: UNIT ?? _SYSTEMD_UNIT ?? '',
          from,
          text: messageText(MESSAGE),
        };
      },
    );
    inOrder(found);
    return ofJournal(
      raw,
      isCut ? new PartialValue(found, 'the journal of the units is longer than what is read') : found,
    );
  }),
});

/** In place: the newest first is how they come, but for those of an older collection. */
function inOrder(messages: UnitMessage[]): void {
  const isReversed = messages.every(({ at }, index) => at <= (messages[index - 1]?.at ?? at));
  if (isReversed && (messages[0]?.at ?? 0) > (messages.at(-1)?.at ?? 0)) messages.reverse();
  messages.sort((a, b) => a.at - b.at);
}
