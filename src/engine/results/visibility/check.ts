import type { Check } from '../../../checks/define.ts';
import { VISIBILITY } from '../../../model/report.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

/** What could not be read, whatever the other checks need of it. */
export const visibility: Check = {
  id: VISIBILITY,
  title: 'All sources could be read',
  why: 'Lists every source that could not be read, and why. Checks that need it are unknown.',
  tags: ['doctor'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
