import type { Check } from '../../../checks/define.ts';
import { documentation } from './documentation.ts';
import { kinds } from './kinds.ts';
import { source } from './source.ts';

/** What is wrong with the waivers themselves. */
export const waivers: Check = {
  id: 'waivers',
  title: 'Every waiver is understood, in force and needed',
  why: 'A waiver that nobody needs any more hides the next fault of its kind; one that is not understood hides nothing.',
  tags: ['doctor'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
