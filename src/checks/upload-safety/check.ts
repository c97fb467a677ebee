import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import { kinds } from './kinds.ts';
import { source } from './source.ts';

export const uploadSafety: Check = {
  id: 'upload-safety',
  title: 'The upload script cannot lose photos',
  why: 'The uploader exits with 0 even if uploads failed. A script that deletes files after exit status 0 can delete the only copy of a photo.',
  tags: ['mac', 'upload'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
