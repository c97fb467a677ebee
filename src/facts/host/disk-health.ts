import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { LOOK_AT_EACH } from './deadline.ts';

/** An array of mdadm, as /proc/mdstat tells of it. */
export interface RaidArray {
  readonly name: string;
  readonly active: boolean;
  readonly level: string;
  /** Devices that it is made of, and those that work; undefined where it has no redundancy. */
  readonly wanted?: number;
  readonly working?: number;
  readonly failed: readonly string[];
  /** `recovery = 12.6%`. */
  readonly rebuilding?: string;
  /** Not an array, but what the firmware (imsm, ddf) keeps of others: it is always inactive. */
  readonly ofFirmware?: true;
}

/** What btrfs has counted on one device, since the counts were last reset. */
export interface BtrfsDevice {
  readonly filesystem: string;
  readonly id: string;
  /** Names of all devices of the filesystem: `sda2`, `dm-0`. */
  readonly devices: readonly string[];
  readonly missing: boolean;
  readonly errors: Readonly<Record<string, number>>;
}

/** A pool of ZFS that is not healthy. */
export interface Pool {
  readonly name: string;
  readonly state: string;
  readonly status: string;
  readonly scan: string;
  readonly errors: string;
}

/** A dataset of ZFS that should be mounted by itself, and is not. */
interface UnmountedDataset {
  readonly dataset: string;
  readonly point: string;
}

/** What a disk says of its own health. */
export interface DiskHealthState {
  readonly disk: string;
  /** `asleep`: it was not woken; `unknown`: it, or what it is attached to, does not tell. */
  readonly state: 'passed' | 'failing' | 'asleep' | 'unknown';
  readonly says: string;
}

export interface DiskHealth {
  readonly arrays: readonly RaidArray[];
  readonly btrfs: readonly BtrfsDevice[];
  readonly pools: readonly Pool[];
  readonly unmounted: readonly UnmountedDataset[];
  /** ZFS is in use, and its programs are there. */
  readonly zfs: 'none' | 'read' | 'unread';
  readonly disks: readonly DiskHealthState[];
  /** Physical disks that there are; `smartctl` is needed to ask them. */
  readonly physical: readonly string[];
  readonly smartctl: boolean;
  /** What did not answer within the deadline. */
  readonly hung: readonly string[];
}

export const diskHealth = defineProbe<DiskHealth>({
  id: 'disk-health',
  reads: '/proc/mdstat, /sys/fs/btrfs, zpool status -x, zfs list and smartctl -H -n standby',
  root: true,
  tools: ['awk', 'sed', 'timeout'],
  outputLimit: 1_000_000,
  script: `${LOOK_AT_EACH}
look() {
case $1 in
pools) briefly zpool status -x 2>&1 | sed 's/^/zpool /' ;;
datasets) briefly zfs list -H -t filesystem -o mounted,canmount,mountpoint,name 2>/dev/null | awk -F '\\t' '$1 == "no" && $2 == "on" && $3 ~ "^/" { print "dataset\\t" $4 "\\t" $3 }' ;;
*) said=$(briefly smartctl -H -n standby "/dev/$1" 2>&1); status=$?
printf 'smart %s %s %s\\n' "$1" "$status" "$(printf '%s\\n' "$said" | awk '/STANDBY mode|SLEEP mode|overall-health self-assessment|SMART Health Status|Unknown USB bridge|lacks SMART|does not support SMART|Unable to detect device type|SMART Disabled/ { gsub(/[^ -~]/, " "); printf "%s; ", $0 }')" ;;
esac
}
[ ! -r /proc/mdstat ] || sed 's/^/mdstat /' /proc/mdstat
for folder in /sys/fs/btrfs/*-*-*-*-*; do
[ -d "$folder" ] || continue
names=$(for device in "$folder"/devices/*; do printf '%s,' "\${device##*/}"; done)
for info in "$folder"/devinfo/*; do
[ -r "$info/error_stats" ] || continue
missing=0; [ ! -r "$info/missing" ] || read -r missing <"$info/missing"
printf 'btrfs %s %s %s %s %s\\n' "\${folder##*/}" "\${info##*/}" "$names" "$missing" "$(awk '{ printf "%s=%s,", $1, $2 }' "$info/error_stats")"
done
done
zfs=none
if [ -e /sys/module/zfs ]; then
zfs=unread
if command -v zpool >/dev/null 2>&1; then zfs='read'; fi
fi
printf 'zfs %s\\n' "$zfs"
disks=
for disk in /sys/block/*; do
name=\${disk##*/}
case $name in sd[a-z]* | nvme[0-9]*n[0-9]* | hd[a-z]*) ;; *) continue ;; esac
removable=0; [ ! -r "$disk/removable" ] || read -r removable <"$disk/removable"
if [ "$removable" != 0 ] || [ ! -b "/dev/$name" ]; then continue; fi
printf 'disk %s\\n' "$name"
disks="$disks$name
"
done
if command -v smartctl >/dev/null 2>&1; then echo smartctl; else disks=; fi
{ [ "$zfs" != read ] || printf 'pools\\ndatasets\\n'; printf '%s' "$disks"; } | look_at_each
echo end`,
  parse(raw) {
    const all = lines(raw.stdout);
    const after = (word: string) =>
      all.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
    const value: DiskHealth = {
      arrays: arraysIn(after('mdstat')),
      btrfs: after('btrfs').flatMap((line) => btrfsDeviceOf(line) ?? []),
      pools: poolsIn(after('zpool')),
      unmounted: all.flatMap((line) => {
        const [what, dataset = '', point] = line.split('\t');
        return what === 'dataset' && point !== undefined ? [{ dataset, point }] : [];
      }),
      zfs: after('zfs').includes('read')
        ? zfsOf(after('zpool'), after('hung'))
        : after('zfs').includes('unread')
          ? 'unread'
          : 'none',
      disks: after('smart').flatMap((line) => diskOf(line) ?? []),
      physical: after('disk'),
      smartctl: all.includes('smartctl'),
      hung: after('hung'),
    };
    const isKnown =
      /^(?:(?:mdstat|btrfs|zpool|zfs|smart|disk|hung) |dataset\t|(?:smartctl|end|mdstat|zpool)$)/;
    if (!all.every((line) => isKnown.test(line)))
      return new PartialValue(value, 'a line about the health of the disks is not understood');
    return all.includes('end') ? value : new PartialValue(value, 'the list of disks was truncated');
  },
});

