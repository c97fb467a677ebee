import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadFolderCheck: Check = {
  id: 'upload-folder',
  title: 'No photos are left behind in the upload folder',
  why: 'launchd starts the agent when a file arrives, but can miss a file that arrives during a run: that file waits until another one arrives.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
