import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const hardware: Check = {
  id: 'hardware',
  title: 'Devices of containers exist and can be opened',
  why: 'Without its device, an accelerator image runs on the CPU and needs more memory. A container whose device does not exist cannot be started.',
  tags: ['podman', 'hardware'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
