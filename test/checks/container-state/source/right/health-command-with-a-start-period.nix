{ lib, ... }: {
  virtualisation.oci-containers.containers.web = {
    image = "docker.io/library/nginx:1.27";
    extraOptions = lib.mkMerge [
      [ "--health-cmd=curl -f http://localhost/" ]
      [ "--health-start-period" "90s" ]
    ];
  };
}
