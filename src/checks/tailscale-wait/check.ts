import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const tailscaleWait: Check = {
  id: 'tailscale-wait',
  title: 'What binds to the Tailscale address waits for it',
  why: 'tailscaled says that it is ready before its address can be used: ordering after tailscaled.service alone is not enough.',
  tags: ['tailscale', 'boot'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
