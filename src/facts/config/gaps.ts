import type { Gap } from '../../nix/modules/configuration.ts';
import { defineSourceFact } from './define.ts';

export interface DeclaredGaps {
  readonly files: number;
  /** What belongs to it and was not read, of this folder: modules of other flakes are elsewhere. */
  readonly unread: readonly Gap[];
}

export const gaps = defineSourceFact<DeclaredGaps>({
  id: 'gaps',
  reads: 'the imports of the modules',
  options: [],
  read: ({ host, source }) => ({
    files: new Set([...(source.layout === 'flake' ? ['flake.nix'] : []), ...host.files]).size,
    unread: host.gaps.filter(({ kind }) => kind === 'unread'),
  }),
});
