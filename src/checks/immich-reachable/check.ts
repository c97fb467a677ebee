import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const immichReachable: Check = {
  id: 'immich-reachable',
  title: 'Immich answers at the URL of the upload agent',
  why: 'The agent reads its URL from its property list, not from a shell: what works in Terminal proves nothing.',
  tags: ['mac', 'upload', 'network'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
