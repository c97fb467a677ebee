import { isIPv6 } from 'node:net';
import type { Addresses } from '../../facts/host/addresses.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
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
  }: { readonly address: string; readonly nonlocalBind: Addresses['nonlocalBind'] | undefined },
): boolean | 'unclear' {
  const shapes = (commands?.waitScripts ?? []).map((text) => waitScript({ text, scripts: [] }).shape);
  if (
    shapes.includes('waits') ||
    unit.waitsFor.length > 0 ||
    keepsTrying(unit) ||
    (isIPv6(address) ? nonlocalBind?.ipv6 : nonlocalBind?.ipv4) === true
  )
    return true;
  return shapes.includes('unclear') ? 'unclear' : false;
}
