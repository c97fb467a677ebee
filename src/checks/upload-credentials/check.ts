import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadCredentialsCheck: Check = {
  id: 'upload-credentials',
  title: 'Keys for the upload are present, private and in the right format',
  why: 'Without its key, the upload script exits with 0 and one line in its log; a key in the wrong format is refused by the server.',
  tags: ['mac', 'upload', 'secrets'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
