import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const redisPersistence: Check = {
  id: 'redis-persistence',
  title: "Immich's Redis can write where it saves",
  why: 'When Redis cannot save (MISCONF), it refuses every write: uploads are accepted, and no thumbnail, search or face follows.',
  tags: ['immich', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
