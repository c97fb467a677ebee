import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const clock: Check = {
  id: 'clock',
  title: 'The clock of the host is correct',
  why: 'With a wrong clock no certificate is valid: pulls, logins and Tailscale fail, and the times in logs mislead.',
  tags: ['systemd'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
