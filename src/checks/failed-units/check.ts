import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import { host } from './host.ts';
import * as kinds from './kinds.ts';

export const failedUnitsCheck: Check = {
  id: 'failed-units',
  title: 'No other unit has failed',
  why: "A failed mount, network or backup unit is often the cause of a service's problem.",
  tags: ['systemd'],
  documentation,
  kinds: Object.values(kinds),
  host,
};
