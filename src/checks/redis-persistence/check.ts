import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const redisPersistence: Check = {
  id: 'redis-persistence',
  title: 'Redis answers and can save its data',
  why: 'When Redis cannot save (MISCONF), it refuses every write: uploads are accepted, but thumbnails, search and face recognition stop.',
  tags: ['immich', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
