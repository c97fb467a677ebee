import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const constants: Check = {
  id: 'constants',
  title: "The host's Tailscale address is valid and the same everywhere",
  why: 'With one wrong digit in it, services wait for or bind to an address that never exists.',
  tags: ['tailscale', 'nixos'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
