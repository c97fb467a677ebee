import type { Pool, RaidArray } from '../../facts/host/disk-health.ts';
import type { DeclaredMount, Space } from '../../facts/host/filesystems.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { Step } from '../../model/remedy.ts';
import { nixString } from '../../remedy/nix-text.ts';
import { byHand, edit, run } from '../../remedy/steps.ts';
import { absolutePath } from '../../remedy/words.ts';
import { bytes, count } from '../../text/amount.ts';
import { defineKind, type FindingDraft } from '../define.ts';
import { firstWith } from '../shared/lookup.ts';
import { rebuild, restart, unitSetting } from '../shared/steps.ts';
import { usedBy } from './uses.ts';

/** A filesystem that runs out of room, or of inodes. */
export interface Room extends Space {
  readonly point: string;
  readonly type: string;
  readonly writers: readonly string[];
  readonly isStore: boolean;
}

const of = (free: string, size: string) => `${free} of ${size} free`;
const roomOf = ({ free, size }: Room) => of(bytes(free), bytes(size));
const inodesOf = ({ freeInodes, inodes }: Room) => `${count(freeInodes)} of ${count(inodes)} inodes free`;
const writersOf = ({ writers }: Room, what: string) =>
  writers.length === 0 ? what : `${what} These containers write there: ${usedBy(writers)}.`;

const FULL = 'Nothing can be written: databases stop, uploads fail, and a rebuild fails.';
const NEARLY = 'When it is full, databases stop, uploads fail, and a rebuild fails.';

export const full = defineKind<Room>({
  id: 'full',
  name: 'A filesystem is full',
  meaning: FULL,
  status: 'fail',
  title: (room) => `${room.point} is full (${roomOf(room)})`,
  summary: (room) => writersOf(room, FULL),
  remedy: (room) => ({ lasting: makeRoom(room) }),
});

export const nearlyFull = defineKind<Room>({
  id: 'nearly-full',
  name: 'A filesystem is nearly full',
  meaning: NEARLY,
  status: 'warn',
  title: (room) => `${room.point} is nearly full (${roomOf(room)})`,
  summary: (room) => writersOf(room, NEARLY),
  remedy: (room) => ({ lasting: makeRoom(room) }),
});

const NO_FILES =
  'No file can be created, although there is room: uploads fail, and so do pulls and rebuilds.';

export const noInodes = defineKind<Room>({
  id: 'no-inodes',
  name: 'A filesystem has no inodes left',
  meaning: NO_FILES,
  status: 'fail',
  title: (room) => `${room.point} has no inodes left (${inodesOf(room)})`,
  summary: (room) => writersOf(room, NO_FILES),
  remedy: (room) => ({ lasting: fewerFiles(room) }),
});

export const fewInodes = defineKind<Room>({
  id: 'few-inodes',
  name: 'A filesystem has few inodes left',
  meaning: 'Without inodes no file can be created, although there is room.',
  status: 'warn',
  title: (room) => `${room.point} has few inodes left (${inodesOf(room)})`,
  remedy: (room) => ({ lasting: fewerFiles(room) }),
});

function makeRoom({ point, isStore, type }: Room): Step[] {
  if (/^\/(?:boot|efi)(?:\/|$)/.test(point))
    return [
      edit({
        option: 'boot.loader.systemd-boot.configurationLimit',
        after: '10',
        why: 'Keep fewer generations in the boot menu (boot.loader.grub.configurationLimit with GRUB).',
      }),
      rebuild(),
    ];
  return [
    run(['du', '--one-file-system', '--human-readable', '--max-depth=2', '--', absolutePath(point)], {
      root: true,
      why: 'Show which folders use the space.',
    }),
    ...(isStore
      ? [
          run(['podman', 'system', 'df'], {
            root: true,
            why: 'Show how much space images, containers and volumes use.',
          }),
          byHand(
            'Remove images that no container uses (podman rmi NAME). Do not prune volumes: they may hold data of a container that is down.',
          ),
        ]
      : []),
    byHand(
      `Move or delete files that you do not need, or enlarge the filesystem. Do not touch the folders of databases and of Immich: their files belong together.${type === 'btrfs' || type === 'zfs' ? ' Deleted files use space as long as a snapshot has them: list the snapshots first.' : ''}`,
    ),
    ...(/^\/(?:nix(?:\/store)?)?$/.test(point)
      ? [
          byHand(
            'On NixOS, old generations use space, too. Once the current one works, remove those older than 30 days: sudo nix-collect-garbage --delete-older-than 30d. You cannot roll back to them afterwards.',
          ),
        ]
      : []),
  ];
}

