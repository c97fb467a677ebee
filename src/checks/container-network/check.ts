import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const containerNetwork: Check = {
  id: 'container-network',
  title: 'Published ports are forwarded, and containers find each other',
  why: 'A rebuild can remove the firewall rules of podman: the containers keep running and look healthy, but nobody can reach them.',
  tags: ['network', 'podman'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
