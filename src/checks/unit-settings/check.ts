import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const unitSettings: Check = {
  id: 'unit-settings',
  title: 'Settings of units are in the right section',
  why: 'systemd ignores what it does not understand, with only a line in the journal: the condition, limit or variable is then missing.',
  tags: ['systemd', 'nixos'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
