import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const agenixSecrets: Check = {
  id: 'agenix-secrets',
  title: 'Secrets are present, private and in the right format',
  why: 'If one secret cannot be decrypted, agenix activates the new generation without it and deletes the old one: the secret is gone after the next switch.',
  tags: ['agenix', 'secrets'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
