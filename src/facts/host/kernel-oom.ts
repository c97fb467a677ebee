import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
import { END, untilEnd } from './ending.ts';
import { journalctl, ofJournal, requireJournal } from './systemd.ts';

export interface OomKill {
  readonly at: number;
  readonly process: string;
  /** 0 where a whole group was killed. */
  readonly pid: number;
  /** The limit that was hit: one memory cgroup's, or the memory of the whole host. */
  readonly scope: 'cgroup' | 'host';
  /** Path of the memory cgroup whose limit was hit. */
  readonly cgroup?: string;
  /** Path of the memory cgroup of the process that was killed: the same, or one within it. */
  readonly victim?: string;
  /** The container's id, where the path of that cgroup carries one, or that of the process that was killed; of a host that is out of memory too. */
  readonly containerId?: string;
  readonly limitBytes?: number;
  readonly killer: 'kernel' | 'systemd-oomd' | 'earlyoom';
  readonly line: string;
}

export interface KernelOom {
  readonly kills: readonly OomKill[];
  /** Time of the oldest kernel line that is still there. */
  readonly since?: number;
}

const CONTAINER = /libpod-(?:payload-|conmon-)?([0-9a-f]{64})/;
/** What the kernel prints for "without a limit" is of this order. */
const NO_LIMIT_KB = 2 ** 50;

/** Between the announcement of a kill and the word of its end. */
const SAME_KILL_MS = 10_000;

const PATTERN =
  'oom-kill:|systemd-oomd\\[[0-9]+\\]: Killed |earlyoom\\[[0-9]+\\]: sending SIG|[Kk]illed? process [0-9]|memory: usage [0-9]+kB, limit|killed as a result of limit of|memory.oom.group set';

const NEWEST_FIRST = 'newest first';

export const kernelOom = defineProbe<KernelOom>({
  id: 'kernel-oom',
  reads: 'journalctl: lines of the kernel, systemd-oomd and earlyoom about processes that they killed',
  tools: ['journalctl', 'awk'],
  script: `journalctl --no-pager --quiet --output=short-unix _TRANSPORT=kernel 2>/dev/null | head -n 1
${journalctl('--reverse --output=short-unix _TRANSPORT=kernel + _SYSTEMD_UNIT=systemd-oomd.service + _SYSTEMD_UNIT=earlyoom.service')} | awk 'BEGIN { print "${NEWEST_FIRST}" } /${PATTERN}/ { sub(/, cmdline .*/, ""); print }' && ${END}`,
  parse: untilEnd((raw) => {
    requireJournal(raw);
    const whole = raw.capped ? raw.stdout.slice(0, raw.stdout.lastIndexOf('\n')) : raw.stdout;
    const told = lines(whole);
    const mark = told.indexOf(NEWEST_FIRST);
    // Those of an older collection come in their order.
    const inOrder = mark < 0 ? told : [...told.slice(0, mark), ...told.slice(mark + 1).reverse()];
    const all = inOrder.filter((line) => /^\d/.test(line));
    const kills = killsIn(all);
    const since = all[0] === undefined ? undefined : timeOf(all[0]);
    const value = { kills, ...(since === undefined ? {} : { since }) };
    if (since === undefined)
      return ofJournal(raw, new PartialValue(value, 'the journal holds no line of the kernel'));
    return ofJournal(
      raw,
      raw.capped ? new PartialValue(value, 'the kernel log has more lines than are read') : value,
    );
  }),
});

/** What the lines before a kill told of it. */
interface Announcement {
  isOfHost?: boolean;
  cgroup?: string | undefined;
  victim?: string | undefined;
  limitBytes?: number;
}

