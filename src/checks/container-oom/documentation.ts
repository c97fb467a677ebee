import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The kernel killed a process of a container because memory ran out, or the kernel or systemd-oomd killed something because the
memory of the host ran out.

- The container is known by its id in the path of the memory group, never by the name of the process. Removed containers are
  known from podman's events in the journal.
- The count of kills in the memory group of a running container is a second source.
- \`ok\` needs a kernel log that reaches back to the start of the oldest current run, and a known container for every kill.`,
  fix: `Raise the container's limit (\`--memory\`), or give it less to do. If the limit is that of its unit, pod or slice,
raise that one: \`MemoryMax\`, or \`--memory\` of the pod. If the whole host ran out of memory, limit the largest
container.`,
  unknownIf: `there was a kill in a group of docker or of another user's podman, or one that only the count shows and that was
not caused by the container's own limit.`,
  notReported: `\`podman kill\`, and a stop that took too long (both have exit status 137 too); kills outside of memory groups of
containers: they are counted, but are not a problem of a container.`,
};
