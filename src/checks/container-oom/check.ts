import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const containerOom: Check = {
  id: 'container-oom',
  title: 'No container was killed for memory',
  why: 'The kernel ends a process of a container that reaches its memory limit. Often only a child dies: the container stays up, and podman says nothing.',
  tags: ['podman', 'memory'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
