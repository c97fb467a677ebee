import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const redisPersistence: Check = {
  id: 'redis-persistence',
  title: "Immich's Redis can save to its data folder",
  why: 'When Redis cannot save (MISCONF), it refuses every write: uploads are accepted, but thumbnails, search and face recognition stop.',
  tags: ['immich', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
