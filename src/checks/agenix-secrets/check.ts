import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const agenixSecrets: Check = {
  id: 'agenix-secrets',
  title: 'Every secret is there, readable only by its owner, and of the right form',
  why: 'When one secret cannot be decrypted, agenix links the new generation without it and deletes the old one: it vanishes at the next switch.',
  tags: ['agenix', 'secrets'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
