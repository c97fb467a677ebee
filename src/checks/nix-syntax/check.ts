import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const nixSyntax: Check = {
  id: 'nix-syntax',
  title: 'Every file of the configuration is Nix',
  why: 'A file that does not parse ends every rebuild, and what stands behind the mistake is not judged.',
  tags: ['nixos'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
