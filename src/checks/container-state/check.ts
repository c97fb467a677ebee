import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const containerState: Check = {
  id: 'container-state',
  title: 'Every container that has a unit runs and is healthy',
  why: 'NixOS removes a container when it ends, so `podman ps` does not list the missing ones: the units say what should run.',
  tags: ['podman', 'systemd'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
