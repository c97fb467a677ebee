import type { KindCases } from '../kind-cases.ts';

export const cases: KindCases = {
  'wrong-section': {
    source: '{ systemd.services.plex.serviceConfig.ConditionPathExists = "/srv"; }',
    near: ['serviceConfig', 'unitConfig'],
  },
  'no-container': {
    source: `{
  virtualisation.oci-containers.containers.plex.image = "plex:1";
  systemd.services.podman-plexx.after = [ "tailscaled.service" ];
}`,
    near: ['podman-plexx', 'podman-plex'],
  },
  'no-assignment': {
    source: '{ systemd.services.plex.serviceConfig.Environment = "TITLE=My photos"; }',
    near: ['My photos', 'Photos'],
  },
};