function killsIn(all: readonly string[]): OomKill[] {
  const kills: OomKill[] = [];
  let announced: Announcement = {};
  let group: OomKill | undefined;
  // The kernel's log may have lost the word of its end.
  let unended: OomKill[] = [];
  for (const line of all) {
    const isConstraint = announce(line, announced);
    if (isConstraint) {
      group = undefined;
      kills.push(...unended);
      unended = announcedVictim(line, announced);
    }
    // It asks a process to end, and then ends it: one kill.
    kills.push(...killByDaemon(line).filter(({ pid, at }) => !isSame(kills.at(-1), pid, at)));
    // Everything in the group dies with the first of it, each with a line of its own.
    if (/memory\.oom\.group set/.test(line)) group = kills.at(-1);
    const kill = /(?:Killed process|Kill process) (\d+) \(([^)]{0,64})\)/.exec(line);
    if (kill === null) continue;
    unended = [];
    const [at, pid, process] = [timeOf(line), Number(kill[1]), kill[2] ?? ''];
    // Old kernels announce the victim and then tell of its end: one kill, two lines.
    if (isSame(kills.at(-1), pid, at)) continue;
    if (group !== undefined && !isConstraint && announced.cgroup === undefined) {
      kills.push({ ...group, at, process, pid });
      continue;
    }
    kills.push({ at, process, pid, ...announcedKill(line, announced) });
    announced = {};
  }
  return [...kills, ...unended];
}

/** Much later the number is another's; 0 is that of no process. */
const isSame = (previous: OomKill | undefined, pid: number, at: number): boolean =>
  pid !== 0 && previous?.pid === pid && at - previous.at < SAME_KILL_MS;

function announcedVictim(line: string, announced: Announcement): OomKill[] {
  const [, process, pid] = /,task=([^,]{1,64}),pid=(\d+)/.exec(line) ?? [];
  if (process === undefined) return [];
  return [{ at: timeOf(line), process, pid: Number(pid), ...announcedKill(line, announced) }];
}

/** systemd-oomd kills a whole memory group before the kernel has to, and earlyoom the largest process. */
function killByDaemon(line: string): OomKill[] {
  const told = { at: timeOf(line), scope: 'host' as const, line: line.replace(/^\S+ \S+ /, '') };
  const [, group] = /systemd-oomd\[\d+\]: Killed (\S+) due to/.exec(line) ?? [];
  if (group !== undefined) {
    const containerId = CONTAINER.exec(group)?.[1];
    return [
      {
        ...told,
        process: group.split('/').at(-1) ?? group,
        pid: 0,
        killer: 'systemd-oomd',
        victim: group,
        ...(containerId === undefined ? {} : { containerId }),
      },
    ];
  }
  const [, pid, process] = EARLYOOM.exec(line) ?? [];
  return pid === undefined || process === undefined
    ? []
    : [{ ...told, process, pid: Number(pid), killer: 'earlyoom' }];
}

const EARLYOOM = /earlyoom\[\d+\]: sending SIG(?:TERM|KILL) to process (\d+) (?:uid \d+ )?"([^"]{0,64})"/;

const timeOf = (line: string) => Number.parseFloat(line) * 1000;

/** Returns whether the line tells what the memory was too little for, which begins the account of another kill. */
function announce(line: string, announced: Announcement): boolean {
  const limit = /memory: usage \d+kB, limit (\d+)kB/.exec(line);
  if (limit !== null && Number(limit[1]) < NO_LIMIT_KB) announced.limitBytes = Number(limit[1]) * 1024;
  const constraint = /oom-kill:constraint=(\w+)/.exec(line);
  if (constraint !== null) {
    // The others are of the host's memory, or of a part of it (a NUMA node): no group reached its limit.
    announced.isOfHost = constraint[1] !== 'CONSTRAINT_MEMCG';
    announced.cgroup = /oom_memcg=([^,]+)/.exec(line)?.[1];
    announced.victim = /task_memcg=([^,]+)/.exec(line)?.[1];
  }
  const old = /Task in (\S+) killed as a result of limit of (\S+)/.exec(line);
  if (old !== null) [, announced.victim, announced.cgroup] = old;
  return constraint !== null;
}

function announcedKill(
  line: string,
  { isOfHost, cgroup, victim, limitBytes }: Announcement,
): Omit<OomKill, 'at' | 'process' | 'pid'> {
  const scope = isOfHost || (/Out of memory:/.test(line) && !/emory cgroup/.test(line)) ? 'host' : 'cgroup';
  const containerId = (CONTAINER.exec(cgroup ?? '') ?? CONTAINER.exec(victim ?? ''))?.[1];
  return {
    scope,
    killer: 'kernel',
    line: line.replace(/^\S+ \S+ /, ''),
    ...(scope === 'host' || cgroup === undefined ? {} : { cgroup }),
    ...(victim === undefined ? {} : { victim }),
    ...(containerId === undefined ? {} : { containerId }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}
