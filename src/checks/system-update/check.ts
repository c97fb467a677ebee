import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const systemUpdate: Check = {
  id: 'system-update',
  title: 'The last rebuild or upgrade took effect',
  why: 'After a rebuild that failed halfway, the host does not run what its configuration says, and old units remain.',
  tags: ['nixos'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
