import { defineProbe, PartialValue } from '../../model/probe.ts';
import { blocks } from '../../text/lines.ts';
import { STAGE } from './stages.ts';
import { requireSystemd, systemdTime } from './systemd.ts';

export interface FailedUnit {
  readonly id: string;
  readonly result: string;
  readonly description: string;
  readonly failedAt?: number;
}

export const failedUnits = defineProbe<readonly FailedUnit[]>({
  id: 'failed-units',
  reads: 'systemctl list-units --state=failed',
  tools: ['systemctl', 'awk'],
  outputLimit: 2_000_000,
  script: `${STAGE}
listed=$(systemctl list-units --state=failed --plain --no-legend --no-pager) || exit
names=$(printf '%s\\n' "$listed" | stage 0 awk '{ print $1 }')
[ -z "$names" ] || systemctl show --property=Id,Result,Description,StateChangeTimestamp -- $names`,
  parse(raw) {
    requireSystemd(raw);
    const all = blocks(raw.stdout);
    const found = all.flatMap((block) => {
      if (block.Id === undefined) return [];
      const failedAt = systemdTime(block.StateChangeTimestamp);
      return [
        {
          id: block.Id,
          result: block.Result ?? '',
          description: block.Description ?? '',
          ...(failedAt === undefined ? {} : { failedAt }),
        },
      ];
    });
    if (found.length === 0 && raw.stdout.trim() !== '') throw new Error('no unit can be read in the list');
    if (found.length < all.length)
      return new PartialValue(found, 'systemctl does not name every failed unit');
    return raw.capped ? new PartialValue(found, 'the list was truncated') : found;
  },
});