function fewerFiles({ point }: Room): Step[] {
  return [
    run(['du', '--one-file-system', '--inodes', '--max-depth=2', '--', absolutePath(point)], {
      root: true,
      why: 'Show which folders have the most files.',
    }),
    byHand(
      'Delete or archive small files that are not needed. ext4 gets more inodes only when the filesystem is enlarged.',
    ),
  ];
}

interface NotMounted {
  readonly declared: DeclaredMount;
  readonly containers: readonly string[];
  /** The units that use it. */
  readonly users: readonly string[];
  readonly units: readonly ContainerUnit[];
  readonly nixos: boolean;
  readonly now: number;
}

const ABSENT = 'Its files are missing. Anything that is written to its folder now goes to the disk below it.';

export const notMounted = defineKind<NotMounted>({
  id: 'not-mounted',
  name: 'A filesystem that should be mounted is not',
  meaning: ABSENT,
  status: 'fail',
  title: ({ declared: { point, device, isThere } }) =>
    `${point} is not mounted${isThere === false ? `: ${device} does not exist` : ''}`,
  summary: ({ containers }) =>
    containers.length === 0 ? ABSENT : `${ABSENT} These containers use it: ${usedBy(containers)}.`,
  remedy: mountAgain,
});

function mountAgain(about: NotMounted): FindingDraft['remedy'] {
  const { declared, users, units, now } = about;
  const { point, device, isThere, folder } = declared;
  const mount = (why: string) => run(['mount', '--', absolutePath(point)], { root: true, why });
  const start = restart(users, {
    units,
    now,
    why: 'Restart the units that use it: a running container keeps the folder that it was started with.',
  });
  const wait = waitForMount(about);
  if (declared.type === 'zfs' && isThere === undefined && declared.options.length === 0)
    return {
      lasting: [
        byHand(
          `Find out why ${device} is not mounted (zfs get keystatus,canmount). If its key is not loaded: sudo zfs mount -l.`,
        ),
        ...start,
        ...wait,
      ],
    };
  // Mounted over files, they cannot be reached, and what was uploaded meanwhile is among them.
  if (folder === 'used')
    return {
      lasting: [
        byHand(
          `Files are in the folder ${point} itself, possibly written while nothing was mounted there. Stop the containers that use it, move these files to another folder on the same disk, mount ${point}, and copy back what is missing. Delete nothing.`,
        ),
        ...wait,
      ],
    };
  if (isThere === true && folder === 'empty')
    return { now: [mount(`Mount it: ${device} exists, and the folder is empty.`), ...start], lasting: wait };
  return {
    lasting: [
      byHand(
        isThere === false
          ? `Connect or unlock the disk ${device}; if it was replaced, correct its entry (fileSystems on NixOS, else /etc/fstab). lsblk -f shows all disks.`
          : `Find out why ${point} was not mounted: systemctl status of its mount unit shows the reason.`,
      ),
      ...(folder === 'missing' ? [byHand(`Create the empty folder ${point}.`)] : []),
      mount('Then mount it.'),
      ...start,
      ...wait,
    ],
  };
}

/** systemd starts a unit with RequiresMountsFor only with the disk. */
function waitForMount({ declared: { point }, users, units, nixos }: NotMounted): Step[] {
  const parts = point
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('-', '\\x2d'));
  const open = users.filter(
    (id) => firstWith(units, 'id', id)?.requires.includes(`${parts.join('-')}.mount`) !== true,
  );
  if (open.length === 0) return [];
  if (!nixos)
    return [
      byHand(
        `Let ${usedBy(open)} start only when the disk is mounted: RequiresMountsFor=${systemdWord(point)} in the section [Unit] (systemctl edit).`,
      ),
    ];
  return [
    ...open.map((id) =>
      unitSetting(firstWith(units, 'id', id) ?? { id, isGenerated: false }, {
        section: 'unitConfig',
        key: 'RequiresMountsFor',
        after: nixString(systemdWord(point)),
        why: 'Let it start only when the disk is mounted, never with an empty folder.',
      }),
    ),
    rebuild(),
  ];
}

