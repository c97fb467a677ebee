import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';

/** The kernel's own counts of the memory group of a container that runs. They end with the container. */
export interface MemoryGroup {
  readonly containerId: string;
  /** Processes that were killed for memory, whatever ran out of it. */
  readonly kills: number;
  /** How often the group reached its own limit. */
  readonly limitHits: number;
}

export const memoryGroups = defineProbe<readonly MemoryGroup[]>({
  id: 'memory-groups',
  reads: '/sys/fs/cgroup: number of processes of each container killed for memory',
  tools: ['find', 'awk'],
  outputLimit: 4_000_000,
  // cgroup v2 tells both counts in one file; v1 has one file for each limit.
  script: `find /sys/fs/cgroup -path '*libpod-*' \\( -name memory.events -o -name memory.oom_control -o -name 'memory*failcnt' \\) \\
-exec awk 'FILENAME ~ /failcnt$/ { print "oom", $1, FILENAME } $1 == "oom" || $1 == "oom_kill" { print $1, $2, FILENAME }' {} + 2>/dev/null
:`,
  parse(raw) {
    const found = new Map<string, MemoryGroup>();
    for (const line of lines(raw.stdout)) {
      const match = /^(oom|oom_kill) (\d+) \S*?libpod-(?:payload-)?([0-9a-f]{64})/.exec(line);
      if (match === null) {
        if (!/^oom(?:_kill)? /.test(line)) throw new Error('a line of it is no count of kills');
        continue;
      }
      const [, counter, amount, containerId = ''] = match;
      const { kills, limitHits } = found.get(containerId) ?? { kills: 0, limitHits: 0 };
      // A group's counts hold those of the groups in it, or (v1) only its own: the largest is true in both.
      found.set(containerId, {
        containerId,
        kills: counter === 'oom_kill' ? Math.max(kills, Number(amount)) : kills,
        limitHits: counter === 'oom' ? Math.max(limitHits, Number(amount)) : limitHits,
      });
    }
    const all = [...found.values()];
    return raw.capped ? new PartialValue(all, 'the list of memory groups was truncated') : all;
  },
});
