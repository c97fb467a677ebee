import type { CheckDocumentation } from '../../model/check.ts';

export const documentation: CheckDocumentation = {
  shows: `The memory of the whole host is short, in one of these ways:

- Less than 5 % of it is available (and less than 2 GiB).
- All processes waited for memory during more than 10 % of the last five minutes (\`/proc/pressure/memory\`).
- The swap is full (zram counts, too), and less than 20 % of the memory is available.

The evidence names the containers that use the most memory, with their limits.`,
  fix: `Set a memory limit for the largest container, run fewer services, or add memory to the host.`,
  unknownIf: `the kernel does not report how much memory is available.`,
  notReported: `These are not problems, or belong to another check:

- Memory that holds cached files, or the cache of ZFS: both are freed if programs need the memory.
- A full swap on a host with enough memory: it holds data that no program has used for a long time.
- A container that is near its own limit, and processes that the OOM killer ended
  (\`container-oom\`, \`ml-oom\`).

If the kernel does not measure how long processes wait, the result says so.`,
};
