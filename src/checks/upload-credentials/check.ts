import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const uploadCredentialsCheck: Check = {
  id: 'upload-credentials',
  title: 'Keys for the upload are present, private and in the right format',
  why: 'Without its key, the upload script uploads nothing, exits with 0 and writes one line into its log. The server refuses a key in the wrong format.',
  tags: ['mac', 'upload', 'secrets'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
