import { type Check, judgeHost } from '../define.ts';
import { bindRemedy } from '../shared/bind-remedy.ts';
import { firstWith } from '../shared/lookup.ts';
import { lastError } from '../shared/runs.ts';
import { BIND_ERROR, tailnetAddresses, unreadPorts, waitsForAddress } from '../shared/tailnet.ts';
import { documentation } from './documentation.ts';
import { source } from './source.ts';

export const tailscaleWait: Check = {
  id: 'tailscale-wait',
  title: 'What binds to the Tailscale address waits for it',
  why: 'tailscaled says that it is ready before its address can be used: ordering after tailscaled.service alone is not enough.',
  tags: ['tailscale', 'boot'],
  documentation,
  host: judgeHost({
    needs: ['units', 'unitCommands', 'addresses'],
    wants: ['unitJournal'],
    evaluate({ units, unitCommands, addresses, unitJournal }, { windowStart, now, nixos }) {
      const binding = units.flatMap((unit) => {
        const commands = firstWith(unitCommands, 'unit', unit.id);
        return commands === undefined || tailnetAddresses(commands).length === 0 ? [] : [{ unit, commands }];
      });
      const unseen = unreadPorts(unitCommands);
      if (binding.length === 0 && unseen.length === 0)
        return { skip: 'no container publishes a port on a Tailscale address' };
      const findings = binding.flatMap(({ unit, commands }) => {
        if (waitsForAddress(unit, commands, addresses.nonlocalBind)) return [];
        const bitten =
          unit.activeState === 'active' ? undefined : lastError(unit, unitJournal, windowStart, BIND_ERROR);
        const [address = ''] = tailnetAddresses(commands);
        const isHere = addresses.assigned.some((assigned) => assigned.address === address);
        return [
          {
            kind: bitten === undefined ? 'no-wait' : 'started-too-early',
            status: bitten === undefined ? ('warn' as const) : ('fail' as const),
            title: `${unit.container} does not wait for the Tailscale address ${address}`,
            summary:
              bitten === undefined
                ? 'At a boot where Tailscale is slower than the container, it cannot bind and gives up.'
                : 'It started before the address was there, failed to bind, and gave up.',
            subject: unit.id,
            evidence: [
              {
                source: `systemctl show ${unit.id}`,
                observed: `publishes ${commands.publishes.join(', ')}; no ExecStartPre asks tailscale; restarts after ${unit.restartDelay} ms`,
                expected: 'a wait before the start',
              },
              ...(bitten === undefined
                ? []
                : [{ source: `journalctl --unit=${unit.id}`, observed: bitten.text, at: bitten.at }]),
            ],
            explainedBy: [{ check: 'tailscale-up' }],
            ...(unit.changedAt === undefined || bitten === undefined ? {} : { since: unit.changedAt }),
            ...(bitten === undefined
              ? {}
              : {
                  affects: {
                    what: unit.container,
                    state: 'down' as const,
                    cause: 'started before its Tailscale address existed',
                  },
                }),
            remedy: bindRemedy({
              unit,
              units,
              address,
              isHere: isHere && bitten !== undefined,
              waits: false,
              nixos,
              now,
            }),
          },
        ];
      });
      return { findings, unseen, lookedAt: { units: binding.length } };
    },
  }),
  source,
};
