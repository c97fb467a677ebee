{ lib, ... }:
{
  virtualisation.oci-containers.containers.a = {
    image = "a:1";
    extraOptions = [
      "--memory=2g"
      "--label=a=b c"
      "--entrypoint" "--version now"
      "-e" "A=b c"
      "--hostname" "a"
      "-itv" "/a:/b"
      "--label" "a word of it"
    ];
    cmd = [ "--memory 2g" ];
  };
}
