{ ... }:
let version = "v2.1.0"; in {
  virtualisation.oci-containers.containers = {
    immich-server.image = "ghcr.io/immich-app/immich-server:${version}";
    immich-ml = {
      image = "ghcr.io/immich-app/immich-machine-learning:${version}-openvino";
      devices = [ "/dev/dri:/dev/dri" ];
    };
  };
}
