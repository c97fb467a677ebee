import { defineProbe } from '../../model/probe.ts';
import { blocks } from '../../text/lines.ts';
import { CLOCK, presentTime, requireSystemd, systemdTime } from './systemd.ts';

/** What keeps the clock right. */
export interface TimeService {
  readonly id: string;
  readonly loadState: string;
  readonly activeState: string;
  readonly activeSince?: number;
}

export interface Clock {
  /** By the kernel, or by chrony: a program has set the clock by NTP within the last hours. */
  readonly isSynchronized: boolean;
  /** What chrony says of it (`Normal`), which does not tell the kernel unless its configuration has rtcsync. */
  readonly chronyLeap?: string;
  /** Those that are there, whether they run or not. */
  readonly services: readonly TimeService[];
  /** The clock is that of the host around it. */
  readonly isContainer: boolean;
  readonly uptimeMs?: number;
}

/** Of chrony's tracking: the others are `Not synchronised`, and what is not known. */
const IN_STEP = ['Normal', 'Insert second', 'Delete second'];

const SERVICES = [
  'systemd-timesyncd',
  'chronyd',
  'chrony',
  'ntpd',
  'ntp',
  'ntpsec',
  'ntpd-rs',
  'ntpd-rs-daemon',
  'openntpd',
  'ptp4l',
  'phc2sys',
].map((name) => `${name}.service`);

export const clock = defineProbe<Clock>({
  id: 'clock',
  reads: 'timedatectl show, the state of the NTP services, and chronyc tracking',
  tools: ['timedatectl', 'systemctl'],
  outputLimit: 65_536,
  script: `shown=$(timedatectl show) || exit
printf '%s\\n\\n' "$shown"
systemctl show --property=Id,LoadState,ActiveState,ActiveEnterTimestamp,ActiveEnterTimestampMonotonic -- ${SERVICES.join(' ')} || exit
echo
[ ! -e /run/systemd/container ] || echo Container=yes
case $shown in *NTPSynchronized=no*)
timeout 2 chronyc -n -h 127.0.0.1 tracking 2>/dev/null | sed -n 's/^Leap status *: */ChronyLeap=/p' ;;
esac
${CLOCK}`,
  parse(raw) {
    requireSystemd(raw);
    const all = blocks(raw.stdout);
    const synchronized = all.find(({ NTPSynchronized }) => NTPSynchronized !== undefined)?.NTPSynchronized;
    if (synchronized !== 'yes' && synchronized !== 'no')
      throw new Error('timedatectl does not tell whether the clock is synchronized');
    const last = all.find(({ Uptime }) => Uptime !== undefined);
    if (last === undefined || !raw.stdout.endsWith('\n')) throw new Error('the end of it is missing');
    const uptime = Number(last.Uptime || Number.NaN);
    const { ChronyLeap: chronyLeap } = last;
    return {
      isSynchronized: synchronized === 'yes' || IN_STEP.includes(chronyLeap ?? ''),
      ...(chronyLeap === undefined ? {} : { chronyLeap }),
      services: all.flatMap((block) => serviceOf(block, last) ?? []),
      isContainer: last.Container === 'yes',
      ...(Number.isNaN(uptime) ? {} : { uptimeMs: uptime * 1000 }),
    };
  },
});

function serviceOf(
  { Id, LoadState, ActiveState, ActiveEnterTimestamp, ActiveEnterTimestampMonotonic }: Record<string, string>,
  now: Readonly<Record<string, string>>,
): TimeService | undefined {
  if (Id === undefined || LoadState === undefined || ActiveState === undefined) return undefined;
  if (LoadState === 'not-found') return undefined;
  const activeSince = presentTime(systemdTime(ActiveEnterTimestamp), ActiveEnterTimestampMonotonic, now);
  return {
    id: Id,
    loadState: LoadState,
    activeState: ActiveState,
    ...(activeSince === undefined ? {} : { activeSince }),
  };
}
