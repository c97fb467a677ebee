import { isIPv6 } from 'node:net';
import type { Addresses } from '../../facts/host/addresses.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { firstWith } from './lookup.ts';
import { waitScript } from './wait-script.ts';

/** Whether systemd tries again for as long as it takes: its limit of starts within an interval is never reached. */
export function keepsTrying(unit: ContainerUnit): boolean {
  if (!['always', 'on-failure'].includes(unit.restartPolicy)) return false;
  // Zero of either is no limit at all.
  if (unit.startLimitBurst === 0) return true;
  return unit.restartDelay * unit.startLimitBurst >= unit.startLimitInterval;
}

/** Whether the address is there before it is needed, or is waited for as long as it takes; or whether that is not clear. */
export function waitsForAddress(
  unit: ContainerUnit,
  commands: UnitCommands | undefined,
  {
    address,
    nonlocalBind,
    unitCommands,
  }: {
    readonly address: string;
    readonly nonlocalBind: Addresses['nonlocalBind'] | undefined;
    readonly unitCommands: readonly UnitCommands[] | undefined;
  },
): boolean | 'unclear' {
  const shapes = [...shapesOf(commands), ...shapesOfOthers(unit, unitCommands)];
  if (
    shapes.includes('waits') ||
    unit.waitsFor.length > 0 ||
    keepsTrying(unit) ||
    (isIPv6(address) ? nonlocalBind?.ipv6 : nonlocalBind?.ipv4) === true
  )
    return true;
  return shapes.includes('unclear') ? 'unclear' : false;
}

const shapesOf = (commands: UnitCommands | undefined) =>
  (commands?.waitScripts ?? []).map((text) => waitScript({ text, scripts: [] }).shape);

/**
 * Of the units that it is ordered after: one that it requires keeps it from starting before the address is there. Whether
 * any other one is started at all, and what follows if that fails, is not told by the order.
 */
function shapesOfOthers({ after, requires, id }: ContainerUnit, all: readonly UnitCommands[] | undefined) {
  return after.flatMap((other) => {
    const waits = other !== id && shapesOf(firstWith(all, 'unit', other)).includes('waits');
    if (!waits) return [];
    return [requires.includes(other) ? ('waits' as const) : ('unclear' as const)];
  });
}
