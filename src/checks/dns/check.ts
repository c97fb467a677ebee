import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const dns: Check = {
  id: 'dns',
  title: 'The host and its containers can resolve names',
  why: 'Without name servers no image is pulled, no certificate renewed, and no other server found.',
  tags: ['network', 'tailscale', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
