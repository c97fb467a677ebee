import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const ociBackend: Check = {
  id: 'oci-backend',
  title: 'Containers run under podman, not docker',
  why: 'With the docker backend, NixOS creates docker-*.service units, and all settings for podman-*.service have no effect.',
  tags: ['podman', 'nixos'],
  documentation,
  kinds: Object.values(kinds),
  host,
  source,
};
