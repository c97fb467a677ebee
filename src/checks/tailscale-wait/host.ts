import type { Addresses } from '../../facts/host/addresses.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { UnitMessage } from '../../facts/host/unit-journal.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { judgeHost } from '../define.ts';
import { bindRemedy } from '../shared/bind-remedy.ts';
import { firstWith } from '../shared/lookup.ts';
import { lastError } from '../shared/runs.ts';
import { BIND_ERROR, tailnetAddresses, unreadPorts, waitsForAddress } from '../shared/tailnet.ts';
import * as kinds from './kinds.ts';

export const host = judgeHost({
  needs: ['units', 'unitCommands', 'addresses'],
  wants: ['unitJournal'],
  evaluate({ units, unitCommands, addresses, unitJournal }, { windowStart, now, nixos }) {
    const binding = units.flatMap((unit) => {
      const commands = firstWith(unitCommands, 'unit', unit.id);
      return commands === undefined || tailnetAddresses(commands).length === 0 ? [] : [{ unit, commands }];
    });
    const notChecked = unreadPorts(unitCommands);
    if (binding.length === 0 && notChecked.length === 0)
      return { skip: 'no container publishes a port on a Tailscale address' };
    const findings = binding
      .map((each) => ({ ...each, address: addressWithoutWait(each, addresses.nonlocalBind) }))
      .flatMap(({ unit, commands, address }) => {
        if (address === undefined) return [];
        const failure =
          unit.activeState === 'active' ? undefined : lastError(unit, unitJournal, windowStart, BIND_ERROR);
        const isHere =
          failure !== undefined && addresses.assigned.some((assigned) => assigned.address === address);
        const remedy = bindRemedy({ unit, units, address, isHere, waits: false, nixos, now });
        return [finding(unit, commands, failure, { name: unit.container, address, remedy })];
      });
    return { findings, notChecked, lookedAt: { units: binding.length } };
  },
});

/** An address that the unit binds to without waiting for it. */
const addressWithoutWait = ({ unit, commands }: Binding, nonlocalBind: Addresses['nonlocalBind']) =>
  tailnetAddresses(commands).find((address) => !waitsForAddress(unit, commands, { address, nonlocalBind }));

interface Binding {
  readonly unit: ContainerUnit;
  readonly commands: UnitCommands;
}

function finding(
  unit: ContainerUnit,
  { publishes }: UnitCommands,
  failure: UnitMessage | undefined,
  about: Parameters<typeof kinds.noWait.finding>[0],
) {
  const { id, container, restartDelay, changedAt } = unit;
  const seen = {
    subject: id,
    explainedBy: [{ check: 'tailscale-up', status: 'fail' as const }],
  };
  const settings = {
    source: `systemctl show ${id}`,
    observed: `publishes ${publishes.join(', ')}; no ExecStartPre waits for Tailscale; restarts after ${restartDelay} ms`,
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
