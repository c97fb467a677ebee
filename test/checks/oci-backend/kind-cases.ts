import { COMMANDS, UNITS, unit } from '../home-server.ts';
import type { KindCases } from '../kind-cases.ts';

const ofDocker = (text: string) =>
  text.replaceAll('podman-', 'docker-').replaceAll('podman run', 'docker run');
const bare = (LoadState: string) =>
  UNITS + unit('immch-ml', { LoadState, ActiveState: 'inactive', SubState: 'dead', WantedBy: '' });
const declaring = (line: string) => `{
  system.stateVersion = "21.11";
  ${line}
  virtualisation.oci-containers.containers.plex.image = "plex:1";
}
`;

export const cases: KindCases = {
  docker: {
    host: { units: ofDocker(UNITS), unitCommands: ofDocker(COMMANDS), containers: '' },
    near: { units: UNITS },
  },
  'no-container': {
    host: { units: bare('bad-setting'), unitCommands: `${COMMANDS}unit podman-immch-ml.service\n` },
    near: { units: bare('loaded') },
  },
  'old-option': {
    source: '{ docker-containers.plex.image = "plex:1"; }',
    near: ['docker-containers', 'virtualisation.oci-containers.containers'],
  },
  'other-backend': {
    source: declaring('virtualisation.oci-containers.backend = "docker";'),
    near: ['"docker"', '"podman"'],
  },
  'docker-by-default': { source: declaring(''), near: ['21.11', '25.11'] },
};
