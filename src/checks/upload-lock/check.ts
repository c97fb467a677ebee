import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadLock: Check = {
  id: 'upload-lock',
  title: 'No stale lock file blocks the upload',
  why: 'A stale lock can make every later run exit at once, with status 0 and often without a line in the log: nothing is uploaded, and nothing shows it.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
