import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const mlOom: Check = {
  id: 'ml-oom',
  title: "Immich's machine learning has enough memory",
  why: 'The images for accelerators need far more memory than the one for the CPU. When the worker is killed, search and faces stop, and the container stays up.',
  tags: ['immich', 'memory'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
