import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const immichVersions: Check = {
  id: 'immich-versions',
  title: 'The parts of Immich are of one version',
  why: 'The server and its machine learning speak to each other as their own version does: of different ones, search and faces fail; and from v3 on the server does not start with a pgvecto.rs database.',
  tags: ['immich'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
