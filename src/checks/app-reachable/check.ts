import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const appReachable: Check = {
  id: 'app-reachable',
  title: 'Published apps answer',
  why: 'A container can run while the app in it does not answer: no unit has failed, and nobody can use it.',
  tags: ['podman', 'network'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
