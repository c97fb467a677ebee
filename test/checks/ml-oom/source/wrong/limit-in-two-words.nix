{ lib, ... }:
with lib; {
  virtualisation.oci-containers.containers = mapAttrs (name: more: { autoStart = true; } // more) {
    ml = {
      image = mkForce "docker.io/immich-app/immich-machine-learning:v2-openvino";
      devices = [ "/dev/dri" ];
      extraOptions = [
        "-m" # nothing: the option, and its value on the next line
        "3072m" # wrong: ml-oom
      ];
    };
  };
}
