import type { UnitCommands } from '../../facts/host/unit-commands.ts';
import type { ContainerUnit } from '../../facts/host/units.ts';
import { type FindingDraft, judgeHost } from '../define.ts';
import { allWith } from '../shared/lookup.ts';
import * as kinds from './kinds.ts';

export const host = judgeHost({
  needs: ['units'],
  wants: ['unitCommands'],
  evaluate({ units, unitCommands }) {
    if (units.length === 0)
      return { skip: 'no units of containers here (podman-*.service, docker-*.service)' };
    const docker = dockerUnits(units, unitCommands);
    const bare = bareUnits(units, unitCommands);
    const others = docker.length > 0 ? [] : ofDocker(units, unitCommands).map(({ id }) => id);
    return {
      ...(others.length === 0 ? {} : { note: `docker runs the container of ${others.join(', ')}` }),
      lookedAt: { units: units.length },
      findings: docker.length > 0 ? [underDocker(docker, bare)] : bare.map(withoutContainer),
    };
  },
});

function runsUnder(engine: 'podman' | 'docker', id: string, commands: readonly UnitCommands[] | undefined) {
  return commands === undefined || allWith(commands, 'unit', id).some(({ runs }) => runs.includes(engine));
}

/** NixOS has one backend for all: beside units of podman, a unit of docker is somebody's own. */
function dockerUnits(units: readonly ContainerUnit[], commands: readonly UnitCommands[] | undefined) {
  const hasPodman = units.some(
    ({ id, engine, loadState }) =>
      engine === 'podman' &&
      loadState === 'loaded' &&
      commands !== undefined &&
      runsUnder('podman', id, commands),
  );
  return hasPodman ? [] : ofDocker(units, commands);
}

const ofDocker = (units: readonly ContainerUnit[], commands: readonly UnitCommands[] | undefined) =>
  units.filter(
    ({ id, engine, loadState }) =>
      engine === 'docker' && loadState !== 'not-found' && runsUnder('docker', id, commands),
  );

/** A unit with a command is refused for another reason, which container-state tells. */
function bareUnits(units: readonly ContainerUnit[], commands: readonly UnitCommands[] | undefined) {
  return units.filter(
    ({ id, engine, loadState }) =>
      engine === 'podman' &&
      id.startsWith('podman-') &&
      loadState === 'bad-setting' &&
      !(commands !== undefined && runsUnder('podman', id, commands)),
  );
}

const underDocker = (docker: readonly ContainerUnit[], bare: readonly ContainerUnit[]): FindingDraft =>
  kinds.docker.finding(
    { containers: docker.map(({ container }) => container) },
    {
      subject: 'docker',
      evidence: [
        ...docker.map(({ id, activeState, subState, container, changedAt }) => ({
          source: `systemctl show ${id}`,
          observed: `${activeState} (${subState})`,
          expected: `podman-${container}.service`,
          ...(changedAt === undefined ? {} : { at: changedAt }),
        })),
        ...bare.map(refused),
      ],
    },
  );

const withoutContainer = (unit: ContainerUnit): FindingDraft =>
  kinds.noContainer.finding(unit, { subject: unit.id, evidence: [refused(unit)] });

const refused = ({ id, loadState, loadError }: ContainerUnit) => ({
  source: `systemctl show ${id}`,
  observed: loadError === '' ? `LoadState=${loadState}` : `LoadState=${loadState}: ${loadError}`,
});
