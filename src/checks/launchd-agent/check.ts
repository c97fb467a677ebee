import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const launchdAgent: Check = {
  id: 'launchd-agent',
  title: 'The upload agent is loaded, can start, and did not crash',
  why: 'Only the agent uploads the photos in the folder. Without it they stay on the Mac, and nobody is notified.',
  tags: ['mac', 'launchd', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
