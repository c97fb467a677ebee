import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadLog: Check = {
  id: 'upload-log',
  title: 'The last logged upload succeeded',
  why: 'The upload script exits with 0 even if the upload failed: for launchd all is well, and only the log shows the failure.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
