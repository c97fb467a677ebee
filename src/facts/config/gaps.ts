import type { Gap } from '../../nix/modules/configuration.ts';
import { defineSourceFact } from './define.ts';
import { type UnreadSystem, unreadSystems } from './other-systems.ts';

export interface DeclaredGaps {
  readonly files: number;
  /** What belongs to it and was not read, of this folder. */
  readonly unread: readonly Gap[];
  /** Modules from elsewhere that may set what is checked, each once. */
  readonly modules: readonly Gap[];
  readonly systems: readonly UnreadSystem[];
}

export const gaps = defineSourceFact<DeclaredGaps>({
  id: 'gaps',
  reads: 'the imports of the modules',
  options: [],
  read: ({ host, all, source }) => ({
    files: new Set([...(source.layout === 'flake' ? ['flake.nix'] : []), ...host.files]).size,
    unread: host.gaps.filter(({ kind }) => kind !== 'outside'),
    modules: eachOnce(host.gaps.filter(({ kind, touches }) => kind === 'outside' && touches !== 'nothing')),
    systems: unreadSystems(host, all),
  }),
});

function eachOnce(gaps: readonly Gap[]): readonly Gap[] {
  const names = new Map(gaps.map((gap) => [gap.name ?? gap.reason, gap]));
  return [...names.values()];
}
