import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { FIND_STORE } from './containers.ts';
import { LOOK_AT_EACH } from './deadline.ts';

export interface Space {
  /** In bytes; what is free for programs that are not root's. */
  readonly size: number;
  readonly free: number;
  /** 0 where the filesystem makes them as it needs them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

/** A filesystem, or a part of one, that is mounted and not hidden by another mount. */
export interface Mount {
  readonly point: string;
  readonly type: string;
  /** `/dev/sda1`, `nas:/photos`, `tank/photos`, ... */
  readonly device: string;
  /** The same for all mounts of one filesystem, but for subvolumes of btrfs. */
  readonly number: string;
  /** The folder of the filesystem that is mounted there: `/` for the whole. */
  readonly root: string;
  /** Here, or the whole filesystem. */
  readonly readOnly: 'no' | 'mount' | 'filesystem';
  /** Of btrfs: a device was missing when it was mounted. */
  readonly degraded: boolean;
  readonly space?: Space;
  /** It did not answer within the deadline. */
  readonly hung?: true;
}

/** A line of /etc/fstab. */
export interface DeclaredMount {
  readonly point: string;
  readonly type: string;
  readonly device: string;
  /** Of those that tell whether it has to be there, and whether it may be written. */
  readonly options: readonly string[];
  /** Whether the device, or the folder that it binds, exists; undefined where no file tells that. */
  readonly isThere: boolean | undefined;
  /** Whether it was seen that something is mounted there, or that nothing is. */
  readonly isLookedAt: boolean;
  /** What lies at its mount point while it is not mounted. */
  readonly folder?: 'empty' | 'used' | 'missing';
}

export interface Filesystems {
  readonly mounts: readonly Mount[];
  /** Where systemd mounts something at its first use, and has not yet. */
  readonly automounts: readonly string[];
  readonly declared: readonly DeclaredMount[];
  /** Folders where podman, and docker, keep containers, images and volumes. */
  readonly stores: readonly string[];
}

/** Of no disk, and never full; `ramfs` has no size. What containers mount for themselves is theirs. */
const LEFT_OUT =
  'proc|sysfs|devtmpfs|devpts|cgroup2?|nsfs|mqueue|debugfs|tracefs|securityfs|configfs|fusectl|pstore|bpf|hugetlbfs|efivarfs|binfmt_misc|rpc_pipefs|ramfs|squashfs|selinuxfs|fuse[.](portal|gvfsd-fuse|lxcfs|snapfuse)|nfsd';

// A device may carry a password (`https://user:…@host`), options of CIFS too: only what is named here leaves the host.
const MOUNTS = `
$5 ~ "^/(proc|sys)(/|$)" || $5 ~ "/(overlay2?|overlay-containers|netns)/" || $5 ~ "^/run/(credentials|user|netns|secrets)(/|$)" { next }
{ for (dash = 7; dash <= NF && $dash != "-"; dash++); type = $(dash + 1); device = $(dash + 2); super = "," $(dash + 3) "," }
type ~ "^(${LEFT_OUT})$" || type == "overlay" && $5 != "/" { next }
device !~ "^[-A-Za-z0-9/._:@#+=\\\\\\\\]+$" || device ~ ":.*@" { device = "-" }
{ print "mount", $1, $2, $3, $4, $5, (super ~ ",(ro|emergency_ro|shutdown)," ? "filesystem" : "," $6 "," ~ ",ro," ? "mount" : "no"), type, device, (super ~ ",degraded," ? "degraded" : "-") }`;

const FSTAB = `
/^[ \\t]*#/ || NF < 2 || $2 !~ "^/" || $3 == "swap" { next }
$2 != "/" { sub("/+$", "", $2) }
{ device = $1; gsub(/\\042/, "", device); kept = "-"; count = split($4, option, ",")
for (i = 1; i <= count; i++) if (option[i] ~ "^(ro|rw|noauto|nofail|bind|rbind|_netdev|loop|x-systemd[.]automount|x-initrd[.]mount)$") kept = kept "," option[i]
if (device !~ "^[-A-Za-z0-9/._:@#+=\\\\\\\\]+$" || device ~ ":.*@") device = "-"
print "declared", device, $2, ($3 == "" ? "auto" : $3), kept }`;

export const filesystems = defineProbe<Filesystems>({
  id: 'filesystems',
  reads: '/proc/self/mountinfo, /etc/fstab and the free space and inodes of what is mounted',
  tools: ['awk', 'stat', 'timeout', 'sed'],
  outputLimit: 4_000_000,
  script: `set -f
${LOOK_AT_EACH}
look() {
case $1 in
'mount '*)
numbers=$(briefly stat -f -c '%S %b %a %c %d' -- "$(printf '%b' "\${1##* }")") || numbers=unread
printf 'space %s %s\\n' "\${1#* }" "$numbers" ;;
*)
device=\${1%% *} point=\${1##* } file=
case $device in
*\\\\*) ;; UUID=*) file=/dev/disk/by-uuid/\${device#*=} ;; LABEL=*) file=/dev/disk/by-label/\${device#*=} ;;
PARTUUID=*) file=/dev/disk/by-partuuid/\${device#*=} ;; PARTLABEL=*) file=/dev/disk/by-partlabel/\${device#*=} ;;
//*) ;; /*) file=$device ;;
esac
state=unknown
if [ -n "$file" ]; then
briefly test -e "$(printf '%b' "$file")"
case $? in 0) state=there ;; 1) state=absent ;; esac
fi
folder=-
path=$(printf '%b' "$point")
if ! grep -qF -- " $point " /proc/self/mountinfo && ! briefly mountpoint -q -- "$path" 2>/dev/null; then
if [ ! -d "$path" ]; then folder=missing
elif [ -n "$(briefly find "$path" -mindepth 1 ! -type d 2>/dev/null | head -n 1)" ]; then folder=used
else folder=empty; fi
fi
printf 'device %s %s %s\\n' "$point" "$state" "$folder" ;;
esac
}
mounts=$(awk '${MOUNTS}' /proc/self/mountinfo) || exit
declared=
[ ! -e /etc/fstab ] || declared=$(awk '${FSTAB}' /etc/fstab) || echo fstab-unread
printf '%s\\n%s\\n' "$mounts" "$declared"
${FIND_STORE}
for folder in "$store" /var/lib/docker; do [ ! -d "$folder" ] || printf 'store %s\\n' "$folder"; done
{ printf '%s\\n' "$mounts" | awk '$8 != "autofs" { print "mount", $2, $6 }'
printf '%s\\n' "$declared" | awk 'NF { print $2, $3 }'; } | look_at_each
echo end`,
  parse(raw) {
    const all = lines(raw.stdout);
    const mounts = all.flatMap((line) => mountOf(line) ?? []);
    if (mounts.length === 0) throw new Error('no mount can be read in /proc/self/mountinfo');
    const spaces = spacesIn(all);
    const visible = visibleOf(mounts);
    const value: Filesystems = {
      mounts: visible
        .filter(({ mount }) => mount.type !== 'autofs')
        .map(({ id, mount }) => ({
          ...mount,
          ...(spaces.found.get(id) === undefined ? {} : { space: spaces.found.get(id) as Space }),
          ...(spaces.hung.has(id) ? { hung: true as const } : {}),
        })),
      automounts: visible.flatMap(({ mount: { type, point } }) => (type === 'autofs' ? [point] : [])),
      declared: declaredIn(all),
      stores: all.flatMap((line) => /^store (\/.*)$/.exec(line)?.[1] ?? []),
    };
    const strange = all.find(
      (line) =>
        !/^(?:mount|declared|space|device|store|hung) |^(?:end|fstab-unread)$/.test(line) ||
        (line.startsWith('mount ') && mountOf(line) === undefined),
    );
    if (strange !== undefined)
      return new PartialValue(value, 'a line of the list of mounts is not understood');
    if (all.includes('fstab-unread')) return new PartialValue(value, '/etc/fstab could not be read');
    if (!all.includes('end')) return new PartialValue(value, 'the list of mounts was truncated');
    return value;
  },
});

/** What the kernel escapes in a path: blanks, tabs, line ends and backslashes. */
const unescaped = (text: string) =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

interface ListedMount {
  readonly id: string;
  readonly parent: string;
  readonly mount: Mount;
}

function mountOf(line: string): ListedMount | undefined {
  const [
    what,
    id = '',
    parent = '',
    number = '',
    root = '',
    point = '',
    readOnly = '',
    type = '',
    device = '',
    flag,
  ] = line.split(' ');
  if (what !== 'mount' || flag === undefined || !point.startsWith('/')) return undefined;
  if (readOnly !== 'no' && readOnly !== 'mount' && readOnly !== 'filesystem') return undefined;
  return {
    id,
    parent,
    mount: {
      point: unescaped(point),
      type,
      device: unescaped(device),
      number,
      root: unescaped(root),
      readOnly,
      degraded: flag === 'degraded',
    },
  };
}

/** Those that no other mount lies over: the same place may be mounted several times, and only the last is used. */
function visibleOf(all: readonly ListedMount[]): ListedMount[] {
  const byId = new Map(all.map((each) => [each.id, each]));
  const covers = new Map<string, number>();
  for (const { id, parent, mount } of all) {
    const place = `${parent} ${mount.point}`;
    if (id !== parent) covers.set(place, Math.max(Number(id), covers.get(place) ?? 0));
  }
  const known = new Map<string, boolean>();
  const isHidden = (each: ListedMount, depth: number): boolean => {
    const { id, parent, mount } = each;
    const before = known.get(id);
    if (before !== undefined) return before;
    const above = byId.get(parent);
    const hidden =
      covers.has(`${id} ${mount.point}`) ||
      foldersAbove(mount.point).some((folder) => (covers.get(`${parent} ${folder}`) ?? 0) > Number(id)) ||
      (above !== undefined &&
        above.mount.point !== mount.point &&
        depth < MOST_NESTED &&
        isHidden(above, depth + 1));
    known.set(id, hidden);
    return hidden;
  };
  return all.filter((each) => !isHidden(each, 0));
}

const MOST_NESTED = 100;

/** `/mnt` and `/mnt/nas` of `/mnt/nas/photos`. */
function foldersAbove(point: string): string[] {
  const parts = point.split('/').slice(1, MOST_NESTED);
  return parts.slice(1).map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

function spacesIn(all: readonly string[]): { found: Map<string, Space>; hung: Set<string> } {
  const found = new Map<string, Space>();
  const hung = new Set<string>();
  for (const line of all) {
    const [, id, block, blocks, free, inodes, freeInodes] =
      /^space (\d+) \S+ (\d+) (\d+) (\d+) (\d+) (\d+)$/.exec(line) ?? [];
    if (id !== undefined)
      found.set(id, {
        size: Number(block) * Number(blocks),
        free: Number(block) * Number(free),
        inodes: Number(inodes),
        freeInodes: Number(freeInodes),
      });
    const [, late] = /^hung mount (\d+) /.exec(line) ?? [];
    if (late !== undefined) hung.add(late);
  }
  return { found, hung };
}

function declaredIn(all: readonly string[]): DeclaredMount[] {
  const states = new Map(
    all.flatMap((line) => {
      const [, point, state, folder] =
        /^device (\S+) (there|absent|unknown) (-|empty|used|missing)$/.exec(line) ?? [];
      return point === undefined ? [] : [[point, { state, folder }] as const];
    }),
  );
  return all.flatMap((line) => {
    const [, device, point, type, options] = /^declared (\S+) (\/\S*) (\S+) -(\S*)$/.exec(line) ?? [];
    if (device === undefined || point === undefined || type === undefined) return [];
    const { state, folder } = states.get(point) ?? {};
    return [
      {
        point: unescaped(point),
        type,
        device: unescaped(device),
        options: (options ?? '').split(',').filter((option) => option !== ''),
        isThere: state === 'there' ? true : state === 'absent' ? false : undefined,
        isLookedAt: state !== undefined,
        ...(folder === undefined || folder === '-' ? {} : { folder: folder as 'empty' | 'used' | 'missing' }),
      },
    ];
  });
}
