import type { Check } from '../../../checks/define.ts';
import { documentation } from './documentation.ts';
import { kinds } from './kinds.ts';
import { source } from './source.ts';

/** What is wrong with the waivers themselves. */
export const waivers: Check = {
  id: 'waivers',
  title: 'All waivers are valid and still needed',
  why: 'A waiver that is no longer needed hides the next fault of its kind. One that is not valid hides nothing.',
  tags: ['hsdoctor'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
