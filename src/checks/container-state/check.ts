import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const containerState: Check = {
  id: 'container-state',
  title: 'Containers are running and healthy',
  why: 'NixOS removes a container when it exits, so `podman ps` does not show that one is missing. hsdoctor compares with the systemd units.',
  tags: ['podman', 'systemd'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
