import { FAILED, idOf, KERNEL, killed, MINUTE, STARTED, scopeOf, UNITS, unit } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const LATER = STARTED + 60 * MINUTE;
const GONE = 'ab'.repeat(32);
const ofTheHost = (at: number) =>
  `${at / 1000} minipc kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=${scopeOf(idOf('immich-server'))},task=java,pid=9,uid=0
${at / 1000} minipc kernel: Out of memory: Killed process 9 (java) total-vm:1kB, anon-rss:1kB
`;

const MIB = 1_048_576;
const using = (used: number, cached: number) => {
  const group = `/sys/fs/cgroup${scopeOf(idOf('immich-server'))}`;
  return `limit ${512 * MIB} ${group}/memory.max
current ${(used + cached) * MIB} ${group}/memory.current
inactive_file ${cached * MIB} ${group}/memory.stat
active_file 0 ${group}/memory.stat
reclaims 7 ${group}/memory.events
`;
};

export const cases: KindCases = {
  'killed-at-limit': {
    host: { kernelOom: KERNEL + killed(scopeOf(idOf('immich-server')), LATER) },
    near: { kernelOom: KERNEL + killed(scopeOf(GONE), LATER) },
  },
  'killed-at-outer-limit': {
    host: { kernelOom: KERNEL + killed('/machine.slice', LATER, { victim: scopeOf(idOf('immich-server')) }) },
    near: { kernelOom: KERNEL + killed(scopeOf(idOf('immich-server')), LATER) },
  },
  'host-out-of-memory': {
    host: { kernelOom: KERNEL + ofTheHost(LATER) },
    near: { kernelOom: KERNEL + killed(scopeOf(idOf('immich-server')), LATER) },
  },
  'killed-for-host': {
    host: { kernelOom: KERNEL + ofTheHost(LATER) },
    near: {
      kernelOom: KERNEL + ofTheHost(LATER).replace(scopeOf(idOf('immich-server')), '/system.slice/x.service'),
    },
  },
  'unit-killed': {
    host: {
      units: UNITS.replace(
        unit('immich-server'),
        unit('immich-server', { ...FAILED, Result: 'oom-kill', ExecMainStatus: 9 }),
      ),
    },
    near: {
      units: UNITS.replace(
        unit('immich-server'),
        unit('immich-server', { ...FAILED, Result: 'signal', ExecMainStatus: 9 }),
      ),
    },
  },
  'near-limit': { host: { memoryGroups: using(480, 20) }, near: { memoryGroups: using(380, 120) } },
};
