import type { DiskErrors } from '../../facts/host/disk-errors.ts';
import type { BtrfsDevice, DiskHealth } from '../../facts/host/disk-health.ts';
import type { Filesystems } from '../../facts/host/filesystems.ts';
import { counted } from '../../text/amount.ts';
import type { FindingDraft } from '../define.ts';
import * as kinds from './kinds.ts';
import { isOfMount } from './mounting.ts';

/** Errors of a disk that go on are worse than one that was: after a day it is only told. */
const DAY_MS = 86_400_000;

/** What arrays, btrfs, ZFS and the disks themselves say of their health. */
export function unhealthy(
  { arrays, btrfs, pools, disks }: DiskHealth,
  filesystems: Filesystems,
  errors: readonly DiskErrors[],
): FindingDraft[] {
  return [
    ...arrays.flatMap((array) => arrayFinding(array, errors)),
    ...[...Map.groupBy(btrfs, ({ filesystem }) => filesystem)].flatMap(([filesystem, devices]) =>
      btrfsFinding(filesystem, devices, filesystems),
    ),
    ...pools.filter(isUnhealthy).map((pool) =>
      kinds.poolUnhealthy.finding(pool, {
        subject: pool.name,
        // It works, and has counted errors.
        status: pool.state === 'ONLINE' ? 'warn' : 'fail',
        evidence: [
          {
            source: 'zpool status -x',
            observed: [
              pool.state,
              pool.status,
              pool.scan && `scan: ${pool.scan}`,
              pool.errors && `errors: ${pool.errors}`,
            ]
              .filter((text) => text !== '')
              .join('; '),
            expected: 'all pools are healthy',
          },
        ],
      }),
    ),
    ...disks
      .filter(({ state }) => state === 'failing')
      .map(({ disk, says }) =>
        kinds.smartFailing.finding(
          { disk },
          {
            subject: disk,
            evidence: [
              { source: `smartctl -H /dev/${disk}`, observed: says || 'the disk reports that it is failing' },
            ],
          },
        ),
      ),
  ];
}

/** That it could have newer features is no fault of a pool. */
const isUnhealthy = ({ state, status }: DiskHealth['pools'][number]) =>
  state !== 'ONLINE' || !/features are not enabled|(?:older|legacy) on-disk format/.test(status);

function arrayFinding(array: DiskHealth['arrays'][number], errors: readonly DiskErrors[]): FindingDraft[] {
  const { name, active, wanted = 0, working = 0, failed, rebuilding, ofFirmware } = array;
  if (ofFirmware || (active && wanted === working && failed.length === 0)) return [];
  const lost = errors.find(({ last }) => last.includes(`:${name}: Disk failure`));
  const observed = active
    ? `${working} of ${wanted} devices work${failed.length === 0 ? '' : `, failed: ${failed.join(', ')}`}${rebuilding === undefined ? '' : `, ${rebuilding}`}`
    : 'inactive';
  return [
    kinds.arrayDegraded.finding(array, {
      subject: name,
      status: (active && wanted === working) || rebuilding !== undefined ? 'warn' : 'fail',
      evidence: [
        { source: '/proc/mdstat', observed: `${name} (${array.level || 'array'}): ${observed}` },
        ...(lost === undefined ? [] : [{ source: 'kernel log', observed: lost.last, at: lost.lastAt }]),
      ],
      ...(lost === undefined ? {} : { since: lost.firstAt }),
    }),
  ];
}

function btrfsFinding(
  filesystem: string,
  devices: readonly BtrfsDevice[],
  { mounts }: Filesystems,
): FindingDraft[] {
  const counts = devices.flatMap(({ id, errors }) =>
    Object.entries(errors).flatMap(([name, count]) => (count > 0 ? [{ id, name, count }] : [])),
  );
  const own = mounts.filter(
    ({ type, device }) =>
      type === 'btrfs' && devices.some((each) => each.devices.some((name) => device === `/dev/${name}`)),
  );
  const missing = devices.some((device) => device.missing) || own.some(({ degraded }) => degraded);
  if (counts.length === 0 && !missing) return [];
  const point = own.map((mount) => mount.point).sort((a, b) => a.length - b.length)[0];
  return [
    kinds.btrfsErrors.finding(
      { name: point ?? filesystem, point, missing },
      {
        subject: point ?? filesystem,
        status: missing ? 'fail' : 'warn',
        evidence: [
          ...(missing
            ? [
                {
                  source: `/sys/fs/btrfs/${filesystem}`,
                  observed: 'a device is missing',
                  expected: 'all devices',
                },
              ]
            : []),
          ...counts.map(({ id, name, count }) => ({
            source: `/sys/fs/btrfs/${filesystem}/devinfo/${id}/error_stats`,
            observed: `${name} ${count} (counted since they were last reset)`,
            expected: `${name} 0`,
          })),
        ],
      },
    ),
  ];
}

/** What the kernel said of filesystems and disks in the time window. */
export function loggedErrors(
  errors: readonly DiskErrors[],
  { mounts }: Filesystems,
  now: number,
): FindingDraft[] {
  const present = errors.filter(
    ({ class: kind, device }) =>
      kind !== 'recorded' || !errors.some((other) => other.class === 'filesystem' && other.device === device),
  );
  return present.map((error) => {
    const { device, class: kind, count, firstAt, lastAt, last, disks, readOnly } = error;
    const point = mounts.find((mount) => isOfMount(device, mount))?.point;
    const [, before] = /error count since last fsck: (\d+)/.exec(last) ?? [];
    const times = before === undefined ? counted(count, 'time') : `${before} since its last fsck`;
    const about = { device, disks, point, times };
    const seen = {
      subject: device,
      since: firstAt,
      count,
      evidence: [{ source: 'kernel log', observed: last, at: lastAt }],
    };
    if (kind === 'filesystem' || kind === 'recorded')
      return kinds.filesystemErrors.finding(about, {
        ...seen,
        status: kind === 'filesystem' && (readOnly || now - lastAt < DAY_MS) ? 'fail' : 'warn',
        explainedBy: diskOf(error, errors),
      });
    return kinds.diskErrors.finding(about, {
      ...seen,
      // Of what was unplugged nothing is left to lose.
      status:
        kind === 'input-output' && now - lastAt < DAY_MS && (disks.length > 0 || point !== undefined)
          ? 'fail'
          : 'warn',
      explainedBy: diskOf(error, errors),
    });
  });
}

/** A filesystem has errors because its disk has, and a partition because of the whole disk. */
function diskOf(error: DiskErrors, errors: readonly DiskErrors[]) {
  const wider = errors.filter(
    (other) =>
      other !== error &&
      other.disks.some((disk) => error.disks.includes(disk)) &&
      (rank(other) > rank(error) ||
        (rank(other) === rank(error) && other.device.length < error.device.length)),
  );
  return wider
    .toSorted((a, b) => rank(b) - rank(a) || a.device.length - b.device.length)
    .map(({ device }) => ({ check: 'storage', subject: device }));
}

const rank = ({ class: kind, device }: DiskErrors) =>
  kind === 'filesystem' || kind === 'recorded'
    ? 0
    : kind === 'input-output' && /\d$/.test(device) && !/^nvme\d+n\d+$/.test(device)
      ? 1
      : 2;