/** What zpool says that is neither a pool nor that all are healthy is an error of its own. */
const zfsOf = (said: readonly string[], hung: readonly string[]): DiskHealth['zfs'] =>
  hung.includes('pools') ||
  said.some((line) => /^ *pool: |all pools are healthy|no pools available/.test(line))
    ? 'read'
    : 'unread';

const STATES = /\[(\d+)\/(\d+)\] \[[U_]+\]/;
const REBUILDING = /((?:recovery|reshape|resync) *= *[\d.]+%)/;

function arraysIn(all: readonly string[]): RaidArray[] {
  const arrays: RaidArray[] = [];
  for (const line of all) {
    const [, name, active, rest = ''] = /^(md\S+) : (active|inactive)\b(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      const level = /\b(raid\d+|linear|multipath|faulty)\b/.exec(rest)?.[1] ?? '';
      const failed = [...rest.matchAll(/(\S+)\[\d+\](?:\([A-Z]\))*\(F\)/g)].map(([, device = '']) => device);
      arrays.push({ name, active: active === 'active', level, failed });
      continue;
    }
    const last = arrays.pop();
    if (last === undefined) continue;
    const [, wanted, working] = STATES.exec(line) ?? [];
    const rebuilding = REBUILDING.exec(line)?.[1];
    const ofFirmware = /super external:(?:imsm|ddf)/.test(line);
    arrays.push({
      ...last,
      ...(wanted === undefined ? {} : { wanted: Number(wanted), working: Number(working) }),
      ...(ofFirmware ? { ofFirmware } : {}),
      ...(rebuilding === undefined ? {} : { rebuilding: rebuilding.replace(/ +/g, ' ') }),
    });
  }
  return arrays;
}

function btrfsDeviceOf(line: string): BtrfsDevice | undefined {
  const [, filesystem, id = '', devices = '', missing, counts = ''] =
    /^([0-9a-f-]+) (\d+) (\S*) (\d) (\S*)$/.exec(line) ?? [];
  if (filesystem === undefined) return undefined;
  const errors = [...counts.matchAll(/(\w+)=(\d+),/g)].map(
    ([, name = '', count]) => [name, Number(count)] as const,
  );
  return {
    filesystem,
    id,
    devices: devices.split(',').filter((name) => name !== '' && name !== '*'),
    missing: missing === '1',
    errors: Object.fromEntries(errors),
  };
}

function poolsIn(all: readonly string[]): Pool[] {
  const text = all.join('\n');
  return text
    .split(/^ *pool: /m)
    .slice(1)
    .map((block) => {
      const [name = ''] = block.split('\n');
      const field = (word: string) =>
        new RegExp(`^ *${word}: (.*(?:\\n(?:\\t| {8,}).*)*)`, 'm')
          .exec(block)?.[1]
          ?.replace(/\s+/g, ' ')
          .trim() ?? '';
      return {
        name: name.trim(),
        state: field('state'),
        status: field('status'),
        scan: field('scan'),
        errors: field('errors'),
      };
    });
}

function diskOf(line: string): DiskHealthState | undefined {
  const [, disk, status, says = ''] = /^(\S+) (\d+) ?(.*)$/.exec(line) ?? [];
  if (disk === undefined) return undefined;
  const told = says.replace(/; $/, '');
  const isFailing = (Number(status) & 8) !== 0 || /FAILED|Health Status: (?!OK)/.test(says);
  const state = isFailing
    ? 'failing'
    : /STANDBY|SLEEP/.test(says)
      ? 'asleep'
      : /PASSED|Health Status: OK/.test(says)
        ? 'passed'
        : 'unknown';
  return { disk, state, says: told };
}
