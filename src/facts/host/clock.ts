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
  /** By the kernel: a program has set the clock by NTP within the last hours. */
  readonly isSynchronized: boolean;
  /** Those that are there, whether they run or not. */
  readonly services: readonly TimeService[];
  /** The clock is that of the host around it. */
  readonly isContainer: boolean;
  readonly uptimeMs?: number;
}

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
  reads: 'timedatectl show, and the state of the NTP services',
  tools: ['timedatectl', 'systemctl'],
  outputLimit: 65_536,
  script: `timedatectl show || exit
echo
systemctl show --property=Id,LoadState,ActiveState,ActiveEnterTimestamp,ActiveEnterTimestampMonotonic -- ${SERVICES.join(' ')} || exit
echo
[ ! -e /run/systemd/container ] || echo Container=yes
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
    return {
      isSynchronized: synchronized === 'yes',
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
