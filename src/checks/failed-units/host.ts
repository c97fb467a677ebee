import { isContainerUnit } from '../../facts/host/units.ts';
import { judgeHost } from '../define.ts';
import { failed } from './kinds.ts';

/** Health checks of podman and scopes of killed containers fail as units of their own, and mean nothing by it. */
const NOISE = /^[0-9a-f]{64}(?:-startup)?(?:-[0-9a-f]+)?\.(?:service|timer)$|^libpod-.*\.scope$/;

export const host = judgeHost({
  needs: ['failedUnits'],
  wants: ['units'],
  evaluate: ({ failedUnits, units }) => ({
    lookedAt: { failedUnitLists: 1 },
    findings: failedUnits
      // Of the units in the other list container-state tells.
      .filter(
        ({ id }) =>
          !NOISE.test(id) && !(isContainerUnit(id) && (units?.some((unit) => unit.id === id) ?? true)),
      )
      .map((unit) => {
        const { id, result, failedAt } = unit;
        return failed.finding(unit, {
          subject: id,
          evidence: [
            {
              source: `systemctl show ${id}`,
              observed: `result ${result}`,
              ...(failedAt === undefined ? {} : { at: failedAt }),
            },
          ],
          explainedBy: explanationsOf(id),
          ...(failedAt === undefined ? {} : { since: failedAt }),
        });
      }),
  }),
});

const TIME_SERVICE = /^(?:systemd-timesyncd|chronyd?|ntpd?|ntpsec|ntpd-rs|ntpd-rs-daemon|openntpd)\.service$/;

const explanationsOf = (id: string) => [
  { check: 'container-state', subject: id },
  ...(id.endsWith('.mount') ? [{ check: 'storage', subject: mountPointOf(id) }] : []),
  ...(id.startsWith('tailscale') ? [{ check: 'tailscale-up' }] : []),
  ...(id === 'nixos-upgrade.service' ? [{ check: 'system-update', subject: id }] : []),
  { check: 'backup', subject: id },
  ...(TIME_SERVICE.test(id) ? [{ check: 'clock' }] : []),
  ...(id.startsWith('agenix') ? [{ check: 'agenix-secrets' }] : []),
];

/** `mnt-my\\x2dphotos.mount` is of `/mnt/my-photos`. */
const mountPointOf = (id: string) =>
  `/${id
    .replace(/\.mount$/, '')
    .replaceAll('-', '/')
    .replace(/\\x([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))}`;
