import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const uploadCredentialsCheck: Check = {
  id: 'upload-credentials',
  title: 'The keys that the upload reads are there, private, and of the right form',
  why: 'Without its key the upload ends with 0 and one line in its log; with one of the wrong form the server refuses it.',
  tags: ['mac', 'upload', 'secrets'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
