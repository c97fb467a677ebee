import type { Gap } from '../modules/configuration.ts';
import { defineSourceFact } from './define.ts';

/** What belongs to the machine and was not read, of this folder: modules of other flakes are elsewhere. */
export const gaps = defineSourceFact<readonly Gap[]>({
  id: 'gaps',
  reads: 'the imports of the modules',
  options: [],
  read: ({ host }) => host.gaps.filter(({ kind }) => kind === 'unread'),
});
