import type { FactTable } from './evaluate.ts';

/** Without the units that only have a name like that of a container's: a docker registry, an exporter for podman. */
export function withoutOtherUnits(facts: FactTable): FactTable {
  const { units, unitCommands: commands } = facts;
  if (units?.outcome !== 'ok' || commands?.outcome !== 'ok') return facts;
  const others = new Set(commands.value.flatMap(({ unit, runsNoEngine }) => (runsNoEngine ? [unit] : [])));
  if (others.size === 0) return facts;
  return {
    ...facts,
    units: { ...units, value: units.value.filter(({ id }) => !others.has(id)) },
  };
}
