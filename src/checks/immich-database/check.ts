import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const immichDatabase: Check = {
  id: 'immich-database',
  title: 'Immich can use its database',
  why: 'Without its database, Immich shows no photos and accepts no uploads.',
  tags: ['immich', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