/** In quotes where systemd would take it for several words, and without its specifiers. */
function systemdWord(path: string): string {
  const text = path.replaceAll('%', '%%');
  return /[\s"'\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text;
}

const NO_WRITES = 'Nothing can be written there: databases stop and uploads fail.';

export const readOnly = defineKind<{
  readonly point: string;
  readonly device: string;
  readonly containers: readonly string[];
  readonly hasErrors: boolean;
  /** In /etc/fstab, and not as read-only. */
  readonly isDeclared: boolean;
  readonly how: 'mount' | 'filesystem';
}>({
  id: 'read-only',
  name: 'A filesystem that must be writable is read-only',
  meaning: NO_WRITES,
  status: 'fail',
  title: ({ point, hasErrors }) => `${point} is read-only${hasErrors ? ': the kernel found errors' : ''}`,
  summary: ({ containers }) =>
    containers.length === 0 ? NO_WRITES : `${NO_WRITES} These containers write there: ${usedBy(containers)}.`,
  remedy: ({ point, device, hasErrors, isDeclared, how }) => ({
    lasting: hasErrors
      ? [
          run(['journalctl', '--dmesg', '--priority=warning'], {
            root: true,
            why: 'Read what the kernel found.',
          }),
          byHand(
            `Back up what can be read from ${point} before anything else. Then stop what uses it, unmount it, check ${device} with the tool of its filesystem, and check the health of its disk (smartctl -a).`,
          ),
        ]
      : [
          ...(isDeclared
            ? [byHand('Find out why it is read-only: the kernel has logged no error since boot.')]
            : [
                byHand(
                  'If it is meant to be read-only, mount it into the containers with :ro, and leave out the next step.',
                ),
              ]),
          how === 'filesystem'
            ? run(['mount', '-o', 'remount,rw', '--', absolutePath(point)], {
                root: true,
                why: 'Make it writable again: the kernel refuses if it has errors.',
              })
            : run(['mount', '-o', 'remount,bind,rw', '--', absolutePath(point)], {
                root: true,
                why: 'Make this mount writable again.',
              }),
        ],
  }),
});

const HANGS = 'Programs that read or write there hang, and cannot be stopped.';

export const hung = defineKind<{
  readonly point: string;
  readonly device: string;
  readonly containers: readonly string[];
}>({
  id: 'hung',
  name: 'A network mount does not answer',
  meaning: HANGS,
  status: 'fail',
  title: ({ point, device }) => `${point} does not answer (${device})`,
  summary: ({ containers }) =>
    containers.length === 0 ? HANGS : `${HANGS} These containers use it: ${usedBy(containers)}.`,
  remedy: ({ device }) => ({
    lasting: [
      byHand(
        `Check whether the server of ${device} is running and can be reached from here. The mount works again as soon as the server answers.`,
      ),
    ],
  }),
});

export const wrongOwner = defineKind<{
  readonly container: string;
  readonly folder: string;
  readonly owner: number;
  readonly uid: number;
  readonly postgres: boolean;
  readonly user: string;
}>({
  id: 'wrong-owner',
  name: 'A data folder of a container belongs to another user',
  meaning: 'The container cannot write its data there.',
  status: 'warn',
  title: ({ container, folder, owner, uid }) =>
    `${container} runs as user ${uid}, but ${folder} belongs to ${owner}`,
  summary: ({ postgres }) =>
    postgres
      ? 'Postgres only starts as the owner of its data: its next start will fail.'
      : 'It cannot create files there.',
  remedy: ({ container, folder, owner, uid, postgres }) => ({
    lasting: [
      byHand(
        postgres
          ? `Run ${container} as the owner of its data (--user=${owner}), or stop it and give ${folder}, with everything in it, to user ${uid}.`
          : `Run ${container} as user ${owner}, or give the folder ${folder} to user ${uid}.`,
      ),
    ],
  }),
});

export const inMemory = defineKind<{ readonly path: string; readonly container: string }>({
  id: 'in-memory',
  name: 'A data folder of a container is in memory',
  meaning:
    'The root filesystem of this host is a tmpfs: the files in that folder are lost at the next reboot.',
  status: 'fail',
  title: ({ path, container }) => `${path} of ${container} is only in memory and is lost at a reboot`,
  remedy: ({ path }) => ({
    lasting: [
      byHand(
        `Before the next reboot, stop the container and copy ${path} to a disk. Then keep it there: name it in environment.persistence, or mount the folder on the disk instead.`,
      ),
    ],
  }),
});

export const folderGone = defineKind<{
  readonly path: string;
  readonly container: string;
  readonly destination: string;
}>({
  id: 'folder-gone',
  name: 'A running container uses a folder that no longer exists',
  meaning:
    'It still writes to the old folder, which it has open: those files may be lost when the container stops.',
  status: 'fail',
  title: ({ path, container }) => `${container} uses ${path}, which no longer exists`,
  remedy: ({ path, container, destination }) => ({
    lasting: [
      byHand(
        `Do not stop or restart ${container} yet. First copy what is in its ${destination} to a disk (sudo podman cp CONTAINER:FOLDER DISK): it may be nowhere else.`,
      ),
      byHand(
        `Then find out whether ${path} was renamed or deleted, or its disk was unmounted. Restore the folder with its content, and restart the container.`,
      ),
    ],
  }),
});

const LESS_SAFE = 'If another disk fails, the data may be lost.';

export const arrayDegraded = defineKind<RaidArray>({
  id: 'array-degraded',
  name: 'A device of a RAID array is missing or has failed',
  meaning: LESS_SAFE,
  status: 'fail',
  title: ({ name, active, wanted = 0, working = 0, rebuilding }) =>
    !active
      ? `The array ${name} is inactive`
      : rebuilding !== undefined
        ? `The array ${name} is being rebuilt (${rebuilding})`
        : working < wanted
          ? `The array ${name} is degraded (${working} of ${wanted} devices work)`
          : `The array ${name} has a failed device`,
  summary: ({ active }) => (active ? LESS_SAFE : 'Its data cannot be read until it is started.'),
  remedy: ({ name, rebuilding, active }) => ({
    lasting:
      rebuilding !== undefined
        ? [byHand(`Wait until /proc/mdstat no longer shows ${rebuilding.split(' ')[0]}.`)]
        : [
            run(['mdadm', '--detail', absolutePath(`/dev/${name}`)], {
              root: true,
              why: active ? 'Find the device that failed.' : 'Find out why it did not start.',
            }),
            byHand(
              active
                ? 'Back up what is on it, and replace the disk.'
                : 'Do not force it to start before the disks are backed up.',
            ),
          ],
  }),
});

export const btrfsErrors = defineKind<{
  readonly name: string;
  readonly point: string | undefined;
  readonly missing: boolean;
}>({
  id: 'btrfs-errors',
  name: 'btrfs counted errors of a device, or a device is missing',
  meaning: 'Files may be damaged, or lost if a disk fails.',
  status: 'warn',
  title: ({ name, missing }) =>
    missing ? `A device of btrfs ${name} is missing` : `btrfs ${name} counted device errors`,
  remedy: ({ point, missing }) => ({
    lasting: [
      byHand('Back up what is on it, and check the health of the disk and its cable.'),
      ...(point === undefined || missing
        ? []
        : [
            run(['btrfs', 'scrub', 'start', '--', absolutePath(point)], {
              root: true,
              why: 'Read all data and find damaged files; btrfs scrub status shows the result.',
            }),
            byHand('Once the cause is fixed, reset the counts: sudo btrfs device stats --reset.'),
          ]),
      ...(missing ? [byHand('Connect the missing device, or replace it (btrfs replace).')] : []),
    ],
  }),
});

export const poolUnhealthy = defineKind<Pool>({
  id: 'pool-unhealthy',
  name: 'A ZFS pool is not healthy',
  meaning: LESS_SAFE,
  status: 'fail',
  title: ({ name, state, scan }) =>
    `The pool ${name} is ${state || 'not healthy'}${/resilver in progress/.test(scan) ? ' and resilvering' : state === 'ONLINE' ? ' and has errors' : ''}`,
  remedy: () => ({
    lasting: [
      run(['zpool', 'status', '-v'], { root: true, why: 'Show the device, and which files are damaged.' }),
      byHand('Back up what is on it, then connect or replace the device.'),
    ],
  }),
});

export const smartFailing = defineKind<{ readonly disk: string }>({
  id: 'smart-failing',
  name: 'A disk reports that it is failing',
  meaning: 'The disk may fail soon: its data may be lost.',
  status: 'fail',
  title: ({ disk }) => `The disk ${disk} reports that it is failing (SMART)`,
  remedy: ({ disk }) => ({
    lasting: [byHand(`Back up everything on ${disk} now, and replace it.`)],
  }),
});

interface Logged {
  readonly device: string;
  readonly disks: readonly string[];
  readonly point: string | undefined;
  /** `5 times`. */
  readonly times: string;
}

const at = ({ device, point }: Logged) => (point === undefined ? device : `${device} (${point})`);

export const filesystemErrors = defineKind<Logged>({
  id: 'filesystem-errors',
  name: 'The kernel found errors in a filesystem',
  meaning: 'Files may be damaged, and the kernel may make it read-only.',
  status: 'fail',
  title: (logged) => `The filesystem on ${at(logged)} has errors (${logged.times})`,
  remedy: ({ device }) => ({
    lasting: [
      byHand(
        `Back up what is on it before anything else. Then unmount it, and check ${device} with the tool of its filesystem, first without changing anything (fsck -n, xfs_repair -n, btrfs check --readonly).`,
      ),
    ],
  }),
});

export const diskErrors = defineKind<Logged>({
  id: 'disk-errors',
  name: 'The kernel logged errors or resets of a disk',
  meaning: 'The disk, its cable, its power or its controller fails at times.',
  status: 'warn',
  title: (logged) => `${at(logged)} had errors or resets (${logged.times})`,
  remedy: ({ disks: [disk] }) => ({
    lasting: [
      byHand('Back up what is on it. Check its cable and its power.'),
      disk === undefined
        ? byHand('Read the error counts of the disk itself (sudo smartctl -a /dev/DISK).')
        : run(['smartctl', '-a', absolutePath(`/dev/${disk}`)], {
            root: true,
            why: 'Read the error counts of the disk itself.',
          }),
    ],
  }),
});
