import type { Check } from '../define.ts';
import { documentation } from './documentation.ts';
import * as kinds from './kinds.ts';
import { source } from './source.ts';

export const nixSyntax: Check = {
  id: 'nix-syntax',
  title: 'The .nix files that a machine uses exist and parse',
  why: 'A file that does not parse, or that nix cannot find, stops every rebuild.',
  tags: ['nixos'],
  documentation,
  kinds: Object.values(kinds),
  source,
};
