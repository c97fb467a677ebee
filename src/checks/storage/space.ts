import type { Filesystems, Mount, Space } from '../../facts/host/filesystems.ts';
import { bytes, count } from '../../text/amount.ts';
import type { FindingDraft, TellingKind } from '../define.ts';
import { mountOf } from '../shared/mounts.ts';
import * as kinds from './kinds.ts';
import { affected, containersOf, type Use } from './uses.ts';

/** Paths of the system that have to have room, whichever filesystem they lie on. */
const SYSTEM = [
  ...[
    '/',
    '/nix',
    '/nix/store',
    '/boot',
    '/boot/efi',
    '/efi',
    '/var',
    '/var/lib',
    '/var/log',
    '/tmp',
    '/run',
  ],
  '/home',
];

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

/** A filesystem that has to have room, and who writes to it. */
export interface Needed {
  readonly mount: Mount;
  readonly writers: readonly string[];
  /** podman or docker keeps its images and volumes there. */
  readonly isStore: boolean;
}

/** The filesystems of the system, of the container store and of what containers write to. */
export function neededMounts(filesystems: Filesystems, uses: readonly Use[]): Needed[] {
  const writing = uses.filter(({ writable, seen }) => writable && seen?.state !== 'unread');
  const places = [...SYSTEM, ...filesystems.stores, ...writing.map(({ real }) => real)];
  const mounts = new Set(places.flatMap((path) => mountOf(filesystems, path) ?? []));
  const stores = new Set(filesystems.stores.flatMap((path) => mountOf(filesystems, path) ?? []));
  const byMount = Map.groupBy(writing, ({ real }) => mountOf(filesystems, real));
  return [...mounts].map((mount) => ({
    mount,
    writers: containersOf(byMount.get(mount) ?? []),
    isStore: stores.has(mount),
  }));
}

/** Filesystems without room or inodes; of the same one, mounted at several places, the first explains the others. */
export function fullOnes(filesystems: Filesystems, needed: readonly Needed[]): FindingDraft[] {
  const judged = needed
    .toSorted((a, b) => a.mount.point.length - b.mount.point.length)
    .flatMap((each) => {
      const { space, readOnly } = each.mount;
      // What cannot be written needs no room.
      const kind =
        space === undefined || readOnly === 'filesystem' ? undefined : shortage(each, space, filesystems);
      return kind === undefined || space === undefined ? [] : [{ ...each, space, kind }];
    });
  return judged.map((each, index) => {
    const first = judged.slice(0, index).find((other) => isSame(each.mount, other.mount));
    const { mount, space, kind, writers, isStore } = each;
    const inodes = kind === kinds.noInodes || kind === kinds.fewInodes;
    const about = { point: mount.point, ...space, writers, isStore, type: mount.type };
    return kind.finding(about, {
      subject: mount.point,
      evidence: [
        {
          source: `stat -f ${mount.point}`,
          observed: inodes
            ? `${count(space.freeInodes)} of ${count(space.inodes)} inodes free`
            : `${bytes(space.free)} of ${bytes(space.size)} free (${mount.type} on ${mount.device})`,
        },
      ],
      ...(first === undefined ? {} : { explainedBy: [{ check: 'storage', subject: first.mount.point }] }),
      ...(kind === kinds.full || kind === kinds.noInodes
        ? affected(writers, `${mount.point} ${inodes ? 'has no inodes left' : 'is full'}`)
        : {}),
    });
  });
}

/** That they are full may be meant so: no container writes there, and whether another program does is not known. */
export function unneededFull(filesystems: Filesystems, needed: readonly Needed[]): string[] {
  const { mounts, declared } = filesystems;
  return mounts
    .filter((mount) => {
      const { point, space, readOnly, type } = mount;
      return (
        space !== undefined &&
        readOnly === 'no' &&
        type !== 'tmpfs' &&
        declared.some((each) => each.point === point) &&
        !needed.some((each) => isSame(each.mount, mount)) &&
        shortage({ mount, writers: [], isStore: false }, space, filesystems) === kinds.full
      );
    })
    .map(({ point }) => `${point} is full, and no container writes to it`);
}

const isSame = (one: Mount, other: Mount) =>
  one.number === other.number ||
  (one.type === 'zfs' &&
    other.type === 'zfs' &&
    poolOf(one) === poolOf(other) &&
    Math.abs((one.space?.free ?? 0) - (other.space?.free ?? 0)) <= MEBIBYTE);

const poolOf = ({ device }: Mount) => device.split('/')[0];

/** A small filesystem is full in proportion, a large one where what is left is gone within a day. */
function shortage(
  { mount }: Needed,
  space: Space,
  filesystems: Filesystems,
): TellingKind<kinds.Room> | undefined {
  const { free, inodes, freeInodes } = space;
  const size = wholeSize(mount, space, filesystems);
  if (size <= 0) return undefined;
  if (free <= Math.min(size / 100, 512 * MEBIBYTE)) return kinds.full;
  if (inodes > 0 && freeInodes <= Math.min(inodes / 100, 1000)) return kinds.noInodes;
  const part = /^\/(?:boot|efi)(?:\/|$)/.test(mount.point) ? 10 : 20;
  if (free <= Math.min(size / part, 10 * GIBIBYTE)) return kinds.nearlyFull;
  return inodes > 0 && freeInodes <= Math.min(inodes / 20, 50_000) ? kinds.fewInodes : undefined;
}

/** A dataset of ZFS without a quota of its own shares what is free with the others of its pool. */
function wholeSize(mount: Mount, space: Space, { mounts }: Filesystems): number {
  if (mount.type !== 'zfs') return space.size;
  const pool = mounts.filter((other) => other.type === 'zfs' && poolOf(other) === poolOf(mount));
  const most = Math.max(...pool.map((other) => other.space?.free ?? 0));
  if (most - space.free > MEBIBYTE) return space.size;
  const used = pool.reduce(
    (sum, { space: each }) => sum + (each === undefined ? 0 : each.size - each.free),
    0,
  );
  return used + space.free;
}
