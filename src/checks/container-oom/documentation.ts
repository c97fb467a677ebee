import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The kernel killed a process of a container for memory. It is attributed by the container's id in the
memory group's path, never by the name of the process; containers that are gone are known from podman's
events in the journal. A second source is the memory group's own count of kills, while the container runs.
\`ok\` needs a kernel log that reaches back to the start of the oldest present run, and a name for every
kill in the group of a container.`,
  fix: `Raise the container's limit (\`--memory\`), or give it less to do. Where the whole host ran out of memory,
limit the largest.`,
  notReported: `\`podman kill\`, or a stop that took too long, which end with 137 too; kills in groups that certainly belong
to no container of the host: they are counted, not blamed.`,
};
