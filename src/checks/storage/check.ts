import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const storage: Check = {
  id: 'storage',
  title: 'Disks are mounted, writable, healthy and not full',
  why: 'A full, absent or failing disk stops databases and uploads, and most of the errors that follow name another cause.',
  tags: ['storage'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
