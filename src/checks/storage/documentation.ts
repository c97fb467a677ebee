import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The filesystems of the system (\`/\`, \`/nix\`, \`/boot\`, \`/var\`, ...), of the container store, and of everything that
containers mount, or would mount if their units ran:

- A filesystem in \`/etc/fstab\`, or a ZFS dataset, is not mounted. A disk with \`nofail\` that is absent leaves an empty folder.
- A filesystem is read-only, although a container or the system writes there.
- A filesystem is full (less than 1 % free, at most 512 MiB) or nearly full (less than 5 %, at most 10 GiB; 10 % of \`/boot\`), or
  has no inodes left.
- A mount does not answer within four seconds.
- A data folder belongs to another user than the container runs as, is only in memory, or no longer exists while the container
  still uses it.
- An mdadm array is degraded, btrfs counted errors, a ZFS pool is not healthy, or a disk reports that it fails (SMART).
- The kernel logged errors of a filesystem or a disk.

Nothing is written, and no sleeping disk is woken: whether something is writable comes from the mount options.`,
  fix: `Each kind has its own fix. Back up before you repair a filesystem or replace a disk. An absent disk that is there again:
\`sudo mount -- <mount point>\`, then restart the containers that use it.`,
  unknownIf: `the list of mounts, the kernel log or podman's list of containers could not be read, a ZFS pool does not answer, or
the free space of a filesystem could not be read.`,
  notReported: `These are not problems:

- An entry with \`noauto\`, and one that systemd mounts at its first use (\`x-systemd.automount\`).
- A filesystem that \`/etc/fstab\` mounts read-only, the Nix store, and a full disk that containers only read.
- An array that is being checked, and spare devices.
- A folder of media that a container's user cannot write: it may be only read.
- A log line about a file system that was not unmounted cleanly, and errors of optical drives, loop devices and discards.

SMART is read only if \`smartctl\` is installed; otherwise an \`ok\` says so.`,
};
