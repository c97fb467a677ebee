import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, NOTHING, untilEnd } from './ending.ts';

/** The kernel's own counts of the memory group of a container that runs. They end with the container. */
export interface MemoryGroup {
  readonly containerId: string;
  /** Below /sys/fs/cgroup: it tells whose container that is. */
  readonly path: string;
  /** Processes that were killed for memory, whatever ran out of it. */
  readonly kills: number;
  /** How often the group reached its own limit and nothing in it could be given up. */
  readonly limitHits: number;
  /** How often it reached the limit at all, which files that were read are enough for. */
  readonly reclaims?: number;
  /** Of the smallest limit in it. */
  readonly limitBytes?: number;
  /** Without what the kernel can give up when there is too little: files that were read, and caches of its own. */
  readonly usedBytes?: number;
  /** The same of the whole container, whether it has a limit or not. */
  readonly heldBytes?: number;
}

const FILES = [
  'memory.events',
  'memory.oom_control',
  'memory*failcnt',
  'memory.current',
  'memory.max',
  'memory.stat',
  'memory.usage_in_bytes',
  'memory.limit_in_bytes',
];

const COUNTS = `FILENAME ~ /failcnt$/ { print "oom", $1, FILENAME; next }
FILENAME ~ /(current|usage_in_bytes)$/ { print "current", $1, FILENAME; next }
FILENAME ~ /(memory[.]max|limit_in_bytes)$/ { if ($1 != "max") print "limit", $1, FILENAME; next }
FILENAME ~ /memory[.]stat$/ { if ($1 ~ /^(total_)?(in)?active_file$|^slab_reclaimable$/) print $1, $2, FILENAME; next }
$1 == "max" { print "reclaims", $2, FILENAME }
$1 == "oom" || $1 == "oom_kill" { print $1, $2, FILENAME }`;

export const memoryGroups = defineProbe<readonly MemoryGroup[]>({
  id: 'memory-groups',
  reads:
    '/sys/fs/cgroup: memory of each container, its limit, and number of processes that the OOM killer ended',
  tools: ['find', 'awk', 'xargs'],
  outputLimit: 8_000_000,
  // cgroup v2 tells both counts in one file; v1 has one file for each limit.
  // A container may end while it is looked at: only a program that was killed leaves something out.
  script: `files=$(find /sys/fs/cgroup \\( -path '*libpod-*' -o -path '*docker-*' -o -path '*/docker/*' \\) \\( ${FILES.map((name) => `-name '${name}'`).join(' -o ')} \\) 2>/dev/null)
[ "$?" -le 1 ] || exit
[ -n "$files" ] || ${NOTHING}
# shellcheck disable=SC2016
printf '%s\\n' "$files" | tr '\\n' '\\0' | xargs -0 awk '${COUNTS}' 2>/dev/null
[ "$?" -le 124 ] || exit 1
${END}`,
  parse: untilEnd((raw) => {
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const groups = new Map<string, Counters>();
    for (const line of lines(whole)) {
      const match = LINE.exec(line);
      if (match === null) {
        if (!/^(?:oom(?:_kill)?|current|limit|reclaims|\w*active_file|slab_reclaimable) \d/.test(line))
          throw new Error('a line of it is no count of a memory group');
        continue;
      }
      const [, counter = '', amount, folder = '', path = '', containerId = ''] = match;
      const group = groups.get(folder) ?? { containerId, path, counts: new Map() };
      group.counts.set(counter, Math.max(group.counts.get(counter) ?? 0, Number(amount)));
      groups.set(folder, group);
    }
    const all = [...Map.groupBy(groups.values(), ({ containerId }) => containerId)].map(([id, of]) =>
      together(id, of),
    );
    return raw.capped ? new PartialValue(all, 'the list of memory groups was truncated') : all;
  }),
});

const LINE =
  /^(oom|oom_kill|current|limit|reclaims|(?:total_)?(?:in)?active_file|slab_reclaimable) (\d{1,19}) ((\S*?(?:libpod-(?:payload-)?|docker-|\/docker\/)([0-9a-f]{64}))\S*)\/[^/\s]*$/;

interface Counters {
  readonly containerId: string;
  readonly path: string;
  readonly counts: Map<string, number>;
}

/** What the kernel prints for "without a limit" is of this order. */
const NO_LIMIT = 2 ** 60;

/** A group's counts hold those of the groups in it, or (v1) only its own: the largest is true in both. */
function together(containerId: string, groups: readonly Counters[]): MemoryGroup {
  const most = (counter: string) =>
    groups.reduce((most, { counts }) => Math.max(most, counts.get(counter) ?? 0), 0);
  const [tightest] = groups
    .flatMap(({ counts }) => {
      const [limitBytes, used] = [counts.get('limit'), usedOf(counts)];
      if (limitBytes === undefined || limitBytes === 0 || limitBytes >= NO_LIMIT || used === undefined)
        return [];
      return [{ limitBytes, usedBytes: used }];
    })
    .toSorted((a, b) => b.usedBytes / b.limitBytes - a.usedBytes / a.limitBytes);
  const reclaims = most('reclaims');
  const held = groups.flatMap(({ counts }) => usedOf(counts) ?? []);
  return {
    containerId,
    path: (groups[0]?.path ?? '').replace(/^.*?\/sys\/fs\/cgroup/, ''),
    kills: most('oom_kill'),
    limitHits: most('oom'),
    ...(reclaims === 0 ? {} : { reclaims }),
    ...tightest,
    ...(held.length === 0 ? {} : { heldBytes: held.reduce((most, each) => Math.max(most, each)) }),
  };
}

function usedOf(counts: ReadonlyMap<string, number>): number | undefined {
  const current = counts.get('current');
  // Without the parts of it nobody knows how much of it can be given up.
  const isOfAll = counts.has('total_inactive_file');
  const cached = isOfAll
    ? ['total_inactive_file', 'total_active_file']
    : ['inactive_file', 'active_file', 'slab_reclaimable'];
  if (current === undefined || !counts.has(cached[0] ?? '') || !counts.has(cached[1] ?? '')) return undefined;
  return Math.max(0, current - cached.reduce((sum, each) => sum + (counts.get(each) ?? 0), 0));
}
