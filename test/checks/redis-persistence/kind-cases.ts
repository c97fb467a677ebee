import type { KindCases } from '../kind-cases.ts';

export const cases: KindCases = {
  'not-writable': {
    source: `{
  systemd.tmpfiles.rules = [ "d /srv/redis 0755 root root" ];
  virtualisation.oci-containers.containers.immich-redis = {
    image = "valkey/valkey:8";
    volumes = [ "/srv/redis:/data" ];
  };
}`,
    near: ['0755 root', '0755 999'],
  },
};
