import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import { kinds } from './kinds.ts';
import { source } from './source.ts';

export const uploadSafety: Check = {
  id: 'upload-safety',
  title: 'The upload script cannot lose a photo',
  why: 'The uploader ends with 0 although uploads failed: a script that deletes by that status deletes photos that exist nowhere else.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
