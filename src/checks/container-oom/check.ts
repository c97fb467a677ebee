import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const containerOom: Check = {
  id: 'container-oom',
  title: 'No container ran out of memory',
  why: 'The kernel kills a process of a container that reaches its memory limit. Often only a child process dies: the container keeps running, and podman does not report it.',
  tags: ['podman', 'memory'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
