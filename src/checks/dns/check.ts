import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const dns: Check = {
  id: 'dns',
  title: 'The host and its containers can resolve names',
  why: 'Without name servers, images cannot be pulled, certificates cannot be renewed, and other servers cannot be found.',
  tags: ['network', 'tailscale', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
