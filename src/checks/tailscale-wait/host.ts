import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { judgeHost } from '../define.ts';
import { bindRemedy, takenFor } from '../shared/bind-remedy.ts';
import { mayPublish } from '../shared/engines.ts';
import { waitsForAddress } from '../shared/host-wait.ts';
import { firstWith } from '../shared/lookup.ts';
import { missing } from '../shared/missing.ts';
import { lastError } from '../shared/runs.ts';
import { BIND_ERROR, tailnetAddresses, unreadPorts } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

export const host = judgeHost({
  needs: ['units', 'addresses'],
  wants: ['unitCommands', 'unitJournal', 'engines'],
  forRemedy: ['listeners'],
  evaluate(
    { units, unitCommands, addresses, unitJournal, engines, listeners },
    { windowStart, now, nixos, unread },
  ) {
    const binding = units.flatMap((unit) => {
      const commands = firstWith(unitCommands ?? [], 'unit', unit.id);
      return commands === undefined || tailnetAddresses(commands).length === 0 ? [] : [{ unit, commands }];
    });
    const judged = binding.map(({ unit, commands }) => {
      const { nonlocalBind } = addresses;
      const waits = (address: string) =>
        waitsForAddress(unit, commands, { address, nonlocalBind, unitCommands });
      const each = Object.groupBy(tailnetAddresses(commands), (address) => String(waits(address)));
      return { unit, commands, address: each.false?.[0], isUnclear: each.unclear !== undefined };
    });
    const notChecked = [
      ...unreadPorts(units, unitCommands),
      ...(units.length > 0 ? missing(unread, 'unit-commands') : []),
      ...mayPublish(engines, { units, addresses }),
      ...judged
        .filter(({ isUnclear }) => isUnclear)
        .map(
          ({ unit }) => `it is not clear whether what ${unit.id} runs before it starts waits for Tailscale`,
        ),
    ];
    const isRead = unitCommands !== undefined || units.length === 0;
    if (binding.length === 0 && notChecked.length === 0 && isRead)
      return { skip: 'no container publishes a port on a Tailscale address' };
    const findings = judged.flatMap(({ unit, commands, address }) => {
      if (address === undefined) return [];
      const failure =
        unit.activeState === 'active' ? undefined : lastError(unit, unitJournal, windowStart, BIND_ERROR);
      const isHere =
        failure !== undefined && addresses.assigned.some((assigned) => assigned.address === address);
      const taken = takenFor(unit, failure?.text ?? '', listeners);
      const remedy = bindRemedy({ unit, units, address, isHere, taken, waits: false, nixos, now });
      return [finding(unit, commands, failure, { name: unit.container, address, remedy })];
    });
    return { findings, notChecked, lookedAt: { units: binding.length } };
  },
});

function finding(
  unit: ContainerUnit,
  { publishes }: UnitCommands,
  failure: UnitMessage | undefined,
  about: Parameters<typeof kinds.noWait.finding>[0],
) {
  const { id, container, restartPolicy, restartDelay, changedAt } = unit;
  const restarts = ['always', 'on-failure'].includes(restartPolicy)
    ? `restarts after ${restartDelay} ms`
    : `Restart=${restartPolicy}`;
  const seen = {
    subject: id,
    explainedBy: [{ check: 'tailscale-up', status: 'fail' as const }],
  };
  const settings = {
    source: `systemctl show ${id}`,
    observed: `publishes ${publishes.join(', ')}; no ExecStartPre waits for Tailscale; ${restarts}`,
    expected: 'an ExecStartPre that waits for it, or restarts several seconds apart',
  };
  if (failure === undefined) return kinds.noWait.finding(about, { ...seen, evidence: [settings] });
  const { text, at } = failure;
  return kinds.startedTooEarly.finding(about, {
    ...seen,
    evidence: [settings, { source: `journalctl --unit=${id}`, observed: text, at }],
    ...(changedAt === undefined ? {} : { since: changedAt }),
    affects: { what: container, state: 'down', cause: 'started before its Tailscale address existed' },
  });
}
