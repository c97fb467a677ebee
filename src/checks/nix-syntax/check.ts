import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const nixSyntax: Check = {
  id: 'nix-syntax',
  title: 'All .nix files parse',
  why: 'A file that does not parse stops every rebuild; after the error, hsdoctor may read it wrongly.',
  tags: ['nixos'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
