import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const mlOom: Check = {
  id: 'ml-oom',
  title: "Immich's machine learning has enough memory",
  why: 'The images for accelerators need far more memory than the CPU image. When the worker is killed, search and face recognition stop, but the container keeps running.',
  tags: ['immich', 'memory'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
