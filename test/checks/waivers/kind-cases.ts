import type { KindCases } from '../kind-cases.ts';

const waived = (comment: string) =>
  `{\n  # hsdoctor: ${comment}\n  virtualisation.oci-containers.backend = "docker";\n  virtualisation.oci-containers.containers.plex.image = "plex:1";\n}\n`;

export const cases: KindCases = {
  expired: { source: waived('ignore oci-backend until 2020-01-01: it moves'), near: ['2020', '2999'] },
  unused: {
    source: waived('ignore oci-backend: it moves').replace('docker', 'podman'),
    near: ['podman', 'docker'],
  },
  malformed: { source: waived('ignore oci-backend'), near: ['oci-backend\n', 'oci-backend: it moves\n'] },
};
