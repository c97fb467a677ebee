import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const immichVersions: Check = {
  id: 'immich-versions',
  title: "Immich's server and machine learning have the same version",
  why: 'The server and the machine learning only work together in the same version: otherwise search and faces fail. From v3 on, the server does not start with a pgvecto.rs database.',
  tags: ['immich'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
