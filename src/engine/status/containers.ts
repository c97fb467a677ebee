import { notCheckedText, uncheckedEngines } from '../../checks/shared/engines.ts';
import { allWith, firstWith } from '../../checks/shared/lookup.ts';
import type { Container } from '../../facts/host/containers.ts';
import type { MemoryGroup } from '../../facts/host/memory-groups.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import type { ContainerStatus, TargetStatus } from '../../model/status.ts';
import type { FactTable } from '../evaluate.ts';
import { gaps, isoTime, read } from './read.ts';
import type { Verdicts } from './verdicts.ts';

const JUDGE = 'container-state';

/** The containers that there are, and those that their units should have started. */
export function containersOf(facts: FactTable, verdicts: Verdicts): TargetStatus['containers'] {
  const [units, containers] = [read(facts.units), read(facts.containers)];
  if (units === undefined && containers === undefined) return undefined;
  const [groups, commands, engines] = [
    read(facts.memoryGroups),
    read(facts.unitCommands),
    read(facts.engines),
  ];
  const ofPodman = (containers?.value ?? []).map((container) => ({
    container,
    unit: unitOf(container, units?.value ?? []),
  }));
  const seen = new Set(ofPodman.flatMap(({ unit }) => unit?.id ?? []));
  const missing = (units?.value ?? []).filter(({ id, loadState }) => loadState === 'loaded' && !seen.has(id));
  const others = notCheckedTexts(engines?.value, units?.value ?? []);
  return {
    items: [
      ...ofPodman.map(({ container, unit }) => existing(container, unit, groups?.value, verdicts)),
      ...missing.map((unit) => declared(unit, firstWith(commands?.value, 'unit', unit.id)?.image, verdicts)),
    ],
    notRead: [...gaps(units, containers, ...(ofPodman.length === 0 ? [] : [groups])), ...others],
  };
}

const unitOf = ({ unit = '', name }: Container, units: readonly ContainerUnit[]) =>
  firstWith(units, 'id', unit) ?? firstWith(units, 'container', name);

function notCheckedTexts(
  engines: Parameters<typeof uncheckedEngines>[0],
  units: readonly ContainerUnit[],
): string[] {
  const unchecked = uncheckedEngines(engines, units);
  return unchecked.length === 0 ? [] : [notCheckedText(unchecked)];
}

function existing(
  container: Container,
  unit: ContainerUnit | undefined,
  groups: readonly MemoryGroup[] | undefined,
  verdicts: Verdicts,
): ContainerStatus {
  const { id, name, image, state, health, startedAt, finishedAt = '', memory, restarts } = container;
  const isRunning = state === 'running';
  const group = allWith(groups, 'containerId', id)[0];
  const since = isoTime(Date.parse(isRunning ? startedAt : finishedAt));
  const restarted =
    unit === undefined && restarts === undefined ? undefined : (unit?.restarts ?? 0) + (restarts ?? 0);
  const verdict = verdicts.of(
    [name, ...(unit === undefined ? [] : [unit.id, unit.container])],
    isRunning ? JUDGE : undefined,
  );
  return {
    name,
    ...(unit === undefined ? {} : { unit: unit.id }),
    image,
    state,
    ...(since === undefined ? {} : { since }),
    ...(health === '' ? {} : { health }),
    ...(restarted === undefined ? {} : { restarts: restarted }),
    ...(group?.usedBytes === undefined ? {} : { memoryUsed: group.usedBytes }),
    memoryLimit: memory,
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** Of a unit whose container podman does not have, or was not asked for. */
function declared(unit: ContainerUnit, image: string | undefined, verdicts: Verdicts): ContainerStatus {
  const { id, container, activeState, subState, activeSince, changedAt, restarts } = unit;
  const since = isoTime(activeState === 'active' ? activeSince : changedAt);
  const verdict = verdicts.of([id, container], activeState === 'active' ? JUDGE : undefined);
  return {
    name: container,
    unit: id,
    ...(image === undefined ? {} : { image }),
    state: subState.startsWith('auto-restart') ? 'restarting' : activeState,
    ...(since === undefined ? {} : { since }),
    restarts,
    ...(verdict === undefined ? {} : { verdict }),
  };
}
