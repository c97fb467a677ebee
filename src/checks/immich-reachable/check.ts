import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const immichReachable: Check = {
  id: 'immich-reachable',
  title: "Immich answers at the agent's own URL",
  why: 'The agent has its URL from its property list and not from a shell: what works in Terminal proves nothing.',
  tags: ['mac', 'upload', 'network'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
