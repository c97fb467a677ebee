import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const agenixSecrets: Check = {
  id: 'agenix-secrets',
  title: 'Secrets are present, private and in the right format',
  why: 'If agenix cannot decrypt a secret, it still activates the others and deletes the old files: the secret is then missing, and services that need it do not start.',
  tags: ['agenix', 'secrets'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
