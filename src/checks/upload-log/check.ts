import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadLog: Check = {
  id: 'upload-log',
  title: 'The last upload that the log tells of succeeded',
  why: 'The upload script ends with 0 on nearly every failure: launchd calls it healthy, and only the log knows.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
