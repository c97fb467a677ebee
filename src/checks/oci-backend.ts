import { quote } from '../text/shell.ts';
import { defineCheck } from './define.ts';
import { source } from './oci-backend/source.ts';
import { allWith } from './shared/lookup.ts';

export const ociBackend = defineCheck({
  id: 'oci-backend',
  title: 'Containers run under podman, not docker',
  why: 'With the docker backend NixOS makes docker-*.service units; everything that is set for podman-*.service then applies to nothing.',
  tags: ['podman', 'nixos'],
  host: {
    needs: ['units'],
    wants: ['unitCommands'],
    evaluate({ units, unitCommands }, { configuration }) {
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
        return units.length === 0 ? { skip: 'no container units here (podman-*.service)' } : { findings: [] };
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
          findings: bare.map((unit) => ({
            status: 'fail',
            title: `${unit.id} has settings but no container`,
            summary:
              'Settings are made for this unit, and no container of that name is declared, so the unit has no command to run.',
            subject: unit.id,
            evidence: allWith(evidence, 'source', `systemctl show ${unit.id}`),
            fix: {
              summary: `Find what sets systemd.services.podman-${unit.container}: take it out, or give the container its right name.`,
              commands: [
                `grep -rnF --include='*.nix' ${quote(`podman-${unit.container}`)} ${quote(configuration)}`,
                'sudo nixos-rebuild switch',
              ],
              docs: 'docs/checks.md#oci-backend',
            },
          })),
        };
      }
      return {
        findings: [
          {
            status: 'fail',
            title: `${docker.length} ${docker.length === 1 ? 'container runs' : 'containers run'} under docker instead of podman: ${docker.map((unit) => unit.container).join(', ')}`,
            summary:
              'virtualisation.oci-containers.backend is "docker", or it is not set and system.stateVersion is older than 22.05.',
            subject: 'docker',
            evidence,
            fix: {
              summary:
                'Set virtualisation.oci-containers.backend = "podman"; where no line sets it, add that line to runtime.nix.',
              commands: [
                `sudo grep -rlZ --include='*.nix' 'backend = "docker"' ${quote(configuration)} | sudo xargs -0r sed -i 's/backend = "docker"/backend = "podman"/'`,
                'sudo nixos-rebuild switch',
              ],
              docs: 'docs/checks.md#oci-backend',
            },
          },
        ],
      };
    },
  },
  source,
});
