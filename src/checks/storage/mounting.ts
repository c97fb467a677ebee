import { LOOK_SECONDS } from '../../facts/host/deadline.ts';
import type { DiskErrors } from '../../facts/host/disk-errors.ts';
import type { DiskHealth } from '../../facts/host/disk-health.ts';
import type { DeclaredMount, Filesystems, Mount } from '../../facts/host/filesystems.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { FindingDraft } from '../define.ts';
import { isBelow, mountOf } from '../shared/mounts.ts';
import * as kinds from './kinds.ts';
import { affected, containersOf, type Use } from './uses.ts';

interface Situation {
  readonly filesystems: Filesystems;
  readonly uses: readonly Use[];
  readonly units: readonly ContainerUnit[];
  readonly errors: readonly DiskErrors[];
  readonly nixos: boolean;
  readonly now: number;
}

/** Of the kernel or of memory: that one is not mounted loses nothing. */
const NO_DISK =
  /^(?:proc|sysfs|devpts|devtmpfs|tmpfs|ramfs|cgroup2?|debugfs|securityfs|efivarfs|hugetlbfs|mqueue|overlay)$/;

/** What /etc/fstab, or a pool of ZFS, says is mounted, and is not. */
export function notMounted(situation: Situation, health: DiskHealth | undefined): FindingDraft[] {
  const { filesystems, uses, units, nixos, now } = situation;
  const ofTable = filesystems.declared.flatMap((declared) =>
    isMissing(declared, filesystems) ? [declared] : [],
  );
  const ofPools = (health?.unmounted ?? [])
    .filter(({ point }) => !filesystems.declared.some((declared) => declared.point === point))
    .filter(({ point }) => !filesystems.mounts.some((mount) => mount.point === point))
    .map(({ dataset, point }) => ({
      point,
      device: dataset,
      type: 'zfs',
      options: [],
      isThere: undefined,
      isLookedAt: true,
    }));
  const missing: DeclaredMount[] = [...ofTable, ...ofPools];
  const isOfTable = (declared: DeclaredMount) => ofTable.includes(declared);
  return missing.flatMap((declared) => {
    const { point, device, folder } = declared;
    const users = uses.filter(({ path, real }) => isBelow(real, point) || isBelow(path, point));
    const containers = containersOf(users);
    // Whether a dataset that nothing uses is locked on purpose, nobody but its owner knows.
    if (!isOfTable(declared) && containers.length === 0) return [];
    // A bind of a folder on it is missing with it, too.
    const outer = missing.find(
      (other) => other !== declared && (isBelow(point, other.point) || isBelow(device, other.point)),
    );
    return [
      kinds.notMounted.finding(
        { declared, containers, users: unitsOf(users), units, nixos, now },
        {
          subject: point,
          status: containers.length > 0 || isOfSystem(point) ? 'fail' : 'warn',
          evidence: [
            {
              source: isOfTable(declared) ? '/etc/fstab' : 'zfs list',
              observed: `${point}: ${device}${declared.options.includes('nofail') ? ', nofail' : ''}`,
              expected: 'mounted',
            },
            {
              source: '/proc/self/mountinfo',
              observed: `nothing is mounted at ${point}${folderText(folder)}${thereText(declared)}`,
            },
          ],
          ...(outer === undefined ? {} : { explainedBy: [{ check: 'storage', subject: outer.point }] }),
          ...affected(containers, `${point} is not mounted`),
        },
      ),
    ];
  });
}

const folderText = (folder: DeclaredMount['folder']) =>
  folder === 'used'
    ? ', and files are in the folder beneath it'
    : folder === 'missing'
      ? ', and the folder does not exist'
      : '';

const thereText = ({ isThere, device }: DeclaredMount) =>
  isThere === undefined ? '' : `; ${device} ${isThere ? 'exists' : 'does not exist'}`;

/** Its folder is only looked at where nothing is mounted there. */
function isMissing(
  { type, options, folder, point }: DeclaredMount,
  { automounts, mounts }: Filesystems,
): boolean {
  return (
    folder !== undefined &&
    !NO_DISK.test(type) &&
    !options.includes('noauto') &&
    !automounts.includes(point) &&
    !mounts.some((mount) => mount.point === point)
  );
}

/** What is not in the table of mounts, and was not looked at either. */
export const unlooked = ({ declared, mounts, automounts }: Filesystems): string[] =>
  declared
    .filter(
      ({ point, type, options, isLookedAt }) =>
        !isLookedAt &&
        !NO_DISK.test(type) &&
        !options.includes('noauto') &&
        !automounts.includes(point) &&
        !mounts.some((mount) => mount.point === point),
    )
    .map(({ point }) => point);

