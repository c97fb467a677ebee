import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, untilEnd } from './ending.ts';
import { journalctl, ofJournal, requireJournal } from './systemd.ts';

/** What the kernel said of one device, of one class, in the time window. */
export interface DiskErrors {
  /** `recorded`: of before, and noted in the filesystem itself until it is checked; that is told once a day. */
  readonly class: 'filesystem' | 'recorded' | 'input-output' | 'reset';
  /** As the kernel names it: `sda1`, `nvme0`, `ata3`, `dm-0`. */
  readonly device: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly last: string;
  /** A line that says that the kernel made the filesystem read-only. */
  readonly readOnly: boolean;
  /** Names of disks that the device belongs to, as far as they are there: `sda`. */
  readonly disks: readonly string[];
}

// A class and a device for each line that tells of a fault; the last of the equal ones stands for all of them.
// What is not of a disk (floppy, optical, loop) or tells of something harmless (a discard that is not supported) is left out.
const CLASSES = `
function tell(class, device, key) {
sub("[^-A-Za-z0-9_.!/].*", "", device)
if (device == "" || device ~ "^(fd|sr|loop|ram|zram|nbd)[0-9]*$") return
key = class " " device
if (!(key in count)) { first[key] = $1; order[++keys] = key }
count[key]++; last[key] = $1; line[key] = $0
if ($0 ~ "[Rr]emount.*read-only|set read-only|forced readonly|has been shut down|Shutting down filesystem") readonly[key] = 1
}
function after(text) { return match($0, text) ? substr($0, RSTART + RLENGTH) : "" }
/open_ctree failed|unrecognized mount option|DISCARD|WRITE_ZEROES/ { next }
/EXT4-fs error [(]device / { tell("filesystem", after("[(]device ")); next }
/EXT4-fs [(][^)]*[)]: ([Rr]emounting filesystem read-only|previous I.O error)/ { tell("filesystem", after("EXT4-fs [(]")); next }
/EXT4-fs [(][^)]*[)]: (error count since last fsck: [1-9]|warning: mounting fs with errors)/ { tell("recorded", after("EXT4-fs [(]")); next }
/Aborting journal on device / { device = after("on device "); sub("-[0-9]+[.]?$", "", device); tell("filesystem", device); next }
/JBD2: .*(error|Error)/ { device = after(" (on|for) (device )?"); sub("-[0-9]+[.]?$", "", device); tell("filesystem", device); next }
/XFS [(][^)]*[)]: .*([Cc]orruption|CRC error|log I.O error|shut ?down|Shutting down|metadata I.O error)/ { tell("filesystem", after("XFS [(]")); next }
/BTRFS (error|critical) [(]device |BTRFS warning [(]device .*(csum failed|checksum error|checksum verify failed|parent transid)|BTRFS info [(]device .*forced readonly/ { tell("filesystem", after("[(]device ")); next }
/FAT-fs [(][^)]*[)]: (error,|Filesystem has been set read-only)/ { tell("filesystem", after("FAT-fs [(]")); next }
/F2FS-fs [(][^)]*[)]: .*(corrupt|inconsistent)/ { tell("filesystem", after("F2FS-fs [(]")); next }
/(I.O|critical (medium|target|space allocation)|protection) error, dev / { tell("input-output", after(" error, dev ")); next }
/Buffer I.O error on dev(ice)? / { tell("input-output", after("on dev(ice)? ")); next }
/md.raid[0-9]+:md[^:]*: Disk failure on / { tell("input-output", after("Disk failure on ")); next }
/nvme nvme[0-9]+: .*(timeout, (aborting|reset|completion polled)|controller is down|Device not ready|Removing after probe failure|Disabling device after reset failure)/ { tell("reset", after("nvme nvme") == "" ? "" : "nvme" after("nvme nvme")); next }
/ata[0-9]+([.][0-9]+)?: (exception Emask|failed command:|hard resetting link)/ { device = "ata" after(" ata"); sub("[.:].*", "", device); tell("reset", device); next }
END { for (i = 1; i <= keys; i++) { key = order[i]; print key, count[key], first[key], last[key], (key in readonly) ? 1 : 0, line[key] } }`;

const MOST_DEVICES = 200;

export const diskErrors = defineProbe<readonly DiskErrors[]>({
  id: 'disk-errors',
  reads: 'journalctl: errors of filesystems and disks in the kernel log',
  tools: ['journalctl', 'awk'],
  script: `${journalctl('--output=short-unix _TRANSPORT=kernel')} | awk '${CLASSES}' || exit
for disk in /sys/block/*; do
[ -e "$disk" ] || continue
printf 'disk %s %s\\n' "\${disk##*/}" "$(readlink "$disk")"
done
${END}`,
  parse: untilEnd((raw) => {
    requireJournal(raw);
    const all = lines(raw.stdout);
    const disks = all.flatMap((line) => {
      const [, name, path = ''] = /^disk (\S+) (\S*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, path }];
    });
    const disksOf = disksByDevice(disks);
    const told = all.flatMap((line) => errorsOf(line, disksOf) ?? []);
    const found = told.slice(0, MOST_DEVICES);
    if (told.length > found.length)
      return ofJournal(raw, new PartialValue(found, 'more devices have errors than are read'));
    if (found.length + disks.length < all.length)
      return ofJournal(raw, new PartialValue(found, 'a line of the errors of disks is not understood'));
    return ofJournal(raw, found);
  }),
});

interface Disk {
  readonly name: string;
  readonly path: string;
}

function errorsOf(line: string, disksOf: (device: string) => readonly string[]): DiskErrors | undefined {
  const [, kind, device, count, first, last, readOnly, text = ''] =
    /^(filesystem|recorded|input-output|reset) (\S+) (\d+) (\d+(?:\.\d+)?) (\d+(?:\.\d+)?) ([01]) (.*)$/.exec(
      line,
    ) ?? [];
  if (kind === undefined || device === undefined) return undefined;
  return {
    class: kind as DiskErrors['class'],
    device,
    count: Number(count),
    firstAt: Number(first) * 1000,
    lastAt: Number(last) * 1000,
    last: text.replace(/^\S+ \S+ (?:kernel: )?/, ''),
    readOnly: readOnly === '1',
    disks: disksOf(device),
  };
}

/** A partition is on its disk, a port of SATA or a controller has those below it. */
function disksByDevice(disks: readonly Disk[]): (device: string) => readonly string[] {
  const named = new Set(disks.map(({ name }) => name));
  const below = new Map<string, string[]>();
  for (const { name, path } of disks)
    for (const device of new Set([name, ...path.split('/')])) {
      const those = below.get(device);
      if (those === undefined) below.set(device, [name]);
      else those.push(name);
    }
  return (device) => {
    const [, disk = ''] = PARTITION.exec(device) ?? [];
    return below.get(device) ?? (named.has(disk) ? [disk] : []);
  };
}

const PARTITION = /^((?:nvme\d+n\d+|mmcblk\d+)(?=p\d+$)|(?:sd|hd|vd|xvd)[a-z]+(?=\d+$))/;
