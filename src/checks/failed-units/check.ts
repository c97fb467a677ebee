import { isContainerUnit } from '../../facts/host/units.ts';
import { run } from '../../remedy/steps.ts';
import { unitName } from '../../remedy/words.ts';
import { type Check, judgeHost } from '../define.ts';
import { documentation } from './documentation.ts';

/** Health checks of podman and scopes of killed containers fail as units of their own, and mean nothing by it. */
const NOISE = /^[0-9a-f]{64}-[0-9a-f]+\.(?:service|timer)$|^libpod-.*\.scope$/;

export const failedUnitsCheck: Check = {
  id: 'failed-units',
  title: 'No other unit has failed',
  why: 'A failed mount, network or backup unit is often what the services suffer from.',
  tags: ['systemd'],
  documentation,
  host: judgeHost({
    needs: ['failedUnits'],
    evaluate({ failedUnits }) {
      const others = failedUnits.filter(({ id }) => !NOISE.test(id) && !isContainerUnit(id));
      return {
        lookedAt: { failedUnitLists: 1 },
        findings: others.map((unit) => ({
          kind: 'failed',
          status: 'warn',
          title: `${unit.id} has failed`,
          summary: unit.description,
          subject: unit.id,
          evidence: [
            {
              source: `systemctl show ${unit.id}`,
              observed: `result ${unit.result}`,
              ...(unit.failedAt === undefined ? {} : { at: unit.failedAt }),
            },
          ],
          explainedBy: [
            { check: 'container-state', subject: unit.id },
            ...(unit.id.startsWith('tailscale') ? [{ check: 'tailscale-up' }] : []),
            ...(unit.id.startsWith('agenix') ? [{ check: 'agenix-secrets' }] : []),
          ],
          ...(unit.failedAt === undefined ? {} : { since: unit.failedAt }),
          remedy: {
            lasting: [
              run(['systemctl', 'status', '--', unitName(unit.id)], { why: 'Read why it failed.' }),
              run(['systemctl', 'reset-failed', '--', unitName(unit.id)], {
                root: true,
                why: 'Clear the failure when its cause is fixed.',
              }),
            ],
          },
        })),
      };
    },
  }),
};
