import { FactUnavailable } from '../../model/fact.ts';
import type { Known } from '../../model/known.ts';
import { defineSourceFact, requireNixos } from './define.ts';
import { statedText, statedTruth } from './stated.ts';
import type { Text } from './text.ts';

export interface DeclaredUpgrade {
  readonly enable: Known<boolean>;
  readonly allowReboot: Known<boolean>;
  /** From which time of the day on it may reboot; unset where at any. */
  readonly rebootFrom: Known<Text>;
  readonly rebootUntil: Known<Text>;
}

const UPGRADE = ['system', 'autoUpgrade'];

export const systemUpgrade = defineSourceFact<DeclaredUpgrade>({
  id: 'system-upgrade',
  reads: 'system.autoUpgrade: whether it reboots, and when',
  options: ['enable', 'allowReboot', 'rebootWindow.lower', 'rebootWindow.upper'].map(
    (key) => `${UPGRADE.join('.')}.${key}`,
  ),
  read({ host }) {
    requireNixos(host);
    const upgrade = host.reading(UPGRADE);
    const enable = statedTruth(upgrade.at('enable'));
    if (enable.state === 'unset')
      throw new FactUnavailable('not-applicable', 'no automatic upgrade is declared (system.autoUpgrade)');
    return {
      enable,
      allowReboot: statedTruth(upgrade.at('allowReboot')),
      rebootFrom: statedText(upgrade.at('rebootWindow').at('lower')),
      rebootUntil: statedText(upgrade.at('rebootWindow').at('upper')),
    };
  },
});
