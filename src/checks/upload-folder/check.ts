import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadFolderCheck: Check = {
  id: 'upload-folder',
  title: 'No photo is stranded in the folder of the upload',
  why: 'launchd starts the agent when something arrives, and not while it runs: what it missed then lies there until the next arrival.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
