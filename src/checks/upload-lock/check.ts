import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadLock: Check = {
  id: 'upload-lock',
  title: 'No stale lock file blocks the upload',
  why: 'With a lock whose process has ended, every later run exits at once, with exit status 0 and often without a line in the log.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
