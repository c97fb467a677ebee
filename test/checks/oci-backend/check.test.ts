import { describe, expect, test } from 'vitest';
import { COMMANDS, type Given, judge, judgeAll, lastingOf, UNITS, unit } from '../home-server.ts';

const backend = (given: Given) => judge('oci-backend', given);
const docker = (text: string) => text.replaceAll('podman-', 'docker-').replaceAll('podman run', 'docker run');
const BARE = {
  LoadState: 'bad-setting',
  ActiveState: 'inactive',
  SubState: 'dead',
  ConditionTimestamp: '',
  WantedBy: '',
};

test('units of docker where those of podman are expected are one fault, and explain the rest', () => {
  const given = {
    units: docker(UNITS) + unit('immich-server', BARE),
    unitCommands: docker(COMMANDS),
    containers: '',
  };
  const { status, findings } = backend(given);
  expect([status, findings.length]).toEqual(['fail', 1]);
  expect(findings[0]?.title).toContain('4 containers run under docker instead of podman');
  expect(lastingOf(findings[0])).toEqual([
    'virtualisation.oci-containers.backend: "docker" -> "podman"',
    expect.stringContaining('named volumes'),
    '$ sudo nixos-rebuild switch',
  ]);
  const state = judgeAll(given).find(({ check }) => check === 'container-state');
  expect(state?.findings.map(({ causedBy }) => causedBy)).toEqual(['oci-backend']);
});

describe('is no fault:', () => {
  test.each([
    [
      'a unit of docker beside containers that run under podman',
      {
        units: `${UNITS}${unit('docker-plex.service')}`,
        unitCommands: `${COMMANDS}unit docker-plex.service\ndocker run \n`,
      },
    ],
    [
      'a unit of that name that runs no docker',
      { units: unit('docker-registry.service'), unitCommands: 'unit docker-registry.service\n' },
    ],
    [
      'one that is only named by others',
      { units: UNITS + unit('docker-x.service', { LoadState: 'not-found' }) },
    ],
  ] as [string, Given][])('%s', (_, given) => {
    expect(backend(given).status).toBe('ok');
  });

  test('no container at all', () => {
    expect(backend({ units: 'Version=252\n' }).status).toBe('skipped');
  });
});

const REGISTRY = 'docker-registry.service';
const registry = (over = {}): Given => ({
  units: UNITS + unit(REGISTRY, over),
  unitCommands: `${COMMANDS}unit ${REGISTRY}\nruns-no-engine\n`,
});

test('a unit that runs no engine is no container, whatever its name is', () => {
  const failed = { ActiveState: 'failed', SubState: 'failed', Result: 'exit-code', ExecMainStatus: 1 };
  const results = judgeAll({
    ...registry(failed),
    failedUnits: `Id=${REGISTRY}\nResult=exit-code\nDescription=Docker Container Registry\n`,
  });
  expect(results.flatMap(({ findings }) => findings.map(({ kind, subject }) => [kind, subject]))).toEqual([
    ['failed-units/failed', REGISTRY],
  ]);
  const count = (given: Given) => judge('container-state', given).lookedAt?.containers;
  expect(count(registry())).toBe(count({}));
});

test('a unit of docker beside those of podman is named', () => {
  const given = {
    units: UNITS + unit('docker-plex.service'),
    unitCommands: `${COMMANDS}unit docker-plex.service\ndocker run \n`,
  };
  expect(backend(given)).toMatchObject({
    status: 'ok',
    reason: 'docker runs the container of docker-plex.service',
  });
});

test('a unit with settings and no command names where they are set', () => {
  const given = {
    units: UNITS + unit('immch-ml', BARE),
    unitCommands: `${COMMANDS}unit podman-immch-ml.service\n`,
  };
  expect(backend(given)).toMatchObject({
    status: 'fail',
    findings: [{ title: 'podman-immch-ml.service has settings but no container' }],
  });
  expect(lastingOf(backend(given).findings[0])[0]).toContain('podman-immch-ml');
});

test('a unit that is refused although it has a command is refused for another reason', () => {
  const given = { units: UNITS.replace(unit('immich-server'), unit('immich-server', BARE)) };
  expect(backend(given).status).toBe('ok');
  expect(judge('container-state', given).findings[0]).toMatchObject({
    subject: 'podman-immich-server.service',
  });
});
