import { nixString, optionPath } from '../../remedy/nix-text.ts';
import { byHand, edit } from '../../remedy/steps.ts';
import { type Check, judgeHost } from '../define.ts';
import { allWith } from '../shared/lookup.ts';
import { rebuild } from '../shared/steps.ts';
import { documentation } from './documentation.ts';
import { source } from './source.ts';

export const ociBackend: Check = {
  id: 'oci-backend',
  title: 'Containers run under podman, not docker',
  why: 'With the docker backend NixOS makes docker-*.service units; everything that is set for podman-*.service then applies to nothing.',
  tags: ['podman', 'nixos'],
  documentation,
  host: judgeHost({
    needs: ['units'],
    wants: ['unitCommands'],
    evaluate({ units, unitCommands }) {
      const runsUnder = (engine: 'podman' | 'docker', id: string) =>
        unitCommands === undefined ||
        allWith(unitCommands, 'unit', id).some(({ runs }) => runs.includes(engine));
      // NixOS has one backend for all: beside units of podman, a unit of docker is somebody's own.
      const podman = units.filter(
        ({ id, engine, loadState }) =>
          engine === 'podman' &&
          loadState === 'loaded' &&
          unitCommands !== undefined &&
          runsUnder('podman', id),
      );
      const docker =
        podman.length > 0
          ? []
          : units.filter(
              ({ id, engine, loadState }) =>
                engine === 'docker' && loadState !== 'not-found' && runsUnder('docker', id),
            );
      // A unit with a command is refused for another reason, which container-state tells.
      const bare = units.filter(
        ({ id, engine, loadState }) =>
          engine === 'podman' &&
          id.startsWith('podman-') &&
          loadState === 'bad-setting' &&
          !(unitCommands !== undefined && runsUnder('podman', id)),
      );
      if (docker.length === 0 && bare.length === 0) {
        return units.length === 0
          ? { skip: 'no container units here (podman-*.service)' }
          : { findings: [], lookedAt: { units: units.length } };
      }
      const evidence = [
        ...docker.map((unit) => ({
          source: `systemctl show ${unit.id}`,
          observed: `${unit.activeState} (${unit.subState})`,
          expected: `podman-${unit.container}.service`,
          ...(unit.changedAt === undefined ? {} : { at: unit.changedAt }),
        })),
        ...bare.map((unit) => ({
          source: `systemctl show ${unit.id}`,
          observed: `${unit.loadState}: ${unit.loadError}`,
        })),
      ];
      if (docker.length === 0) {
        return {
          lookedAt: { units: units.length },
          findings: bare.map((unit) => ({
            kind: 'no-container',
            status: 'fail',
            title: `${unit.id} has settings but no container`,
            summary:
              'Settings are made for this unit, and no container of that name is declared, so the unit has no command to run.',
            subject: unit.id,
            evidence: allWith(evidence, 'source', `systemctl show ${unit.id}`),
            remedy: {
              lasting: [
                byHand(
                  `Find what sets systemd.services."podman-${unit.container}" in the configuration: take it out, or give the container its right name.`,
                ),
                rebuild(),
              ],
            },
          })),
        };
      }
      return {
        lookedAt: { units: units.length },
        findings: [
          {
            kind: 'docker',
            status: 'fail',
            title: `${docker.length} ${docker.length === 1 ? 'container runs' : 'containers run'} under docker instead of podman: ${docker.map((unit) => unit.container).join(', ')}`,
            summary:
              'virtualisation.oci-containers.backend is "docker", or it is not set and system.stateVersion is older than 22.05.',
            subject: 'docker',
            evidence,
            remedy: {
              lasting: [
                edit({
                  option: optionPath('virtualisation', 'oci-containers', 'backend'),
                  before: nixString('docker'),
                  after: nixString('podman'),
                  why: 'Use podman. Where nothing sets this option, add it: docker is its default before NixOS 22.05.',
                }),
                byHand(
                  'Before you rebuild, copy what is in named volumes of docker: podman does not see them. Units are called podman-* then.',
                ),
                rebuild(),
              ],
            },
          },
        ],
      };
    },
  }),
  source,
};
