import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `A process of a container was killed because memory ran out, or this may happen soon:

- The kernel killed it at the limit of the container, or at that of its unit, pod or slice.
- The kernel, systemd-oomd or earlyoom killed something because the memory of the host ran out. The
  finding names the container if the memory group of the process shows which one it was.
- systemd reports that a unit ran out of memory (\`Result=oom-kill\`), and the kernel log has no line about it.
- A container uses more than 90 % of its limit. The cache of files that it read
  does not count, because the kernel can free it.

The container is known by its id in the path of the memory group, never by the name of the process. Removed containers are
known from podman's events in the journal. The number of kills in the memory group of a running container is read, too.`,
  fix: `Raise the container's limit (\`--memory\`), or give it less to do. If the limit is that of its unit, pod or slice,
raise that one: \`MemoryMax\`, or \`--memory\` of the pod. If the whole host ran out of memory, limit the largest
container.`,
  unknownIf: `the kernel log does not reach back to the start of the oldest current run; if a process was killed in a memory group
of docker, of another user's podman, or of a container whose name is not known; or if only the count of a memory group
shows a kill, and the container's own limit did not cause it.`,
  notReported: `\`podman kill\`, and a stop that took too long (both have exit status 137 too); kills outside of memory groups of
containers: they are counted, but are not a problem of a container. A kill of a container that is gone, and that no unit
starts, is a warning at most.`,
};
