import { defineProbe, PartialValue } from '../../model/probe.ts';
import { lines } from '../../text/lines.ts';
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
  /** The container's id, where the path of that cgroup carries one, or that of the process that was killed. */
  readonly containerId?: string;
  readonly limitBytes?: number;
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
  'oom-kill:|systemd-oomd\\[[0-9]+\\]: Killed |[Kk]illed? process [0-9]|memory: usage [0-9]+kB, limit|killed as a result of limit of|memory.oom.group set';

export const kernelOom = defineProbe<KernelOom>({
  id: 'kernel-oom',
  reads: 'journalctl: lines of the kernel and of systemd-oomd about what they killed for memory',
  tools: ['journalctl', 'awk'],
  script: `journalctl --no-pager --quiet --output=short-unix _TRANSPORT=kernel 2>/dev/null | head -n 1
${journalctl('--output=short-unix _TRANSPORT=kernel + _SYSTEMD_UNIT=systemd-oomd.service')} | awk '/${PATTERN}/'`,
  parse(raw) {
    requireJournal(raw);
    const all = lines(raw.stdout).filter((line) => /^\d/.test(line));
    const kills = killsIn(all);
    const since = all[0] === undefined ? undefined : timeOf(all[0]);
    const value = { kills, ...(since === undefined ? {} : { since }) };
    if (since === undefined)
      return ofJournal(raw, new PartialValue(value, 'the journal holds no line of the kernel'));
    return ofJournal(
      raw,
      raw.capped ? new PartialValue(value, 'the kernel log has more lines than are read') : value,
    );
  },
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
    kills.push(...killByDaemon(line));
    // Everything in the group dies with the first of it, each with a line of its own.
    if (/memory\.oom\.group set/.test(line)) group = kills.at(-1);
    const kill = /(?:Killed process|Kill process) (\d+) \(([^)]{0,64})\)/.exec(line);
    if (kill === null) continue;
    unended = [];
    const [at, pid, process] = [timeOf(line), Number(kill[1]), kill[2] ?? ''];
    const previous = kills.at(-1);
    // Old kernels announce the victim and then tell of its end: one kill, two lines. Much later the number is another's.
    if (previous?.pid === pid && at - previous.at < SAME_KILL_MS) continue;
    if (group !== undefined && !isConstraint && announced.cgroup === undefined) {
      kills.push({ ...group, at, process, pid });
      continue;
    }
    kills.push({ at, process, pid, ...announcedKill(line, announced) });
    announced = {};
  }
  return [...kills, ...unended];
}

function announcedVictim(line: string, announced: Announcement): OomKill[] {
  const [, process, pid] = /,task=([^,]{1,64}),pid=(\d+)/.exec(line) ?? [];
  if (process === undefined) return [];
  return [{ at: timeOf(line), process, pid: Number(pid), ...announcedKill(line, announced) }];
}

/** systemd-oomd kills a whole memory group before the kernel has to. */
function killByDaemon(line: string): OomKill[] {
  const [, group = ''] = /systemd-oomd\[\d+\]: Killed (\S+) due to/.exec(line) ?? [];
  if (group === '') return [];
  const process = group.split('/').at(-1) ?? group;
  return [{ at: timeOf(line), process, pid: 0, scope: 'host', line: line.replace(/^\S+ \S+ /, '') }];
}

const timeOf = (line: string) => Number.parseFloat(line) * 1000;

/** Returns whether the line tells what the memory was too little for, which begins the account of another kill. */
function announce(line: string, announced: Announcement): boolean {
  const limit = /memory: usage \d+kB, limit (\d+)kB/.exec(line);
  if (limit !== null && Number(limit[1]) < NO_LIMIT_KB) announced.limitBytes = Number(limit[1]) * 1024;
  const constraint = /oom-kill:constraint=(\w+)/.exec(line);
  if (constraint !== null) {
    announced.isOfHost = constraint[1] === 'CONSTRAINT_NONE';
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
    line: line.replace(/^\S+ \S+ /, ''),
    ...(scope === 'host' || cgroup === undefined ? {} : { cgroup }),
    ...(scope === 'host' || victim === undefined ? {} : { victim }),
    ...(scope === 'host' || containerId === undefined ? {} : { containerId }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
  };
}
