import type { DiskHealth } from '../../facts/host/disk-health.ts';
import type { Filesystems } from '../../facts/host/filesystems.ts';
import { judgeHost } from '../define.ts';
import { missing } from '../shared/missing.ts';
import { isBelow, mountOf } from '../shared/mounts.ts';
import { loggedErrors, unhealthy } from './disks.ts';
import { hung, notMounted, readOnly, unlooked } from './mounting.ts';
import { goneFolders, inMemory, wrongOwners } from './owner.ts';
import { fullOnes, neededMounts, unneededFull } from './space.ts';
import { type Use, usesOf } from './uses.ts';

export const host = judgeHost({
  needs: ['filesystems'],
  wants: ['dataPaths', 'diskHealth', 'diskErrors', 'containers', 'units', 'unitCommands'],
  evaluate(facts, { nixos, now, unread }) {
    const { filesystems, diskHealth, diskErrors: errors = [], containers = [], units = [] } = facts;
    const uses = usesOf(facts);
    const situation = { filesystems, uses, units, errors, nixos, now };
    const needed = neededMounts(filesystems, uses);
    const notes = [...unneededFull(filesystems, needed), ...unaskedDisks(diskHealth)];
    const late = hung(situation);
    return {
      findings: [
        ...notMounted(situation, diskHealth),
        ...late.findings,
        ...readOnly(situation),
        ...fullOnes(filesystems, needed),
        ...wrongOwners(uses, containers, filesystems),
        ...goneFolders(uses, filesystems),
        ...inMemory(uses, filesystems),
        ...(diskHealth === undefined ? [] : unhealthy(diskHealth, filesystems, errors)),
        ...loggedErrors(errors, filesystems, now),
      ],
      lookedAt: {
        filesystems: needed.length,
        dataPaths: new Set(uses.flatMap(({ path, seen }) => (seen === undefined ? [] : [path]))).size,
      },
      notChecked: [
        ...missing(unread, 'disk-errors'),
        ...late.notChecked,
        ...unlooked(filesystems).map(
          (point) => `whether ${point} is mounted: the look at it did not end in time`,
        ),
        ...needed.flatMap(({ mount: { point, space, hung: isHung } }) =>
          space === undefined && isHung !== true ? [`the free space of ${point} could not be read`] : [],
        ),
        ...unreadPaths(uses, filesystems),
        ...(facts.dataPaths === undefined ? [] : unlistedPaths(uses)),
        ...(diskHealth?.hung ?? []).map(
          (what) => `${HEALTH[what] ?? `the health of ${what}`} could not be read: no answer in time`,
        ),
        ...(diskHealth?.zfs === 'unread'
          ? ['ZFS is in use, and the state of its pools could not be read (zpool status)']
          : []),
      ],
      ...(notes.length === 0 ? {} : { note: notes.join('; ') }),
    };
  },
});

const HEALTH: Readonly<Record<string, string>> = {
  pools: 'the state of the ZFS pools',
  datasets: 'the list of ZFS datasets',
};

/** What is not mounted yet would be by a look; that is told, and is in order. */
function unreadPaths(uses: readonly Use[], filesystems: Filesystems): string[] {
  const unread = uses.filter(
    ({ seen, real }) =>
      seen?.state === 'unread' &&
      mountOf(filesystems, real) !== undefined &&
      !filesystems.automounts.some((point) => isBelow(real, point)),
  );
  return [...new Set(unread.map(({ path }) => path))].map((path) => `${path} could not be read`);
}

/** What a container mounts, and the list of paths does not have. */
function unlistedPaths(uses: readonly Use[]): string[] {
  const unlisted = uses.filter(({ seen, isRunning }) => seen === undefined && isRunning);
  return [...new Set(unlisted.map(({ path }) => path))].map((path) => `${path} was not looked at`);
}

/** What an `ok` does not cover. */
function unaskedDisks(health: DiskHealth | undefined): string[] {
  if (health === undefined || health.physical.length === 0) return [];
  const { physical, smartctl, disks, hung } = health;
  if (!smartctl) return [`SMART of ${physical.join(', ')} was not read: smartctl is not installed`];
  const asleep = disks.filter(({ state }) => state === 'asleep').map(({ disk }) => disk);
  const told = new Set([
    ...disks.filter(({ state }) => state !== 'unknown').map(({ disk }) => disk),
    ...hung,
  ]);
  const silent = physical.filter((disk) => !told.has(disk));
  return [
    ...(asleep.length === 0 ? [] : [`SMART of ${asleep.join(', ')} was not read: asleep, and not woken`]),
    ...(silent.length === 0 ? [] : [`${silent.join(', ')} does not report its health (SMART)`]),
  ];
}
