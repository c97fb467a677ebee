import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import { kinds } from './kinds.ts';
import { source } from './source.ts';

export const uploadSafety: Check = {
  id: 'upload-safety',
  title: 'The upload script cannot lose photos',
  why: 'The uploader exits with 0 even if uploads failed: a script that deletes after that exit status deletes photos that exist nowhere else.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
