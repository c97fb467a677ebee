import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const unitSettings: Check = {
  id: 'unit-settings',
  title: 'systemd takes every setting of the units as it is meant',
  why: 'What systemd does not understand it ignores, with no more than a line in the journal: the condition, the limit or the variable is not there.',
  tags: ['systemd', 'nixos'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
