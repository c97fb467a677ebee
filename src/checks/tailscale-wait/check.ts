import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const tailscaleWait: Check = {
  id: 'tailscale-wait',
  title: 'Units that bind to the Tailscale address wait for it',
  why: 'tailscaled reports that it is ready before its address can be used: ordering after tailscaled.service is not enough.',
  tags: ['tailscale', 'boot'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