const isOfSystem = (point: string) => /^\/(?:nix|boot|var|var\/lib|var\/log|home)$/.test(point);

const unitsOf = (uses: readonly Use[]) => [...new Set(uses.flatMap(({ unit }) => unit?.id ?? []))];

/** On these nothing is ever written. */
const NEVER_WRITTEN = /^(?:iso9660|udf|squashfs|erofs|cramfs)$/;
const WRITTEN = /^\/(?:nix|boot|boot\/efi|efi|var|var\/lib|var\/log|home)?$/;

/** What is mounted read-only although the system, or a container, has to write to it and /etc/fstab does not say so. */
export function readOnly(situation: Situation): FindingDraft[] {
  const { filesystems, uses, errors } = situation;
  // A file of the store is never written, whatever its mount in the container says.
  const writing = uses.filter(({ writable, real }) => writable && !real.startsWith('/nix/store/'));
  const byMount = Map.groupBy(writing, ({ real }) => mountOf(filesystems, real));
  return filesystems.mounts.flatMap((mount) => {
    const { point, type, readOnly: how } = mount;
    if (how === 'no' || NEVER_WRITTEN.test(type) || point === '/nix/store') return [];
    const containers = containersOf(byMount.get(mount) ?? []);
    const declared = filesystems.declared.findLast((each) => each.point === point);
    const told = errors.find(({ device, readOnly: made }) => made && isOfMount(device, mount));
    if (declared?.options.findLast((option) => /^r[ow]$/.test(option)) === 'ro' && told === undefined)
      return [];
    if (containers.length === 0 && !(WRITTEN.test(point) && how === 'filesystem')) return [];
    const first = filesystems.mounts.find(
      (other) =>
        other !== mount &&
        other.number === mount.number &&
        other.point.length < point.length &&
        other.readOnly === 'filesystem' &&
        how === 'filesystem',
    );
    const hasErrors = errors.some(({ device }) => isOfMount(device, mount));
    return [
      kinds.readOnly.finding(
        { point, device: mount.device, containers, hasErrors, isDeclared: declared !== undefined, how },
        {
          subject: point,
          status: told !== undefined || declared !== undefined || point === '/' ? 'fail' : 'warn',
          evidence: [
            {
              source: '/proc/self/mountinfo',
              observed: `${point}: ro (${type} on ${mount.device})`,
              expected: 'rw',
            },
            ...(told === undefined ? [] : [{ source: 'kernel log', observed: told.last, at: told.lastAt }]),
          ],
          ...(told === undefined ? {} : { since: told.firstAt }),
          ...(first === undefined ? {} : { explainedBy: [{ check: 'storage', subject: first.point }] }),
          ...affected(containers, `${point} is read-only`),
        },
      ),
    ];
  });
}

/** A device as the kernel's log names it, and as the table of mounts does. */
export const isOfMount = (device: string, mount: Pick<Mount, 'device'>): boolean =>
  mount.device === `/dev/${device}` || mount.device === `/dev/mapper/${device}`;

/** Of these it is a server that does not answer; a disk of this host may only be spinning up. */
const OF_A_SERVER =
  /^(?:nfs4?|cifs|smb3|9p|ceph|glusterfs|davfs|afs|lustre|fuse\.(?:sshfs|rclone|s3fs|glusterfs|davfs.*|curlftpfs))$/;

/** What did not answer in time. */
export function hung({ filesystems, uses }: Situation): {
  readonly findings: FindingDraft[];
  readonly notChecked: string[];
} {
  const late = uses.flatMap(({ seen, real }) =>
    seen?.state === 'hung' ? (mountOf(filesystems, real) ?? []) : [],
  );
  const mounts = [...new Set([...filesystems.mounts.filter((mount) => mount.hung === true), ...late])];
  const isRemote = ({ type }: Mount) => OF_A_SERVER.test(type);
  const byMount = Map.groupBy(uses, ({ real }) => mountOf(filesystems, real));
  return {
    findings: mounts.filter(isRemote).map((mount) => {
      const { point, type, device } = mount;
      const containers = containersOf(byMount.get(mount) ?? []);
      return kinds.hung.finding(
        { point, device, containers },
        {
          subject: point,
          status: containers.length > 0 ? 'fail' : 'warn',
          evidence: [
            {
              source: `stat ${point}`,
              observed: `no answer within ${LOOK_SECONDS} s (${type} on ${device})`,
            },
          ],
          ...affected(containers, `${point} does not answer`),
        },
      );
    }),
    notChecked: mounts
      .filter((mount) => !isRemote(mount))
      .map(
        ({ point }) =>
          `${point} did not answer within ${LOOK_SECONDS} s: its disk may be starting; check again`,
      ),
  };
}
