import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { blocks, lines } from '../../text/lines.ts';
import {
  CLOCK,
  CLOCKS_WORK_SINCE,
  ofJournal,
  presentTime,
  requireJournal,
  requireSystemd,
  systemdDuration,
  systemdTime,
} from './systemd.ts';

/** What starts a job. */
interface BackupTimer {
  readonly id: string;
  readonly activeState: string;
  /** Something starts it at boot. */
  readonly isEnabled: boolean;
  readonly activeSince?: number;
  readonly lastTriggeredAt?: number;
  /** Milliseconds between two runs, at most; undefined where its times are of another kind. */
  readonly interval?: number;
}

/** A service whose name says that it makes backups. */
export interface BackupJob {
  /** `restic-backups-photos.service` */
  readonly id: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly isEnabled: boolean;
  readonly result: string;
  readonly isRunning: boolean;
  readonly endedAt?: number;
  /** By this boot, or by the journal. */
  readonly succeededAt?: number;
  readonly timer?: BackupTimer;
}

export interface BackupJobs {
  readonly jobs: readonly BackupJob[];
  /** Files of cron that name a program for backups. */
  readonly cron: readonly string[];
}

/** What comes after is cut on purpose. */
const OF_CLOSED_PIPE = 141;

const PATTERNS = [
  'restic*',
  'autorestic*',
  'rustic*',
  'borg*',
  'btrbk*',
  'sanoid*',
  'syncoid*',
  'zrepl*',
  'zfs-snapshot-*',
  'zfs-replication*',
  'rsync*',
  'rclone-sync*',
  'rclone-copy*',
  'rsnapshot*',
  'duplic*',
  'tarsnap*',
  'znapzend*',
  'bacula*',
  'bareos*',
  'kopia*',
  'postgresqlBackup*',
  '*backup*',
  '*Backup*',
  '*dump*',
].join(' ');

/** Names that have such a word in them and make no backup of anybody's data. */
const OTHERS =
  '^(dpkg-db-backup|borgbackup-repo-|systemd-|kdump|restic-rest-server|rsyncd)|coredump|tcpdump|crashdump|@[.]';

/** Of a unit of systemd: its process ended well. */
const SUCCESS = 'MESSAGE_ID=7ad2d189f7e94e70a38c781354912448';
const DAYS = 100;
const MOST_LINES = 20_000;

export const backupJobs = defineProbe<BackupJobs>({
  id: 'backup-jobs',
  reads: `systemctl show of services and timers whose names say backup, their last success in the journal, and cron files`,
  tools: ['systemctl', 'journalctl', 'awk', 'grep'],
  outputLimit: 1_000_000,
  script: `set -f
loaded=$(systemctl list-units --all --plain --no-legend --no-pager --type=service,timer -- ${PATTERNS}) || exit
names=$({ systemctl list-unit-files --no-legend --no-pager --type=service,timer -- ${PATTERNS}; printf '%s\\n' "$loaded"; } |
awk '$1 ~ "[.](service|timer)$" && $1 !~ "${OTHERS}" && !seen[$1]++ { print $1 }' | head -n 200)
if [ -n "$names" ]; then
systemctl show --property=Id,LoadState,UnitFileState,ActiveState,SubState,Result,Triggers,ExecMainCode,ExecMainStatus,ExecMainExitTimestamp,ExecMainExitTimestampMonotonic,LastTriggerUSec,TimersCalendar,TimersMonotonic,ActiveEnterTimestamp,ActiveEnterTimestampMonotonic -- $names || exit
echo
about=
for name in $names; do case $name in *.service) about="$about UNIT=$name" ;; esac; done
if [ -n "$about" ]; then
journalctl --no-pager --lines=0 >/dev/null
{ journalctl --no-pager --reverse --since=-${DAYS}d --output=json --output-fields=UNIT ${SUCCESS} _PID=1 $about || { ended=$?; [ "$ended" = ${OF_CLOSED_PIPE} ] || echo "journalctl ended with $ended" >&2; }; } | awk '
function field(name) { return match($0, "\\"" name "\\" ?: ?\\"[^\\"]*\\"") ? substr($0, RSTART, RLENGTH) : "" }
NR > ${MOST_LINES} { print "cut"; exit }
{ split(field("UNIT"), unit, "\\""); split(field("__REALTIME_TIMESTAMP"), at, "\\"")
if (unit[4] != "" && !seen[unit[4]]++) print "success " substr(at[4], 1, length(at[4]) - 6) " " unit[4] }'
fi
fi
set +f
echo
${CLOCK}
grep -lsiE 'restic|borg|rsync|rclone|duplic|kopia|backup|pg_dump' /etc/crontab /etc/cron.d/* /etc/cron.daily/* /var/cron/tabs/* /var/spool/cron/crontabs/* | grep -v 'dpkg' | sed 's/^/cron /'
echo end`,
  parse(raw) {
    requireSystemd(raw);
    requireJournal(raw);
    const all = lines(raw.stdout);
    // Without a part of it, a job would never have succeeded.
    if (raw.capped || all.at(-1) !== 'end') throw new Error('the end of the list is missing');
    if (all.includes('cut'))
      throw new FactUnavailable('failed', 'the journal has more successes of backups than are read');
    const shown = blocks(raw.stdout);
    const clock = shown.find(({ Uptime }) => Uptime !== undefined) ?? {};
    const successes = new Map(
      all.flatMap((line) => {
        const [, at, unit] = /^success (\d{1,12}) (\S+\.service)$/.exec(line) ?? [];
        // A clock that began in 1970 says nothing of it.
        return unit === undefined || Number(at) * 1000 < CLOCKS_WORK_SINCE
          ? []
          : [[unit, Number(at) * 1000] as const];
      }),
    );
    const timers = shown.flatMap((block) => timerOf(block, clock) ?? []);
    const jobs = shown.flatMap((block) => jobOf(block, { clock, successes, timers }) ?? []);
    const cron = all.flatMap((line) => /^cron (\/\S+)$/.exec(line)?.[1] ?? []);
    if (shown.some(({ Id, ActiveState }) => Id !== undefined && ActiveState === undefined))
      throw new FactUnavailable('failed', 'systemctl does not show the state of every unit');
    return ofJournal(raw, { jobs, cron });
  },
});

