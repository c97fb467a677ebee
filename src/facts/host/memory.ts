import { FactUnavailable } from '../../model/fact.ts';
import { defineProbe } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';

/** Memory of the whole host, in bytes. */
export interface Memory {
  readonly total: number;
  /** What programs can have without anything being swapped out: free, or given up by the kernel and by ZFS. */
  readonly available: number;
  /** Of it what the cache of ZFS can give up, which the kernel does not count as available. */
  readonly zfsCache: number;
  readonly swapTotal: number;
  readonly swapFree: number;
  /** Part of the last five minutes, in percent, in which all processes waited for memory; undefined where the kernel does not measure it. */
  readonly stalled?: number;
}

export const memory = defineProbe<Memory>({
  id: 'memory',
  reads: '/proc/meminfo, /proc/pressure/memory, and the size of the ZFS cache',
  tools: ['grep', 'awk'],
  outputLimit: 8192,
  script: `grep -E '^(MemTotal|MemAvailable|SwapTotal|SwapFree):' /proc/meminfo || exit
sed 's/^/pressure /' /proc/pressure/memory 2>/dev/null
[ ! -r /proc/spl/kstat/zfs/arcstats ] || awk '$1 == "size" || $1 == "c_min" { print "zfs", $1, $3 }' /proc/spl/kstat/zfs/arcstats
echo end`,
  parse({ stdout }) {
    const all = lines(stdout);
    if (all.at(-1) !== 'end') throw new Error('the end of it is missing');
    const [total, swapTotal, swapFree] = [
      kilobytesOf(stdout, 'MemTotal'),
      kilobytesOf(stdout, 'SwapTotal'),
      kilobytesOf(stdout, 'SwapFree'),
    ];
    if (!/^MemAvailable:/m.test(stdout))
      throw new FactUnavailable('failed', 'the kernel does not tell how much memory is available');
    const told = kilobytesOf(stdout, 'MemAvailable');
    const zfsCache = Math.max(0, (zfs(stdout, 'size') ?? 0) - (zfs(stdout, 'c_min') ?? 0));
    const stalled = /^pressure full avg10=[\d.]+ avg60=[\d.]+ avg300=(\d{1,3}(?:\.\d+)?) /m.exec(stdout)?.[1];
    if (total === 0 || told > total || swapFree > swapTotal)
      throw new Error('its numbers contradict each other');
    return {
      total,
      available: Math.min(total, told + zfsCache),
      zfsCache,
      swapTotal,
      swapFree,
      ...(stalled === undefined ? {} : { stalled: Number(stalled) }),
    };
  },
});

function kilobytesOf(text: string, field: string): number {
  const [, kilobytes] = new RegExp(`^${field}: +(\\d{1,15}) kB$`, 'm').exec(text) ?? [];
  if (kilobytes === undefined) throw new Error(`no ${field}`);
  return Number(kilobytes) * 1024;
}

function zfs(text: string, field: string): number | undefined {
  const [, bytes] = new RegExp(`^zfs ${field} (\\d{1,18})$`, 'm').exec(text) ?? [];
  return bytes === undefined ? undefined : Number(bytes);
}
