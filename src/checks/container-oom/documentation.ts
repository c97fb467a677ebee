import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The kernel killed a process of a container for memory. It is attributed by the container's id in the
memory group's path, never by the name of the process; containers that are gone are known from podman's
events in the journal. A second source is the memory group's own count of kills, while the container runs.
\`ok\` needs a kernel log that reaches back to the start of the oldest present run, and a name for every
kill in the group of a container: one of docker, or of another user's podman, has none here.`,
  fix: `Raise the container's limit (\`--memory\`), or give it less to do. Where the limit is that of its unit, pod or
slice, raise that one: \`MemoryMax\`, or \`--memory\` of the pod. Where the whole host ran out of memory,
limit the largest.`,
  notReported: `\`podman kill\`, or a stop that took too long, which end with 137 too; kills in groups of no container, or
of one that root's podman certainly never had: they are counted, not blamed.`,
};
