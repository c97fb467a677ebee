import type { Known } from '../../model/known.ts';
import { defineSourceFact } from './define.ts';
import { statedText } from './stated.ts';
import type { Text } from './text.ts';

export interface DeclaredSystem {
  readonly stateVersion: Known<Text>;
}

export const system = defineSourceFact<DeclaredSystem>({
  id: 'system',
  reads: 'system.stateVersion',
  options: ['system.stateVersion'],
  read: ({ host }) => ({ stateVersion: statedText(host.reading(['system', 'stateVersion'])) }),
});