type Properties = Readonly<Record<string, string>>;

const isEnabled = ({ UnitFileState = '' }: Properties) => /^(?:enabled|linked|generated)/.test(UnitFileState);

type OwnedTimer = BackupTimer & { readonly triggers: readonly string[] };

function timerOf(block: Properties, clock: Properties): OwnedTimer | undefined {
  const { Id = '', LoadState, ActiveState = '', Triggers = '' } = block;
  if (!Id.endsWith('.timer') || LoadState !== 'loaded') return undefined;
  const activeSince = presentTime(
    systemdTime(block.ActiveEnterTimestamp),
    block.ActiveEnterTimestampMonotonic,
    clock,
  );
  const lastTriggeredAt = systemdTime(block.LastTriggerUSec);
  const interval = intervalOf(block);
  return {
    id: Id,
    activeState: ActiveState,
    // One that nothing starts is linked, too.
    isEnabled: /^enabled/.test(block.UnitFileState ?? ''),
    triggers: Triggers.split(' '),
    ...(activeSince === undefined ? {} : { activeSince }),
    ...(lastTriggeredAt === undefined ? {} : { lastTriggeredAt }),
    ...(interval === undefined ? {} : { interval }),
  };
}

interface Around {
  readonly clock: Properties;
  readonly successes: ReadonlyMap<string, number>;
  readonly timers: readonly OwnedTimer[];
}

function jobOf(block: Properties, { clock, successes, timers }: Around): BackupJob | undefined {
  const { Id = '', LoadState = '', ActiveState = '', SubState = '', Result = '' } = block;
  if (!Id.endsWith('.service') || LoadState === 'not-found') return undefined;
  const endedAt = presentTime(
    systemdTime(block.ExecMainExitTimestamp),
    block.ExecMainExitTimestampMonotonic,
    clock,
  );
  const ofThisBoot = hasEndedWell(block) ? endedAt : undefined;
  const succeededAt = Math.max(ofThisBoot ?? 0, successes.get(Id) ?? 0);
  const own = timers.find(({ triggers }) => triggers.includes(Id));
  const { triggers: _, ...timer } = own ?? { triggers: [] };
  return {
    id: Id,
    loadState: LoadState,
    activeState: ActiveState,
    isEnabled: isEnabled(block),
    result: Result,
    isRunning:
      // Between two tries it waits: the last one failed.
      (['activating', 'deactivating'].includes(ActiveState) && !/^auto-restart/.test(SubState)) ||
      (ActiveState === 'active' && SubState === 'running'),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(succeededAt === 0 ? {} : { succeededAt }),
    ...(own === undefined ? {} : { timer: timer as BackupTimer }),
  };
}

/**
 * Of waitid(2): 1 is an exit by itself. `systemctl reset-failed` makes the result a success, and leaves the exit status: of one
 * that is not 0, only the journal knows.
 */
const hasEndedWell = ({ Result, ExecMainCode, ExecMainStatus = '0' }: Properties) =>
  Result === 'success' && ExecMainCode === '1' && ExecMainStatus === '0';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function intervalOf({ TimersCalendar = '', TimersMonotonic = '' }: Properties): number | undefined {
  const [, calendar] = /OnCalendar=([^;}]*)/.exec(TimersCalendar) ?? [];
  if (calendar !== undefined) return calendarInterval(calendar.trim());
  const [, again] = /On(?:UnitActive|UnitInactive)U?[Ss]ec=([^;}]*)/.exec(TimersMonotonic) ?? [];
  const duration = systemdDuration(again?.trim());
  return duration === undefined || duration === 0 || duration === Number.POSITIVE_INFINITY
    ? undefined
    : duration;
}

/** The longest time between two of them, as systemd writes it out (`Mon *-*-* 02:00:00`); undefined for a kind of its own. */
export function calendarInterval(text: string): number | undefined {
  const [, weekday, date = '', hour = ''] =
    /^(?:([A-Z][A-Za-z,.-]*) )?([\d*,./-]+) ([\d*,./]+):[\d*,./]+(?::[\d*,./]+)?(?: \S+)?$/.exec(text) ?? [];
  if (date === '') return undefined;
  if (weekday !== undefined) return 7 * DAY;
  const [, month = '', day = ''] = /^\*-([^-]+)-(.+)$/.exec(date) ?? [];
  if (month === '') return undefined;
  if (month !== '*') return 366 * DAY;
  if (day !== '*') return 31 * DAY;
  return hour === '*' ? HOUR : DAY;
}
