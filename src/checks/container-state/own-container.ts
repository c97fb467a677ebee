import type { Container } from '../../facts/host/containers.ts';
import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { allWith } from '../shared/lookup.ts';
import * as kinds from './kinds.ts';
import { isKnownTime } from './known-time.ts';
import type { Trouble } from './trouble.ts';

/** A container is in podman's list as soon as its unit is active; the probes are not read in one instant. */
const SETTLED_MS = 30_000;
/** Those of podman in which a container stays. In all others but `running` it is on its way to one of them. */
const ENDED = ['exited', 'stopped', 'created', 'configured', 'dead'];

/** What podman has of the container of an active unit: nothing to tell where it runs. */
export interface OwnContainer {
  readonly trouble?: Trouble;
  /** In a sentence, what cannot be judged. */
  readonly notChecked?: string;
}

export function ownContainer(
  unit: ContainerUnit,
  commands: UnitCommands | undefined,
  containers: readonly Container[] | undefined,
  now: number,
): OwnContainer {
  const { id, container, user, engine, activeState, activeSince = now } = unit;
  if (activeState !== 'active') return {};
  if (user !== '')
    return { notChecked: `${container} belongs to ${user}, whose containers podman does not list for root` };
  const runs = commands?.runs ?? [];
  if (engine === 'docker' || (runs.includes('docker') && !runs.includes('podman')))
    return { notChecked: `${container} runs under docker, whose health checks are not read` };
  if (containers === undefined || commands === undefined) return {};
  const own = containersOf(unit, commands, containers);
  // A paused one is told as such.
  if (own.some(({ state }) => state === 'running' || state === 'paused')) return {};
  if (!runs.includes('podman')) return ofGroups(id, commands);
  // It was active only once what it ran had ended well.
  if (unit.once && commands.detached !== true) return {};
  if (own.length === 0 && commands.starts?.includes('') === true)
    return { notChecked: `a variable says which container ${id} starts, and it was not read` };
  const observed =
    own[0] === undefined
      ? `no container ${container}`
      : `${own[0].name} is ${own[0].state}${own[0].oomKilled ? ', killed because memory ran out (OOMKilled)' : ''}`;
  if (now - activeSince < SETTLED_MS)
    return {
      notChecked: `${id} was only just started, and podman has no running container for it yet (${observed})`,
    };
  const moving = own.find(({ state }) => !ENDED.includes(state));
  if (moving !== undefined)
    return { notChecked: `${moving.name} is ${moving.state} while ${id} is active; check again in a minute` };
  if (unit.once && own.some(({ state, exitCode }) => state === 'exited' && exitCode === 0))
    return {
      notChecked: `whether ${container} should still run: ${id} has finished, and its container exited with 0`,
    };
  return { trouble: gone(observed, own[0]?.finishedAt) };
}

/** A container may have been started without its unit, after that failed or was stopped: then it is not down. */
export function runningTrouble(
  unit: ContainerUnit,
  commands: UnitCommands | undefined,
  containers: readonly Container[] | undefined,
  now: number,
): Trouble | undefined {
  const { activeState, changedAt = now } = unit;
  if (!['failed', 'inactive'].includes(activeState) || now - changedAt < SETTLED_MS) return undefined;
  const of = commands ?? NO_COMMANDS;
  const running = containersOf(unit, of, containers ?? []).find(
    ({ state, startedAt }) => state === 'running' && Date.parse(startedAt) > changedAt,
  );
  if (running === undefined) return undefined;
  return {
    status: 'warn',
    kind: kinds.runningWithoutUnit,
    state: 'degraded',
    what: `is running, but its unit ${activeState === 'failed' ? 'has failed' : 'is not active'}`,
    summary:
      'systemd does not watch it: it does not start it again, and the next start of the unit replaces it.',
    evidence: [
      { source: 'podman ps --all', observed: `${running.name} is running`, expected: `${unit.id} is active` },
    ],
  };
}

const NO_COMMANDS: Pick<UnitCommands, 'starts'> = {};

const gone = (observed: string, finishedAt = ''): Trouble => ({
  ...(isKnownTime(finishedAt) ? { since: Date.parse(finishedAt) } : {}),
  status: 'fail',
  kind: kinds.containerGone,
  state: 'down',
  what: 'is not running, although its unit is active',
  summary: 'systemd treats it as running, but podman has no running container for it.',
  evidence: [{ source: 'podman ps --all', observed, expected: 'a running container' }],
});

/** Those that podman says the unit started; those that its commands name, else those with the name of the unit. */
function containersOf(
  { id, container }: ContainerUnit,
  { starts = [container] }: Pick<UnitCommands, 'starts'>,
  containers: readonly Container[],
): Container[] {
  const named = starts.flatMap((name) => {
    const found = allWith(containers, 'name', name);
    const isId = found.length === 0 && /^[0-9a-f]{12,64}$/.test(name);
    return isId ? containers.filter((each) => each.id.startsWith(name)) : found;
  });
  return [...allWith(containers, 'unit', id), ...named];
}

const ofGroups = (id: string, { groups: [group] = [] }: UnitCommands): OwnContainer =>
  group === undefined
    ? {}
    : {
        notChecked: `whether the containers that ${id} starts are running is not known: ${group} decides which they are`,
      };
