import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const tailscaleBind: Check = {
  id: 'tailscale-bind',
  title: 'Containers could bind to their Tailscale address',
  why: 'A service that starts before Tailscale has its address fails five times within seconds, and then stays down.',
  tags: ['tailscale', 'network', 'boot'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
