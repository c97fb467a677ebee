{ lib, ... }:
{
  system.stateVersion = "24.05";
  virtualisation.oci-containers = {
    backend = "DOCKER" |> lib.toLower; # wrong: oci-backend
    containers = [ "plex" ] |> map (name: lib.nameValuePair name { image = "docker.io/${name}"; }) |> lib.listToAttrs;
  };
}
