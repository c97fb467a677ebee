import type { SourceFacts } from '../../facts/config/index.ts';
import { wholeText } from '../../facts/config/text.ts';
import { isKnown } from '../../model/known.ts';
import { judgeSource } from '../define.ts';
import { evidenceAt } from '../shared/evidence-at.ts';
import { placeIn } from '../shared/steps.ts';
import * as kinds from './kinds.ts';

const OPTION = 'system.autoUpgrade.allowReboot';

export const source = judgeSource({
  needs: ['systemUpgrade'],
  elsewhere: {
    things: ['enable', 'allowReboot', 'rebootWindow'].map((key) => `system.autoUpgrade.${key}`),
  },
  evaluate({ systemUpgrade: { enable, allowReboot, rebootFrom, rebootUntil } }, { folder }) {
    if (isKnown(enable) && !enable.value) return { skip: 'the automatic upgrade is switched off' };
    const lookedAt = { automaticUpgrades: isKnown(enable) ? 1 : 0 };
    const unknown = [enable, allowReboot, rebootFrom].flatMap((each) =>
      each.state === 'unknown' ? [`when the automatic upgrade reboots the host: ${each.reason}`] : [],
    );
    if (unknown.length > 0) return { findings: [], lookedAt, notChecked: unknown.slice(0, 1) };
    if (!isKnown(allowReboot) || !allowReboot.value) return { findings: [], lookedAt };
    if (rebootFrom.state === 'known')
      return {
        findings: [],
        lookedAt,
        note: `the host reboots by itself after an upgrade, ${windowOf(rebootFrom, rebootUntil)}`,
      };
    const { at } = allowReboot;
    return {
      lookedAt,
      findings: [
        kinds.rebootsAtAnyTime.finding(
          { at: placeIn(folder, at) },
          {
            subject: OPTION,
            evidence: [evidenceAt(at, `${OPTION} = true, without a rebootWindow`, 'a rebootWindow')],
          },
        ),
      ],
    };
  },
});

type Text = SourceFacts['systemUpgrade']['rebootFrom'];

const windowOf = (from: Text, until: Text) =>
  `between ${wholeText(from) ?? 'a time'} and ${wholeText(until) ?? 'another'}`;
