{ lib, ... }:
let
  variant = accelerator: lib.optionalString (accelerator != null) "-${accelerator}";
  imageFor = { version ? "release", accelerator ? null }:
    "ghcr.io/immich-app/immich-machine-learning:${version}" + variant accelerator;
in {
  virtualisation.oci-containers.containers = {
    ml = let
      image' = imageFor { accelerator = "rocm"; };
    in {
      devices = [ "/dev/dri:/dev/dri" ];
      image = image'; # wrong: ml-oom
    };
  };
}
