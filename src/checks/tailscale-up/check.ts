import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const tailscaleUp: Check = {
  id: 'tailscale-up',
  title: 'Tailscale is connected and has its address',
  why: 'The server can be reached only through Tailscale, and services bind to its address.',
  tags: ['tailscale', 'network'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
