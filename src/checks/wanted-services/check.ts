import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const wantedServices: Check = {
  id: 'wanted-services',
  title: 'Services that the configuration starts are running',
  why: 'systemd does not list a service as failed if it was stopped or never started, so nothing else shows that it is missing.',
  tags: ['systemd'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
