import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `These are reported for the filesystems of the system (\`/\`, \`/nix\`, \`/boot\`, \`/var\`, ...), of the container store, and of everything that
containers mount, or would mount if their units ran:

- A filesystem in \`/etc/fstab\`, or a ZFS dataset, is not mounted. If a disk with \`nofail\` is absent, its mount point is an empty
  folder.
- A filesystem is read-only, although a container or the system writes there.
- A filesystem is full (at most 1 % and at most 512 MiB free) or nearly full (at most 5 % and at most 10 GiB free; 10 % of \`/boot\`),
  or has no inodes left.
- A mount does not answer within four seconds.
- A data folder belongs to another user than the container runs as, is only in memory, or no longer exists while the container
  still uses it.
- An mdadm array is degraded, btrfs counted errors, a ZFS pool is not healthy, or a disk reports that it fails (SMART).
- The kernel logged errors of a filesystem or a disk.

hsdoctor writes nothing and wakes no sleeping disk: it takes from the mount options whether a filesystem is writable.`,
  fix: `Each kind has its own fix. Back up before you repair a filesystem or replace a disk. When an absent disk is connected again,
look into its mount point first: files there were written while it was absent, and a mount would hide them (the finding says what to
do with them). If the folder is empty, run \`sudo mount -- <mount point>\`, and restart the containers that use it.`,
  unknownIf: `the list of mounts, the kernel log or podman's list of containers could not be read, a ZFS pool does not answer, or
the free space of a filesystem could not be read.`,
  notReported: `These are not problems:

- An entry of \`/etc/fstab\` with \`noauto\`, or one that systemd mounts at its first use (\`x-systemd.automount\`).
- A filesystem that \`/etc/fstab\` mounts read-only, the Nix store, and a full disk that containers only read.
- An array that is being checked, and spare devices.
- A media folder that the container's user cannot write: the container may only read it.
- A log line about a filesystem that was not unmounted cleanly, and errors of optical drives, loop devices and discards.

SMART is read only if \`smartctl\` is installed; otherwise the result says so.`,
};
