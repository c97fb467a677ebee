import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const memory: Check = {
  id: 'memory',
  title: 'The host has enough memory',
  why: 'If the memory of the whole host runs short, everything becomes slow, and then the kernel kills processes of any service.',
  tags: ['memory'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
