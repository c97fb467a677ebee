{ ... }: {
  virtualisation.oci-containers.containers.ml = {
    image = "ghcr.io/immich-app/immich-machine-learning:v2.1.0" + "-openvino";
    privileged = true;
    extraOptions = [ "--memory=16g" ] ++ [
      "-m5g" # wrong: ml-oom
    ];
  };
}
