import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const backup: Check = {
  id: 'backup',
  title: 'Backups run and succeed',
  why: 'Nothing shows that a backup has stopped until somebody needs it.',
  tags: ['backup'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
