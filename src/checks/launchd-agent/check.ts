import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const launchdAgent: Check = {
  id: 'launchd-agent',
  title: 'The upload agent is loaded and can start, and its last run did not crash',
  why: 'Nothing else uploads the photos of the folder: without the agent they stay on the Mac, and nobody is told.',
  tags: ['mac', 'launchd', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
