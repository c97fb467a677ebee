import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const hardware: Check = {
  id: 'hardware',
  title: 'Devices that containers are given exist and can be opened',
  why: 'Without its device an accelerator image works on the CPU and needs more memory, and a container cannot be started.',
  tags: ['podman', 'hardware'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
