import { idOf, KERNEL, killed, MINUTE, STARTED, scopeOf } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const LATER = STARTED + 60 * MINUTE;
const GONE = 'ab'.repeat(32);
const ofTheHost = (at: number) =>
  `${at / 1000} minipc kernel: oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=${scopeOf(idOf('immich-server'))},task=java,pid=9,uid=0
${at / 1000} minipc kernel: Out of memory: Killed process 9 (java) total-vm:1kB, anon-rss:1kB
`;

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
};
