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
  why: 'A check whose source could not be read cannot say that all is well: it is unknown.',
  tags: ['hsdoctor'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
