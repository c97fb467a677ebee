import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const constants: Check = {
  id: 'constants',
  title: "The host's Tailscale address is one of the tailnet, and the same everywhere",
  why: 'A digit that is wrong in it lets services wait for, or bind to, an address that never comes.',
  tags: ['tailscale', 'nixos'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
