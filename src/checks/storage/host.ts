import type { DiskHealth } from '../../facts/host/disk-health.ts';
import type { Filesystems } from '../../facts/host/filesystems.ts';
import { judgeHost } from '../define.ts';
import { missing } from '../shared/missing.ts';
import { isBelow, mountOf } from '../shared/mounts.ts';
import { loggedErrors, unhealthy } from './disks.ts';
import { hung, notMounted, readOnly } from './mounting.ts';
import { inMemory, wrongOwners } from './owner.ts';
import { fullOnes, neededMounts } from './space.ts';
import { type Use, usesOf } from './uses.ts';

export const host = judgeHost({
  needs: ['filesystems'],
  wants: ['dataPaths', 'diskHealth', 'diskErrors', 'containers', 'units', 'unitCommands'],
  evaluate(facts, { nixos, now, unread }) {
    const { filesystems, diskHealth, diskErrors: errors = [], containers = [], units = [] } = facts;
    const uses = usesOf(facts);
    const situation = { filesystems, uses, units, errors, nixos, now };
    const needed = neededMounts(filesystems, uses);
    const note = unaskedDisks(diskHealth);
    const late = hung(situation);
    return {
      findings: [
        ...notMounted(situation, diskHealth),
        ...late.findings,
        ...readOnly(situation),
        ...fullOnes(filesystems, needed),
        ...wrongOwners(uses, containers, filesystems),
        ...inMemory(uses, filesystems),
        ...(diskHealth === undefined ? [] : unhealthy(diskHealth, filesystems, errors)),
        ...loggedErrors(errors, filesystems, now),
      ],
      lookedAt: {
        filesystems: needed.length,
        dataPaths: new Set(uses.map(({ path }) => path)).size,
      },
      notChecked: [
        ...missing(unread, 'disk-errors'),
        ...late.notChecked,
        ...needed.flatMap(({ mount: { point, space, hung: isHung } }) =>
          space === undefined && isHung !== true ? [`the free space of ${point} could not be read`] : [],
        ),
        ...unreadPaths(uses, filesystems),
        ...(diskHealth?.hung ?? []).map(
          (what) => `${HEALTH[what] ?? `the health of ${what}`} could not be read: no answer in time`,
        ),
        ...(diskHealth?.zfs === 'unread'
          ? ['ZFS is in use, and the state of its pools could not be read (zpool status)']
          : []),
      ],
      ...(note === undefined ? {} : { note }),
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

/** What an `ok` does not cover. */
function unaskedDisks(health: DiskHealth | undefined): string | undefined {
  if (health === undefined || health.physical.length === 0) return undefined;
  const { physical, smartctl, disks } = health;
  if (!smartctl) return `SMART of ${physical.join(', ')} was not read: smartctl is not installed`;
  const asleep = disks.filter(({ state }) => state === 'asleep').map(({ disk }) => disk);
  const silent = disks.filter(({ state }) => state === 'unknown').map(({ disk }) => disk);
  const parts = [
    ...(asleep.length === 0 ? [] : [`SMART of ${asleep.join(', ')} was not read: asleep, and not woken`]),
    ...(silent.length === 0 ? [] : [`${silent.join(', ')} does not tell its health by SMART`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}
