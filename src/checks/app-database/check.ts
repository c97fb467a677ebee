import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const appDatabase: Check = {
  id: 'app-database',
  title: 'The SQLite databases of apps are intact, and on local disks',
  why: 'An app with a damaged or locked database keeps running, but loses data.',
  tags: ['podman', 'storage'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
